import type { CartLineResolvers, CartResolvers, QuoteResolvers } from "../generated/resolvers.ts";
import { amountsOf, lineOf } from "./amounts.ts";
import { appliedOf } from "./promotion.ts";
import { reference } from "./references.ts";

/** A quote. */
export const quote: QuoteResolvers = {
  restaurant: ({ restaurantId }) => reference(restaurantId),
  amounts: (row) => amountsOf(row, row.content.taxInclusive, () => row.content.pricing.lines),
  lines: ({ content, currency, orderId }) =>
    content.lines.map((line, index) => {
      const allocation = content.pricing.lines[index];
      if (allocation === undefined) throw new Error("the quote's lines and allocations differ");
      return lineOf({ ...line, ...allocation, orderId, position: index }, currency);
    }),
  promotions: ({ content, currency }) => (content.promotions ?? []).map((one) => appliedOf(one, currency)),
  taxInclusive: ({ content }) => content.taxInclusive,
  estimatedSeconds: ({ content }) => content.delivery?.etaSeconds ?? content.prepSeconds,
  distanceMeters: ({ content }) => content.delivery?.distanceMeters ?? 0,
};

/** A cart. */
export const cart: CartResolvers = { restaurant: ({ restaurantId }) => reference(restaurantId) };

/** A line of a cart. */
export const cartLine: CartLineResolvers = { item: ({ itemId }) => reference(itemId) };
