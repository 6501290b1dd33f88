import { personOf } from "../../../kit/access/caller.ts";
import { handBackDelivery as act } from "../actions/hand-back-delivery.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { stepRefused } from "./refusals.ts";

/** A courier gives a delivery back before pickup. */
export const handBackDelivery: NonNullable<MutationResolvers["handBackDelivery"]> = async (_root, { input }, ctx) => {
  const done = await act(ctx, personOf(ctx).userId, input.deliveryId, input.reason);
  return done.ok ? { __typename: "HandBackDeliverySuccess", delivery: done.value } : stepRefused(done.error);
};
