import { actOf } from "../../../kit/access/caller.ts";
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import { handleAsRestaurant } from "../actions/handle-as-restaurant.ts";
import { promisedReadyAt } from "../domain/schedule.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { changedOrder } from "./changed-order.ts";
import { handlingError } from "./handling-error.ts";

/** The restaurant takes an order on. */
export const acceptOrder: NonNullable<MutationResolvers["acceptOrder"]> = async (_, { input }, context) => {
  const { orderId, prepMinutes } = input;
  if (prepMinutes < 1 || prepMinutes > 240) return invalidInput("prepMinutes", "Between 1 and 240 minutes.");
  const prepSeconds = prepMinutes * 60;
  const handled = await handleAsRestaurant(context, actOf(context), {
    orderId,
    wrote: (order) => order.prepSeconds === prepSeconds,
    change: (order, now) => ({
      cause: "RESTAURANT_ACCEPTED",
      patch: { acceptedAt: now, prepSeconds, readyAt: promisedReadyAt(order, prepSeconds, now) },
    }),
  });
  return handled.ok ? changedOrder(context, "AcceptOrderSuccess", handled.value) : handlingError(handled.error);
};
