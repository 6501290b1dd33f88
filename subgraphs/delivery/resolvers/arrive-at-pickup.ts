import { personOf } from "../../../kit/access/caller.ts";
import { arriveAtPickup as act } from "../actions/arrive.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { stepRefused } from "./refusals.ts";

/** The courier is at the restaurant. */
export const arriveAtPickup: NonNullable<MutationResolvers["arriveAtPickup"]> = async (_root, { input }, ctx) => {
  const done = await act(ctx, personOf(ctx).userId, input.deliveryId);
  return done.ok ? { __typename: "ArriveAtPickupSuccess", delivery: done.value } : stepRefused(done.error);
};
