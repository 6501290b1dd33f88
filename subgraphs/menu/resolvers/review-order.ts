import { actOf } from "../../../kit/access/caller.ts";
import { reviewOrder as review } from "../actions/review-order.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { orderReviewLoader, restaurantLoader } from "./loaders.ts";
import { refusal } from "./refusals.ts";

/** Reviews a completed order for its customer, once. */
export const reviewOrder: NonNullable<MutationResolvers["reviewOrder"]> = async (_, { input }, context) => {
  const { orderId, rating } = input;
  const outcome = await review(context.db, actOf(context), { orderId, rating, comment: input.comment ?? null });
  if (outcome.ok) {
    restaurantLoader(context).clear(outcome.value.restaurantId);
    orderReviewLoader(context).clear(orderId);
    return { __typename: "ReviewOrderSuccess", review: outcome.value };
  }
  if (outcome.error.tag !== "ALREADY_REVIEWED") return refusal(outcome.error);
  const message = "The order has a review already.";
  return { __typename: "AlreadyReviewedError", message, review: outcome.error.review };
};
