/** The signed-in person of a request. */
import { graphqlError } from "../../../kit/errors.ts";
import type { Context } from "../deps.ts";

/** The caller's user id. Throws UNAUTHENTICATED for anyone who is not a person. */
export function userIdOf({ caller }: Pick<Context, "caller">): string {
  if (caller.kind === "user") return caller.userId;
  throw graphqlError("UNAUTHENTICATED");
}
