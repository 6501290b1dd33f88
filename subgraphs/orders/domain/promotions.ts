/** Promotions: which one a basket may have, what it takes off, and who bears it. Amounts are minor units of one currency. */
import { allocate, applyBps, chargeStep, floorTo, nearestStep } from "../../../kit/money.ts";
import type { Fulfilment } from "./fulfilment.ts";
import type { Discount } from "./pricing.ts";

/** PERCENT and FIXED take off the whole basket, ITEM a share of some dishes, FREE_DELIVERY the delivery fee. */
export const promotionKinds = ["PERCENT", "FIXED", "FREE_DELIVERY", "ITEM"] as const;
export type PromotionKind = (typeof promotionKinds)[number];

/** Where a promotion takes effect: an order has at most one of each, the item promotion before the order promotion. */
export const promotionSlots = ["ITEM", "ORDER"] as const;
export type PromotionSlot = (typeof promotionSlots)[number];

/** The slot of a kind. */
export const slotOf = (kind: PromotionKind): PromotionSlot => (kind === "ITEM" ? "ITEM" : "ORDER");

/** What a promotion gives and to whom; `restaurantId` null = everywhere. */
export type PromotionTerms = {
  id: string;
  restaurantId: string | null;
  name: string;
  kind: PromotionKind;
  /** Normalised; null = applies by itself. */
  code: string | null;
  currency: string;
  percentBps: number | null;
  amountMinor: number | null;
  capMinor: number | null;
  itemIds: string[] | null;
  minimumBasketMinor: number;
  firstOrderOnly: boolean;
  /** Share of the discount that the restaurant bears; the platform bears the rest. */
  restaurantShareBps: number;
  limitTotal: number | null;
  limitPerUser: number | null;
  redeemed: number;
  active: boolean;
  startsAt: Date;
  endsAt: Date | null;
  endedAt: Date | null;
};

/** A basket before promotions; `listedMinor` is quantity × unit price. */
export type Basket = {
  restaurantId: string;
  currency: string;
  fulfilment: Fulfilment;
  lines: readonly { itemId: string; listedMinor: number }[];
  deliveryFeeMinor: number;
};

/** Why a promotion does not apply. UNKNOWN stands for every code that a stranger to it has no business to learn of. */
export type PromotionProblem =
  | "UNKNOWN"
  | "EXPIRED"
  | "USED_UP"
  | "ALREADY_USED"
  | "OTHER_RESTAURANT"
  | "BASKET_TOO_SMALL"
  | "NOT_FIRST_ORDER"
  | "NOT_FOR_SELECTION"
  | "BETTER_APPLIES"
  | "TOO_MANY_TRIES";

/** What is known of the person who asks. */
export type PromotionUser = {
  /** Times that they have redeemed each promotion, by its id. */
  redeemed: ReadonlyMap<string, number>;
  hasOrdered: boolean;
};

/** A promotion of a quote or order, as it was then. */
export type AppliedPromotion = {
  promotionId: string;
  slot: PromotionSlot;
  name: string;
  kind: PromotionKind;
  code: string | null;
  discountMinor: number;
  /** The restaurant's part of it. */
  restaurantMinor: number;
};

type Chosen = { promotion: PromotionTerms; discounts: Discount[]; discountMinor: number };

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** Whether the promotion runs at `now`. */
export const isRunning = (promotion: PromotionTerms, now: Date): boolean =>
  promotion.active &&
  promotion.endedAt === null &&
  promotion.startsAt <= now &&
  (promotion.endsAt === null || promotion.endsAt > now);

/** Which limit keeps this person from the promotion; null when none does. */
export function limitProblem(promotion: PromotionTerms, user: PromotionUser): PromotionProblem | null {
  if (promotion.limitTotal !== null && promotion.redeemed >= promotion.limitTotal) return "USED_UP";
  if (promotion.limitPerUser !== null && (user.redeemed.get(promotion.id) ?? 0) >= promotion.limitPerUser)
    return "ALREADY_USED";
  return promotion.firstOrderOnly && user.hasOrdered ? "NOT_FIRST_ORDER" : null;
}

/** Why the promotion cannot be had by this person, for this basket, at `now`; null when nothing stands against it. */
export function problemWith(
  promotion: PromotionTerms,
  basket: Basket,
  user: PromotionUser,
  now: Date,
): PromotionProblem | null {
  if (promotion.endsAt !== null && promotion.endsAt <= now && promotion.active) return "EXPIRED";
  if (!isRunning(promotion, now) || promotion.currency !== basket.currency) return "UNKNOWN";
  if (promotion.restaurantId !== null && promotion.restaurantId !== basket.restaurantId) return "OTHER_RESTAURANT";
  const limit = limitProblem(promotion, user);
  if (limit !== null) return limit;
  if (sum(basket.lines.map((line) => line.listedMinor)) < promotion.minimumBasketMinor) return "BASKET_TOO_SMALL";
  return null;
}

