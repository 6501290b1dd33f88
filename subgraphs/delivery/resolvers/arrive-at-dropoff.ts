import { personOf } from "../../../kit/access/caller.ts";
import { arriveAtDropoff as act } from "../actions/arrive.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { stepRefused } from "./refusals.ts";

/** The courier is at the customer's door. */
export const arriveAtDropoff: NonNullable<MutationResolvers["arriveAtDropoff"]> = async (_root, { input }, ctx) => {
  const done = await act(ctx, personOf(ctx).userId, input.deliveryId);
  return done.ok ? { __typename: "ArriveAtDropoffSuccess", delivery: done.value } : stepRefused(done.error);
};
