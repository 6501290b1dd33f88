/** Expected refusals as the graph's typed errors. */
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import type { Money } from "../../../kit/money.ts";
import type { QuoteRefusal } from "../actions/quote-cart.ts";
import type { OrderState } from "../domain/order-states.ts";
import type { PromotionProblem } from "../domain/promotions.ts";
import type { ItemProblem } from "../generated/resolvers.ts";
import { reference } from "./references.ts";

const problems: Record<string, ItemProblem> = {
  UNKNOWN_ITEM: "NOT_ON_MENU",
  UNAVAILABLE: "NOT_AVAILABLE",
  OUT_OF_STOCK: "SOLD_OUT",
  MODIFIER_LIMITS: "WRONG_MODIFIERS",
  BAD_QUANTITY: "WRONG_QUANTITY",
};

/** The object does not exist for this caller. */
export const notFound = (what: string) => ({
  __typename: "NotFoundError" as const,
  message: `There is no such ${what}.`,
});

/** The order stands elsewhere. */
export const wrongState = (state: OrderState) => ({
  __typename: "WrongOrderStateError" as const,
  message: `The order is ${state.toLowerCase().replaceAll("_", " ")}.`,
  state,
});

/** The charge is still under way. */
export const notCaptured = () => ({
  __typename: "PaymentNotCapturedError" as const,
  message: "The payment is still being captured; try again in a moment.",
});

/** The restaurant sells nothing at that time. */
export const closed = (restaurantId: string) => ({
  __typename: "RestaurantClosedError" as const,
  message: "The restaurant does not take orders at that time.",
  restaurant: reference(restaurantId),
});

/** Some dishes cannot be had. */
export const itemsUnavailable = <Q>(items: readonly { itemId: string; problem: string }[], freshQuote: Q | null) => ({
  __typename: "ItemUnavailableError" as const,
  message: "Some dishes cannot be ordered.",
  items: items.map(({ itemId, problem }) => ({
    item: reference(itemId),
    problem: problems[problem] ?? ("NOT_AVAILABLE" as const),
  })),
  freshQuote,
});

/** Nobody delivers there. */
export const outsideZone = () => ({
  __typename: "OutsideDeliveryZoneError" as const,
  message: "The address is outside the delivery area.",
});

const promotionMessages: Record<PromotionProblem, string> = {
  UNKNOWN: "There is no such promotion.",
  EXPIRED: "The promotion is over.",
  USED_UP: "The promotion is used up.",
  ALREADY_USED: "You have had this promotion.",
  OTHER_RESTAURANT: "The promotion is another restaurant's.",
  BASKET_TOO_SMALL: "The promotion is for larger orders.",
  NOT_FIRST_ORDER: "The promotion is for a first order.",
  NOT_FOR_SELECTION: "The promotion does not apply to these dishes.",
  BETTER_APPLIES: "What applies already takes off as much or more.",
  TOO_MANY_TRIES: "Too many codes were tried; try again later.",
};

/** The promotion is not for this order. */
export const promotionNotApplicable = <Q>(
  problem: PromotionProblem,
  freshQuote: Q | null,
  minimumBasket: Money | null,
) => ({
  __typename: "PromotionNotApplicableError" as const,
  message: promotionMessages[problem],
  problem,
  minimumBasket,
  freshQuote,
});

/** Kitchen and way need longer. */
export const tooEarly = (earliest: Date) => ({
  __typename: "ScheduledTooEarlyError" as const,
  message: "The order cannot be there by then; choose a later time.",
  earliest,
});

/** A refused quote as one of the errors of quoteCart and reorder. */
export function quoteError(refusal: Exclude<QuoteRefusal, { tag: "PROMOTION" | "TOO_EARLY" }>) {
  switch (refusal.tag) {
    case "NOT_FOUND":
      return notFound(refusal.what);
    case "INVALID":
      return invalidInput(refusal.field, refusal.message);
    case "CLOSED":
      return closed(refusal.restaurantId);
    case "ITEMS":
      return itemsUnavailable(refusal.items, refusal.freshQuote);
    case "OUTSIDE_ZONE":
      return outsideZone();
  }
}

/** Free text of a person, trimmed; a problem when it is empty (if it must not be) or longer than 500 characters. */
export function checkReason(reason: string | null | undefined, required: boolean) {
  const text = reason?.trim() ?? "";
  if (text.length > 500) return invalidInput("reason", "At most 500 characters.");
  return required && text === "" ? invalidInput("reason", "Say why.") : null;
}
