import { actOf } from "../../../kit/access/caller.ts";
import { quoteCart as makeQuote } from "../actions/quote-cart.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { money } from "./amounts.ts";
import { cartLines } from "./cart-lines.ts";
import { promotionNotApplicable, quoteError, tooEarly } from "./refusals.ts";

/** Prices a selection. */
export const quoteCart: NonNullable<MutationResolvers["quoteCart"]> = async (_, { input }, context) => {
  const made = await makeQuote(context, actOf(context), {
    restaurantId: input.restaurantId,
    lines: cartLines(input.lines),
    fulfilment: input.fulfilment,
    addressId: input.fulfilment === "DELIVERY" ? (input.addressId ?? null) : null,
    tipMinor: input.tipMinor ?? 0,
    scheduledFor: input.scheduledFor?.toISOString() ?? null,
    promotionCode: input.promotionCode ?? null,
  });
  if (made.ok) return { __typename: "QuoteCartSuccess", quote: made.value };
  if (made.error.tag === "TOO_EARLY") return tooEarly(made.error.earliest);
  if (made.error.tag !== "PROMOTION") return quoteError(made.error);
  const { problem, minimumBasketMinor, currency, freshQuote } = made.error;
  const minimumBasket = minimumBasketMinor === null ? null : money(minimumBasketMinor, currency);
  return promotionNotApplicable(problem, freshQuote, minimumBasket);
};
