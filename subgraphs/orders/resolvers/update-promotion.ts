import { updatePromotion as update, type PromotionChange } from "../actions/edit-promotion.ts";
import type { MutationResolvers, UpdatePromotionInput } from "../generated/resolvers.ts";
import { editError, editorOf, fixed, termsOf } from "./promotion-input.ts";
import { promotionOf } from "./promotion.ts";

const changeOf = ({ name, active, until, limitTotal, limitPerUser, terms }: UpdatePromotionInput): PromotionChange => ({
  ...(name != null && { name }),
  ...(active != null && { active }),
  ...(until !== undefined && { until }),
  ...(limitTotal !== undefined && { limitTotal }),
  ...(limitPerUser !== undefined && { limitPerUser }),
  ...(terms != null && { terms: termsOf(terms) }),
});

/** Changes a promotion. */
export const updatePromotion: NonNullable<MutationResolvers["updatePromotion"]> = async (_, { input }, context) => {
  const done = await update(context, editorOf(context), input.promotionId, changeOf(input));
  if (done.ok) return { __typename: "UpdatePromotionSuccess", promotion: promotionOf(done.value, true) };
  if (done.error.tag === "FIXED") return fixed(done.error);
  if (done.error.tag === "CODE_TAKEN") throw new Error("a code never changes");
  return editError(done.error);
};