/** What it takes off a basket of which item promotions left `left` per line; empty when nothing. */
function discountsOf(promotion: PromotionTerms, basket: Basket, left: readonly number[]): Discount[] {
  const step = chargeStep(basket.currency);
  const down = (amountMinor: number) => floorTo(step, amountMinor);
  const capped = (amountMinor: number) => down(Math.min(amountMinor, promotion.capMinor ?? amountMinor));
  const whole = (line: Discount["line"], amountMinor: number) => (amountMinor > 0 ? [{ line, amountMinor }] : []);
  switch (promotion.kind) {
    case "PERCENT":
      return whole(null, capped(applyBps(sum(left), promotion.percentBps ?? 0)));
    case "FIXED":
      return whole(null, down(Math.min(promotion.amountMinor ?? 0, sum(left))));
    case "FREE_DELIVERY":
      return whole("DELIVERY", basket.fulfilment === "DELIVERY" ? capped(basket.deliveryFeeMinor) : 0);
    case "ITEM": {
      const shares = basket.lines.map(({ itemId }, line) =>
        promotion.itemIds?.includes(itemId) ? down(applyBps(left[line] ?? 0, promotion.percentBps ?? 0)) : 0,
      );
      const given = allocate(capped(sum(shares)) / step, shares);
      return sum(shares) === 0 ? [] : given.flatMap((steps, line) => whole(line, steps * step));
    }
  }
}

function best(basket: Basket, candidates: readonly PromotionTerms[], left: readonly number[]): Chosen | null {
  let found: Chosen | null = null;
  for (const promotion of candidates.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const discounts = discountsOf(promotion, basket, left);
    const discountMinor = sum(discounts.map((discount) => discount.amountMinor));
    if (discountMinor > (found?.discountMinor ?? 0)) found = { promotion, discounts, discountMinor };
  }
  return found;
}

const appliedOf = ({ promotion, discountMinor }: Chosen): AppliedPromotion => ({
  promotionId: promotion.id,
  slot: slotOf(promotion.kind),
  name: promotion.name,
  kind: promotion.kind,
  code: promotion.code,
  discountMinor,
  restaurantMinor: nearestStep(chargeStep(promotion.currency), applyBps(discountMinor, promotion.restaurantShareBps)),
});

/** What the promotion takes off, with the restaurant's part of each. */
function sharedDiscounts(chosen: Chosen): Discount[] {
  const step = chargeStep(chosen.promotion.currency);
  const parts = allocate(
    appliedOf(chosen).restaurantMinor / step,
    chosen.discounts.map(({ amountMinor }) => amountMinor / step),
  );
  return chosen.discounts.map((discount, index) => {
    const restaurantMinor = (parts[index] ?? 0) * step;
    return restaurantMinor > 0 ? { ...discount, restaurantMinor } : discount;
  });
}

/** The promotions of an order and what they take off, as pricing wants it. */
export type Promoted = { applied: AppliedPromotion[]; discounts: Discount[] };

/**
 * Stacks promotions that all may be had: at most one item promotion, then at most one order promotion of what that left, each the
 * one that takes off most (the older on a tie). As no promotion gives more on a larger rest than the rest grew, this is also
 * the most that any two of them take off together.
 */
export function stackPromotions(basket: Basket, candidates: readonly PromotionTerms[]): Promoted {
  const chosen: Chosen[] = [];
  let left = basket.lines.map((line) => line.listedMinor);
  for (const slot of promotionSlots) {
    const one = best(
      basket,
      candidates.filter((promotion) => slotOf(promotion.kind) === slot),
      left,
    );
    if (one === null) continue;
    chosen.push(one);
    left = left.map(
      (amount, line) => amount - sum(one.discounts.map((each) => (each.line === line ? each.amountMinor : 0))),
    );
  }
  return { applied: chosen.map(appliedOf), discounts: chosen.flatMap(sharedDiscounts) };
}

/** Whether the promotion would take anything off the basket by itself. */
export const givesAnything = (promotion: PromotionTerms, basket: Basket): boolean =>
  discountsOf(
    promotion,
    basket,
    basket.lines.map((line) => line.listedMinor),
  ).length > 0;
