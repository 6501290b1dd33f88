import type { Caller } from "../../kit/access/identity.ts";
import type { BaseDeps, RequestContext } from "../../kit/server/subgraph.ts";

/** What resolvers get: the request, and the menu's database, clock and log. */
export type Context = RequestContext & BaseDeps;

/** An entity of another subgraph, known by its id alone. */
export type Reference = { readonly id: string };

/** Who acts, when, and under which trace: what an action needs to know of its request. */
export type Act = { readonly userId: string; readonly now: Date; readonly traceId: string };

/** The signed-in person's id; null for anonymous callers and services. */
export const userIdOf = (caller: Caller): string | null => (caller.kind === "user" ? caller.userId : null);

/** Whether the caller serves customers of all restaurants: support or admin. */
export const isSupport = (caller: Caller): boolean =>
  caller.kind === "user" && caller.roles.some((role) => role === "support" || role === "admin");

/** Whether the caller is an administrator. */
export const isAdmin = (caller: Caller): boolean => caller.kind === "user" && caller.roles.includes("admin");

/** The act of a signed-in caller. Throws for others: the schema's directives let none of them here. */
export function actOf({ caller, clock, traceId }: Context): Act {
  if (caller.kind !== "user") throw new Error("an action without a person");
  return { userId: caller.userId, now: clock.now(), traceId };
}
