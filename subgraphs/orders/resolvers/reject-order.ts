import { actOf } from "../../../kit/access/caller.ts";
import { handleAsRestaurant } from "../actions/handle-as-restaurant.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { changedOrder } from "./changed-order.ts";
import { handlingError } from "./handling-error.ts";
import { checkReason } from "./refusals.ts";

/** The restaurant refuses an order. */
export const rejectOrder: NonNullable<MutationResolvers["rejectOrder"]> = async (_, { input }, context) => {
  const problem = checkReason(input.reason, true);
  if (problem !== null) return problem;
  const reason = input.reason.trim();
  const handled = await handleAsRestaurant(context, actOf(context), {
    orderId: input.orderId,
    reason,
    wrote: (order) => order.cancelReason === reason,
    change: () => ({ cause: "RESTAURANT_REJECTED", patch: { cancelReason: reason } }),
  });
  return handled.ok ? changedOrder(context, "RejectOrderSuccess", handled.value) : handlingError(handled.error);
};
