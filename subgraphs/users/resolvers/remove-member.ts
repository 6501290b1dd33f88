import { removeMember as run } from "../actions/memberships.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { notFound } from "./refusals.ts";

/** Ends a membership. */
export const removeMember: NonNullable<MutationResolvers["removeMember"]> = async (_parent, { input }, context) => {
  const result = await run(context, input);
  return result.ok
    ? { __typename: "RemoveMemberSuccess", removedMembershipId: result.value }
    : notFound("There is no such member, or not for you to remove.");
};
