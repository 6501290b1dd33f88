import { endPromotion as end } from "../actions/edit-promotion.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { editorOf } from "./promotion-input.ts";
import { promotionOf } from "./promotion.ts";
import { notFound } from "./refusals.ts";

/** Ends a promotion. */
export const endPromotion: NonNullable<MutationResolvers["endPromotion"]> = async (_, { input }, context) => {
  const done = await end(context, editorOf(context), input.promotionId);
  if (done.ok) return { __typename: "EndPromotionSuccess", promotion: promotionOf(done.value, true) };
  if (done.error.tag === "NOT_FOUND") return notFound("promotion");
  throw new Error(`unexpected refusal ${done.error.tag}`);
};
