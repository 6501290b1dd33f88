import { actOf } from "../../../kit/access/caller.ts";
import { handleAsRestaurant } from "../actions/handle-as-restaurant.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { changedOrder } from "./changed-order.ts";
import { handlingError } from "./handling-error.ts";

/** The restaurant hands a pickup order to its customer. */
export const confirmCollection: NonNullable<MutationResolvers["confirmCollection"]> = async (_, { input }, context) => {
  const handled = await handleAsRestaurant(context, actOf(context), {
    orderId: input.orderId,
    // A delivery order has no code: then the state table refuses.
    code: input.code.trim().slice(0, 20),
    change: () => ({ cause: "CUSTOMER_COLLECTED" }),
  });
  if (handled.ok) return changedOrder(context, "ConfirmCollectionSuccess", handled.value);
  const { error } = handled;
  if (error.tag === "WRONG_CODE")
    return { __typename: "WrongCodeError", message: "That is not this order's code.", triesLeft: error.triesLeft };
  if (error.tag === "CODE_LOCKED")
    return {
      __typename: "CodeLockedError",
      message: "Too many wrong codes; try again later.",
      lockedUntil: error.until,
    };
  return handlingError(error);
};
