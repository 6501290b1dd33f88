/** What clients write of promotions, field by field, and what refused edits answer. */
import { actOf, isAdmin } from "../../../kit/access/caller.ts";
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import type { Editor, PromotionRefusal } from "../actions/edit-promotion.ts";
import type { Context } from "../deps.ts";
import type { MoneyTerms, Window } from "../domain/promotion-terms.ts";
import type { PromotionTermsInput, PromotionWindowInput } from "../generated/resolvers.ts";
import { promotionOf } from "./promotion.ts";
import { notFound } from "./refusals.ts";

/** The caller as somebody who edits promotions. */
export const editorOf = (context: Context): Editor => ({
  ...actOf(context),
  isAdmin: isAdmin(context),
});

/** The terms without their funding. */
export const termsOf = (input: PromotionTermsInput): Omit<MoneyTerms, "restaurantShareBps"> => ({
  kind: input.kind,
  percentBps: input.percentBps ?? null,
  amountMinor: input.amountMinor ?? null,
  capMinor: input.capMinor ?? null,
  itemIds: input.itemIds == null ? null : [...input.itemIds],
  minimumBasketMinor: input.minimumBasketMinor ?? 0,
  firstOrderOnly: input.firstOrderOnly ?? false,
});

/** The window. */
export const windowOf = ({ from, until, timeZone }: PromotionWindowInput): Window => ({
  from,
  until: until ?? null,
  timeZone,
});

/** Refusals that every edit may meet; the rest is the mutation's own. */
export const editError = (refusal: Extract<PromotionRefusal, { tag: "NOT_FOUND" | "INVALID" }>, what = "promotion") =>
  refusal.tag === "NOT_FOUND" ? notFound(what) : invalidInput(refusal.field, refusal.message);

/** The code is another's. */
export const codeTaken = () => ({
  __typename: "PromotionCodeTakenError" as const,
  message: "Another promotion has this code.",
});

/** What is fixed stays as it is. */
export const fixed = ({ promotion, why }: Extract<PromotionRefusal, { tag: "FIXED" }>) => ({
  __typename: "PromotionFixedError" as const,
  message:
    why === "ENDED" ? "The promotion was ended." : "It was redeemed: what it takes off is fixed. End it, make another.",
  promotion: promotionOf(promotion, true),
});
