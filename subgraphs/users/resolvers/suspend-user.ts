import { suspendUser as run } from "../actions/govern-user.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidInput, notFound } from "./refusals.ts";
import { visibleTo } from "./user.ts";

/** Bars a person. */
export const suspendUser: NonNullable<MutationResolvers["suspendUser"]> = async (_parent, { input }, context) => {
  const result = await run(context, input);
  if (result.ok) return { __typename: "SuspendUserSuccess", user: visibleTo(context, result.value) };
  return result.error.kind === "INVALID"
    ? invalidInput(result.error)
    : notFound("There is no such person, or not for you to suspend.");
};
