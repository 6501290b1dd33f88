/** Who asks, in the terms of rules and actions. */
import type { Clock } from "../clock.ts";
import { graphqlError } from "../errors.ts";
import type { Caller } from "./identity.ts";

/** Anything that holds a request's caller. */
type Asked = { readonly caller: Caller };

/** Who acts, when, and under which trace: what an action has to know of its request. */
export type Act = { readonly userId: string; readonly now: Date; readonly traceId: string };

/** Id of the signed-in person; null for anonymous callers and services. */
export const userIdOf = ({ caller }: Asked): string | null => (caller.kind === "user" ? caller.userId : null);

/** The signed-in person. Throws UNAUTHENTICATED for anonymous callers and services. */
export function personOf({ caller }: Asked): Extract<Caller, { kind: "user" }> {
  if (caller.kind !== "user") throw graphqlError("UNAUTHENTICATED");
  return caller;
}

/** What the signed-in person does with this request. Throws UNAUTHENTICATED for anonymous callers and services. */
export function actOf({ caller, clock, traceId }: Asked & { readonly clock: Clock; readonly traceId: string }): Act {
  return { userId: personOf({ caller }).userId, now: clock.now(), traceId };
}

/** True for administrators. */
export const isAdmin = ({ caller }: Asked): boolean => caller.kind === "user" && caller.roles.includes("admin");

/** True for people of the platform, who see every tenant: support and administrators. */
export const isSupport = (asked: Asked): boolean =>
  isAdmin(asked) || (asked.caller.kind === "user" && asked.caller.roles.includes("support"));
