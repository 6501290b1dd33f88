import { personOf, isSupport } from "../../../kit/access/caller.ts";
import { returnDelivery as act } from "../actions/deliver.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { stepRefused } from "./refusals.ts";

/** The food of a failed delivery is back. */
export const returnDelivery: NonNullable<MutationResolvers["returnDelivery"]> = async (_root, { input }, ctx) => {
  const done = await act(ctx, { userId: personOf(ctx).userId, isSupport: isSupport(ctx) }, input.deliveryId);
  return done.ok ? { __typename: "ReturnDeliverySuccess", delivery: done.value } : stepRefused(done.error);
};
