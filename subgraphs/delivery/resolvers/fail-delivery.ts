import { personOf } from "../../../kit/access/caller.ts";
import { failDelivery as act } from "../actions/deliver.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { stepRefused } from "./refusals.ts";

/** The courier cannot hand the food over. */
export const failDelivery: NonNullable<MutationResolvers["failDelivery"]> = async (_root, { input }, ctx) => {
  const done = await act(ctx, personOf(ctx).userId, input.deliveryId, input.reason);
  return done.ok ? { __typename: "FailDeliverySuccess", delivery: done.value } : stepRefused(done.error);
};
