import { personOf } from "../../../kit/access/caller.ts";
import { pickUp as act } from "../actions/pick-up.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { stepRefused } from "./refusals.ts";

/** The courier leaves the restaurant with the food, by its code. */
export const pickUp: NonNullable<MutationResolvers["pickUp"]> = async (_root, { input }, ctx) => {
  const done = await act(ctx, personOf(ctx).userId, input.deliveryId, input.code);
  if (done.ok) return { __typename: "PickUpSuccess", delivery: done.value };
  switch (done.error.tag) {
    case "WRONG_CODE":
      return {
        __typename: "WrongPickupCodeError",
        message: "That is not the restaurant's code.",
        triesLeft: done.error.triesLeft,
      };
    case "LOCKED":
      return {
        __typename: "PickupCodeLockedError",
        message: "Too many wrong codes; wait a while.",
        lockedUntil: done.error.until,
      };
    case "KITCHEN_NOT_READY":
      return { __typename: "KitchenNotReadyError", message: "The kitchen has not begun this order." };
    default:
      return stepRefused(done.error);
  }
};
