import { personOf } from "../../../kit/access/caller.ts";
import { reassignDelivery as act } from "../actions/reassign-delivery.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { courierBusy, courierOffline, stepRefused } from "./refusals.ts";

/** Support changes the courier before pickup. */
export const reassignDelivery: NonNullable<MutationResolvers["reassignDelivery"]> = async (_root, { input }, ctx) => {
  const to = { courierId: input.courierId ?? null, atFault: input.courierAtFault ?? false };
  const done = await act(ctx, personOf(ctx).userId, input.deliveryId, to);
  if (done.ok) return { __typename: "ReassignDeliverySuccess", delivery: done.value };
  switch (done.error.tag) {
    case "BUSY":
      return courierBusy();
    case "OFFLINE":
      return courierOffline();
    default:
      return stepRefused(done.error);
  }
};
