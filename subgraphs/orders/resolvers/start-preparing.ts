import { handleAsRestaurant } from "../actions/handle-as-restaurant.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { changedOrder } from "./changed-order.ts";
import { cookingError } from "./handling-error.ts";
import { askerOf } from "./viewer.ts";

/** The kitchen begins. */
export const startPreparing: NonNullable<MutationResolvers["startPreparing"]> = async (_, { input }, context) => {
  const handled = await handleAsRestaurant(context, askerOf(context), {
    orderId: input.orderId,
    change: () => ({ cause: "PREPARATION_STARTED" }),
  });
  return handled.ok ? changedOrder(context, "StartPreparingSuccess", handled.value) : cookingError(handled.error);
};
