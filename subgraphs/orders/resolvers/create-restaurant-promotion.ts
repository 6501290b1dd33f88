import { createPromotion } from "../actions/edit-promotion.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { codeTaken, editError, editorOf, termsOf, windowOf } from "./promotion-input.ts";
import { promotionOf } from "./promotion.ts";

/** An owner promises something at their restaurant's cost. */
export const createRestaurantPromotion: NonNullable<MutationResolvers["createRestaurantPromotion"]> = async (
  _,
  { input },
  context,
) => {
  const { restaurantId, name, currency } = input;
  const made = await createPromotion(
    context,
    // An administrator who wants this has createPlatformPromotion, which is on record.
    { ...editorOf(context), isAdmin: false },
    {
      restaurantId,
      name,
      currency,
      code: input.code ?? null,
      limitTotal: input.limitTotal ?? null,
      limitPerUser: input.limitPerUser ?? null,
      terms: { ...termsOf(input.terms), restaurantShareBps: 10_000 },
      window: windowOf(input.window),
    },
  );
  if (made.ok) return { __typename: "CreateRestaurantPromotionSuccess", promotion: promotionOf(made.value, true) };
  if (made.error.tag === "CODE_TAKEN") return codeTaken();
  if (made.error.tag === "FIXED") throw new Error("a new promotion is not fixed");
  return editError(made.error, "restaurant");
};
