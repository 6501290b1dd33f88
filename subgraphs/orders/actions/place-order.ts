/** Turns a quote into an order: checks again, reserves the stock, then writes order, history, timer, event and redemptions at once. */
import { randomInt } from "node:crypto";
import { isId } from "../../../kit/id.ts";
import { idempotent } from "../../../kit/database/idempotency.ts";
import type { Tx } from "../../../kit/database/db.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { deleteCart, insertOrder, type Act } from "../db/changes.ts";
import { placementOf, quoteOf } from "../db/queries.ts";
import { redeem, type LostPromotion } from "../db/redemptions.ts";
import type { QuoteRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import type { PromotionProblem } from "../domain/promotions.ts";
import type { QuoteRequest } from "../domain/quote.ts";
import { amountsOf, chargedLines, idsOf } from "../events/announce.ts";
import { publish } from "../events/published.ts";
import { priceItems, quoteDelivery, reserveStock, type ReserveProblem } from "./ask.ts";
import { holdUntil } from "./hold-until.ts";
import { lostPromotion } from "./promote-basket.ts";
import { problemsOf, quoteCart, quoteOrFresh, quoteRest, sells, type Asker } from "./quote-cart.ts";
import { setStateTimers } from "./state-timers.ts";

export type PlaceInput = { quoteId: string; paymentMethod: string; idempotencyKey: string };

/** Plain JSON, since the idempotency key keeps it; quotes by id. */
export type PlaceRefusal =
  | { tag: "NOT_FOUND" }
  | { tag: "INVALID"; field: string; message: string }
  | { tag: "QUOTE_EXPIRED"; freshQuoteId: string | null }
  | { tag: "CLOSED"; restaurantId: string }
  | { tag: "ITEMS"; items: { itemId: string; problem: string }[]; freshQuoteId: string | null }
  | { tag: "OUTSIDE_ZONE" }
  | { tag: "PROMOTION"; problem: PromotionProblem; freshQuoteId: string | null }
  | { tag: "CONFLICT" };

type Placed = Result<{ orderId: string }, PlaceRefusal>;

/** Rolls the placement back: somebody else took the last of a promotion in the same moment. */
class PromotionLost extends Error {
  override readonly name = "PromotionLost";
  readonly lost: LostPromotion;
  constructor(lost: LostPromotion) {
    super(`${lost.promotionId} ${lost.problem}`);
    this.lost = lost;
  }
}

/**
 * Places the order of a quote; the same key and body answer the same again.
 * Stock is reserved before anything is written, under the order id that the quote carries, so a retry reserves nothing
 * twice. An order for later holds nothing yet: the restaurant's hours and dishes at that time are looked at.
 * Promotions are redeemed with the order or not at all; what is lost of them answers PROMOTION, the stock held for it goes
 * back at menu by itself.
 * `returnOrigin` is where the customer comes back to from the card's issuer; a repetition may come from elsewhere.
 * Throws SUBGRAPH_UNAVAILABLE, with nothing written, when menu or delivery is away.
 */
export async function placeOrder(
  deps: Deps,
  asker: Asker,
  input: PlaceInput,
  returnOrigin: string | null,
): Promise<Placed> {
  const problem = check(input);
  if (problem !== null) return err(problem);
  const quote = isId("qot", input.quoteId) ? await quoteOf(deps.db, input.quoteId, asker.userId) : null;
  if (quote === null) return err({ tag: "NOT_FOUND" });
  const { idempotencyKey: key, ...fingerprint } = input;
  const known = await placementOf(deps.db, { scope: asker.userId, key, quoteId: quote.id });
  // The calls happen before the transaction, so that a slow subgraph holds no connection; a known key needs none.
  const refusal = known.keyKnown ? null : await recheck(deps, asker, quote, known.quoteUsed);
  const now = deps.clock.now();
  const request = { scope: asker.userId, operation: "placeOrder", key, fingerprintOf: fingerprint, now };
  const answer = (refused: PlaceRefusal | null) =>
    idempotent(deps.db, request, (tx) =>
      refused === null
        ? write(tx, deps, asker, quote, { paymentMethod: input.paymentMethod, returnOrigin })
        : Promise.resolve<Placed>(err(refused)),
    );
  const done = await answer(refusal).catch(async (error: unknown) => {
    if (!(error instanceof PromotionLost)) throw error;
    return answer(await withoutPromotion(deps, asker, quote, error.lost));
  });
  return done.kind === "conflict" ? err({ tag: "CONFLICT" }) : done.value;
}

function check(input: PlaceInput): PlaceRefusal | null {
  const length = input.idempotencyKey.length;
  if (length < 1 || length > 200)
    return { tag: "INVALID", field: "idempotencyKey", message: "A key has 1 to 200 characters." };
  if (/^pm_[A-Za-z0-9_]{1,100}$/.test(input.paymentMethod)) return null;
  return { tag: "INVALID", field: "paymentMethod", message: "That is not a payment method of the card provider." };
}

async function recheck(deps: Deps, asker: Asker, quote: QuoteRow, used: boolean): Promise<PlaceRefusal | null> {
  const now = deps.clock.now();
  const { recipient, content, scheduledFor } = quote;
  const late = scheduledFor !== null && scheduledFor <= now;
  if (used || quote.expiresAt <= now || late) return expired(deps, asker, quote.request, late);
  const lost = await lostPromotion(deps.db, asker.userId, content.promotions ?? []);
  if (lost !== null) return withoutPromotion(deps, asker, quote, lost);
  if (quote.fulfilment === "DELIVERY") {
    if (recipient === null) return { tag: "OUTSIDE_ZONE" };
    const { pickup, prepSeconds } = content;
    const way = await quoteDelivery(
      { ...deps, traceId: asker.traceId },
      { pickup, dropoff: recipient.location, currency: quote.currency, prepSeconds },
    );
    if (way === null) return { tag: "OUTSIDE_ZONE" };
  }
  const problems =
    scheduledFor === null ? await holdNow(deps, asker, quote, now) : await lookAhead(deps, asker, quote, scheduledFor);
  return problems.length === 0 ? null : unavailable(deps, asker, quote, problems);
}

const holdNow = (deps: Deps, asker: Asker, { orderId, restaurantId, content }: QuoteRow, now: Date) =>
  reserveStock(
    { ...deps, traceId: asker.traceId },
    {
      orderId,
      restaurantId,
      at: now.toISOString(),
      expiresAt: holdUntil(now, deps.settings.PAYMENT_TIMEOUT_MS, deps.settings).toISOString(),
      lines: content.lines.map(({ itemId, quantity }) => ({ itemId, quantity })),
    },
  );

async function lookAhead(deps: Deps, asker: Asker, quote: QuoteRow, at: Date): Promise<ReserveProblem[]> {
  const { restaurantId, request } = quote;
  const wanted = { restaurantId, at: at.toISOString(), lines: request.lines };
  const priced = await priceItems({ ...deps, traceId: asker.traceId }, wanted);
  if (priced === null || !sells(priced)) return [{ itemId: null, problem: "RESTAURANT_CLOSED" }];
  return problemsOf(priced);
}

async function expired(deps: Deps, asker: Asker, request: QuoteRequest, late: boolean): Promise<PlaceRefusal> {
  const fresh = await quoteCart(deps, asker, late ? { ...request, scheduledFor: null } : request);
  return { tag: "QUOTE_EXPIRED", freshQuoteId: quoteOrFresh(fresh)?.id ?? null };
}

async function withoutPromotion(
  deps: Deps,
  asker: Asker,
  quote: QuoteRow,
  { promotionId, problem }: LostPromotion,
): Promise<PlaceRefusal> {
  const coded = quote.content.promotions?.some((one) => one.promotionId === promotionId && one.code !== null);
  const { promotionCode = null, ...plain } = quote.request;
  const fresh = await quoteCart(deps, asker, coded ? plain : { ...plain, promotionCode });
  return { tag: "PROMOTION", problem, freshQuoteId: quoteOrFresh(fresh)?.id ?? null };
}

async function unavailable(
  deps: Deps,
  asker: Asker,
  quote: QuoteRow,
  problems: readonly ReserveProblem[],
): Promise<PlaceRefusal> {
  if (problems.some(({ problem }) => problem === "RESTAURANT_CLOSED"))
    return { tag: "CLOSED", restaurantId: quote.restaurantId };
  // The hold of an earlier try has run out: the quote is as good as expired.
  if (problems.some(({ problem }) => problem === "RESERVATION_RELEASED"))
    return expired(deps, asker, quote.request, false);
  const items = problems.flatMap(({ itemId, problem }) => (itemId === null ? [] : [{ itemId, problem }]));
  const fresh = await quoteRest(deps, asker, quote.request, items);
  return { tag: "ITEMS", items, freshQuoteId: fresh?.id ?? null };
}

type Paying = { paymentMethod: string; returnOrigin: string | null };

async function write(tx: Tx, deps: Deps, asker: Asker, quote: QuoteRow, paying: Paying): Promise<Placed> {
  const act: Act = { actorId: asker.userId, now: deps.clock.now(), traceId: asker.traceId };
  const code = quote.fulfilment === "PICKUP" ? String(randomInt(1_000_000)).padStart(6, "0") : null;
  const order = await insertOrder(tx, quote, code, act);
  // Another key placed this quote in the same moment.
  if (order === null) return err({ tag: "QUOTE_EXPIRED", freshQuoteId: null });
  await setStateTimers(tx, order, null, deps.settings, act);
  await deleteCart(tx, asker.userId);
  const data = {
    ...idsOf(order),
    fulfilment: order.fulfilment,
    amounts: amountsOf(order),
    ...paying,
    payUntil: new Date(act.now.getTime() + deps.settings.PAYMENT_TIMEOUT_MS).toISOString(),
    scheduledFor: order.scheduledFor?.toISOString() ?? null,
    lines: await chargedLines(tx, order.id),
  };
  await publish(tx, { type: "order.created.v1", aggregateId: order.id, data }, act);
  // Last: the row of a promotion that everybody uses is locked for as short as can be.
  const lost = await redeem(tx, quote.content.promotions ?? [], {
    orderId: order.id,
    userId: asker.userId,
    now: act.now,
  });
  if (lost !== null) throw new PromotionLost(lost);
  return ok({ orderId: order.id });
}
