import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import { createPromotion } from "../actions/edit-promotion.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { codeTaken, editorOf, termsOf, windowOf } from "./promotion-input.ts";
import { promotionOf } from "./promotion.ts";

/** An administrator promises something at the platform's cost. */
export const createPlatformPromotion: NonNullable<MutationResolvers["createPlatformPromotion"]> = async (
  _,
  { input },
  context,
) => {
  const { name, currency } = input;
  const made = await createPromotion(context, editorOf(context), {
    name,
    currency,
    restaurantId: input.restaurantId ?? null,
    code: input.code ?? null,
    limitTotal: input.limitTotal ?? null,
    limitPerUser: input.limitPerUser ?? null,
    terms: { ...termsOf(input.terms), restaurantShareBps: input.restaurantShareBps ?? 0 },
    window: windowOf(input.window),
  });
  if (made.ok) return { __typename: "CreatePlatformPromotionSuccess", promotion: promotionOf(made.value, true) };
  switch (made.error.tag) {
    case "CODE_TAKEN":
      return codeTaken();
    case "NOT_FOUND":
      return invalidInput("restaurantId", "That is not a restaurant.");
    case "INVALID":
      return invalidInput(made.error.field, made.error.message);
    case "FIXED":
      throw new Error("a new promotion is not fixed");
  }
};
