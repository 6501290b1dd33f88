/** Finds the promotions of a basket: the best automatic ones, and the one whose code was given. */
import type { Db } from "../../../kit/database/db.ts";
import {
  automaticPromotions,
  promotionByCode,
  promotionsByIds,
  promotionUser,
  returnCodeTry,
  takeCodeTry,
} from "../db/promotions.ts";
import type { LostPromotion } from "../db/redemptions.ts";
import type { PromotionRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import { isCode, normaliseCode } from "../domain/promotion-terms.ts";
import {
  givesAnything,
  limitProblem,
  problemWith,
  stackPromotions,
  type AppliedPromotion,
  type Basket,
  type Promoted,
  type PromotionProblem,
  type PromotionUser,
} from "../domain/promotions.ts";

/** Why a code does not apply; the minimum only for BASKET_TOO_SMALL. */
export type PromotionRefusal = { problem: PromotionProblem; minimumBasketMinor: number | null; currency: string };

/** What a code that is nothing to this person looks like: it costs a try. */
const strange: readonly PromotionProblem[] = ["UNKNOWN", "EXPIRED", "OTHER_RESTAURANT"];

/**
 * What may be taken off the basket. With a code that does not apply, why, beside what applies without it. After
 * PROMOTION_CODE_TRIES codes that are nothing to this person none is looked up until the window is over.
 */
export async function promoteBasket(
  deps: Deps,
  { userId }: { userId: string },
  basket: Basket,
  code: string | null,
): Promise<{ promoted: Promoted; refusal: PromotionRefusal | null }> {
  const now = deps.clock.now();
  const wanted = normaliseCode(code ?? "");
  const automatic = await automaticPromotions(deps.db, basket.restaurantId, now);
  const found = wanted === "" ? null : await lookUp(deps, userId, wanted, now);
  const coded = found === "TOO_MANY_TRIES" ? null : found;
  const ids = [...automatic, ...(coded === null ? [] : [coded])].map((promotion) => promotion.id);
  const user = await promotionUser(deps.db, userId, ids);
  const available = automatic.filter((promotion) => problemWith(promotion, basket, user, now) === null);
  const plain = stackPromotions(basket, available);
  if (wanted === "") return { promoted: plain, refusal: null };
  const { currency } = basket;
  const refuse = (problem: PromotionProblem) => {
    const minimumBasketMinor = problem === "BASKET_TOO_SMALL" ? (coded?.minimumBasketMinor ?? null) : null;
    return { promoted: plain, refusal: { problem, minimumBasketMinor, currency } };
  };
  if (found === "TOO_MANY_TRIES") return refuse(found);
  const problem = coded === null ? "UNKNOWN" : problemWith(coded, basket, user, now);
  if (problem === null || !strange.includes(problem)) await returnCodeTry(deps.db, userId);
  if (coded === null || problem !== null) return refuse(problem ?? "UNKNOWN");
  return withCode(basket, available, coded, refuse);
}

function withCode<R>(
  basket: Basket,
  available: readonly PromotionRow[],
  coded: PromotionRow,
  refuse: (problem: PromotionProblem) => R,
) {
  const promoted = stackPromotions(basket, [...available, coded]);
  if (promoted.applied.some((one) => one.promotionId === coded.id)) return { promoted, refusal: null };
  return refuse(givesAnything(coded, basket) ? "BETTER_APPLIES" : "NOT_FOR_SELECTION");
}

/** Every look-up costs a try at first, so that no burst gets past the limit. */
async function lookUp(
  deps: Deps,
  userId: string,
  code: string,
  now: Date,
): Promise<PromotionRow | null | "TOO_MANY_TRIES"> {
  const { PROMOTION_CODE_TRIES: most, PROMOTION_CODE_WINDOW_MS: windowMs } = deps.settings;
  const from = new Date(now.getTime() - windowMs);
  if (!(await takeCodeTry(deps.db, userId, { most, from, now }))) return "TOO_MANY_TRIES";
  return isCode(code) ? promotionByCode(deps.db, code) : null;
}

/** Which of a quote's promotions its limits keep from this person by now; null when none. Placing decides for good. */
export async function lostPromotion(
  db: Db,
  userId: string,
  applied: readonly AppliedPromotion[],
): Promise<LostPromotion | null> {
  if (applied.length === 0) return null;
  const ids = applied.map((one) => one.promotionId);
  const [rows, user]: [Map<string, PromotionRow>, PromotionUser] = await Promise.all([
    promotionsByIds(db, ids),
    promotionUser(db, userId, ids),
  ]);
  for (const promotion of rows.values()) {
    const problem = limitProblem(promotion, user);
    if (problem !== null) return { promotionId: promotion.id, problem };
  }
  return null;
}
