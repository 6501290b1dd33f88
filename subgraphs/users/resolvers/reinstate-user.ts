import { reinstateUser as run } from "../actions/govern-user.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { notFound } from "./refusals.ts";
import { visibleTo } from "./user.ts";

/** Lets a suspended person in again. */
export const reinstateUser: NonNullable<MutationResolvers["reinstateUser"]> = async (_parent, { input }, context) => {
  const result = await run(context, input);
  if (result.ok) return { __typename: "ReinstateUserSuccess", user: visibleTo(context, result.value) };
  return notFound("There is no such person, or not for you to reinstate.");
};
