import { personOf, actOf } from "../../../kit/access/caller.ts";
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import { placeOrder as place, type PlaceRefusal } from "../actions/place-order.ts";
import { ordersByIds, quoteOf } from "../db/queries.ts";
import type { Context } from "../deps.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { closed, itemsUnavailable, notFound, outsideZone, promotionNotApplicable } from "./refusals.ts";

/** Orders what was quoted. */
export const placeOrder: NonNullable<MutationResolvers["placeOrder"]> = async (_, { input }, context) => {
  const { quoteId, paymentMethod, idempotencyKey } = input;
  const { caller } = context;
  const returnOrigin = caller.kind === "user" ? (caller.returnOrigin ?? null) : null;
  const placed = await place(context, actOf(context), { quoteId, paymentMethod, idempotencyKey }, returnOrigin);
  if (!placed.ok) return placeError(placed.error, context);
  const order = (await ordersByIds(context.db, [placed.value.orderId])).get(placed.value.orderId);
  if (order === undefined) throw new Error("the placed order is gone");
  return { __typename: "PlaceOrderSuccess", order };
};

const fresh = async (context: Context, id: string | null) =>
  id === null ? null : quoteOf(context.db, id, personOf(context).userId);

async function placeError(refusal: PlaceRefusal, context: Context) {
  switch (refusal.tag) {
    case "NOT_FOUND":
      return notFound("quote");
    case "INVALID":
      return invalidInput(refusal.field, refusal.message);
    case "CLOSED":
      return closed(refusal.restaurantId);
    case "ITEMS":
      return itemsUnavailable(refusal.items, await fresh(context, refusal.freshQuoteId));
    case "OUTSIDE_ZONE":
      return outsideZone();
    case "QUOTE_EXPIRED": {
      const freshQuote = await fresh(context, refusal.freshQuoteId);
      return {
        __typename: "QuoteExpiredError" as const,
        message: "The quote has expired or was ordered already.",
        freshQuote,
      };
    }
    case "PROMOTION":
      return promotionNotApplicable(refusal.problem, await fresh(context, refusal.freshQuoteId), null);
    case "CONFLICT":
      return { __typename: "IdempotencyConflictError" as const, message: "This key was used for another request." };
  }
}
