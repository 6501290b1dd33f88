import { actOf } from "../../../kit/access/caller.ts";
import { handleAsRestaurant } from "../actions/handle-as-restaurant.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { changedOrder } from "./changed-order.ts";
import { cookingError } from "./handling-error.ts";

/** The kitchen is done. */
export const markReady: NonNullable<MutationResolvers["markReady"]> = async (_, { input }, context) => {
  const handled = await handleAsRestaurant(context, actOf(context), {
    orderId: input.orderId,
    change: (_order, now) => ({ cause: "MARKED_READY", patch: { readyAt: now } }),
  });
  return handled.ok ? changedOrder(context, "MarkReadySuccess", handled.value) : cookingError(handled.error);
};
