/** Makes a quote: one call to menu, for a delivery one each to users and delivery, then promotions and the price, stored. */
import { isId, newId } from "../../../kit/id.ts";
import { chargeStep, nearestStep } from "../../../kit/money.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { insertQuote } from "../db/changes.ts";
import type { QuoteRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import { feeTaxOf } from "../domain/fee-tax.ts";
import { priceOrder } from "../domain/pricing.ts";
import type { Basket, Promoted } from "../domain/promotions.ts";
import { earliestAt } from "../domain/schedule.ts";
import {
  checkRequest,
  type QuoteLine,
  type QuoteRequest,
  type Recipient,
  type RequestProblem,
} from "../domain/quote.ts";
import {
  addressForOrder,
  priceItems,
  quoteDelivery,
  type DeliveryQuote,
  type LineProblem,
  type PricedItems,
} from "./ask.ts";
import { promoteBasket, type PromotionRefusal } from "./promote-basket.ts";

/** Who asks, and under which trace. */
export type Asker = { userId: string; traceId: string };

export type QuoteRefusal =
  | { tag: "NOT_FOUND"; what: "restaurant" | "address" | "order" }
  | ({ tag: "INVALID" } & RequestProblem)
  | { tag: "CLOSED"; restaurantId: string }
  | { tag: "ITEMS"; items: { itemId: string; problem: LineProblem }[]; freshQuote: QuoteRow | null }
  | { tag: "OUTSIDE_ZONE" }
  | { tag: "TOO_EARLY"; earliest: Date }
  | ({ tag: "PROMOTION"; freshQuote: QuoteRow | null } & PromotionRefusal);

type Way = { recipient: Recipient | null; delivery: DeliveryQuote | null };

/** Prices the request and stores the quote. Throws SUBGRAPH_UNAVAILABLE, with nothing stored, when a subgraph is away. */
export async function quoteCart(
  deps: Deps,
  asker: Asker,
  request: QuoteRequest,
): Promise<Result<QuoteRow, QuoteRefusal>> {
  const now = deps.clock.now();
  const problem = checkRequest(request, { now, scheduleMaxMs: deps.settings.SCHEDULE_MAX_MS });
  if (problem !== null) return err({ tag: "INVALID", ...problem });
  if (!isId("rst", request.restaurantId)) return err({ tag: "NOT_FOUND", what: "restaurant" });
  const asking = { ...deps, traceId: asker.traceId };
  const at = request.scheduledFor ?? now.toISOString();
  const priced = await priceItems(asking, { restaurantId: request.restaurantId, at, lines: request.lines });
  if (priced === null) return err({ tag: "NOT_FOUND", what: "restaurant" });
  if (!sells(priced)) return err({ tag: "CLOSED", restaurantId: request.restaurantId });
  const items = problemsOf(priced);
  if (items.length > 0) return err({ tag: "ITEMS", items, freshQuote: await quoteRest(deps, asker, request, items) });
  const way = await findWay(deps, asker, request, priced);
  if (!way.ok) return way;
  const earliest = earliestAt(now, way.value.delivery?.etaSeconds ?? priced.prepSeconds);
  if (request.scheduledFor !== null && Date.parse(request.scheduledFor) < earliest.getTime())
    return err({ tag: "TOO_EARLY", earliest });
  const { promotionCode: code = null, ...plain } = request;
  const { promoted, refusal } = await promoteBasket(deps, asker, basketOf(request, priced, way.value), code);
  if (refusal === null) return store(deps, asker, request, priced, way.value, promoted);
  const without = await store(deps, asker, plain, priced, way.value, promoted);
  return err({ tag: "PROMOTION", ...refusal, freshQuote: without.ok ? without.value : null });
}

/** The quote, or the one that a refusal holds out instead; null when there is none. */
export function quoteOrFresh(made: Result<QuoteRow, QuoteRefusal>): QuoteRow | null {
  if (made.ok) return made.value;
  return made.error.tag === "PROMOTION" ? made.error.freshQuote : null;
}

function basketOf({ restaurantId, fulfilment }: QuoteRequest, { currency, lines }: PricedItems, way: Way): Basket {
  // As pricing rounds them, so that no promotion takes off more than is charged.
  const charged = (amountMinor: number) => nearestStep(chargeStep(currency), amountMinor);
  return {
    restaurantId,
    currency,
    fulfilment,
    lines: lines.map(({ itemId, quantity, unitPriceMinor }) => ({
      itemId,
      listedMinor: charged(quantity * unitPriceMinor),
    })),
    deliveryFeeMinor: charged(way.delivery?.feeMinor ?? 0),
  };
}

const lineOf = ({
  itemId,
  name,
  quantity,
  unitPriceMinor,
  taxRateBps,
  modifiers,
}: PricedItems["lines"][number]): QuoteLine => ({
  itemId,
  name,
  quantity,
  unitPriceMinor,
  taxRateBps,
  modifiers,
});

/** Whether the restaurant takes orders at the time that was asked about. */
export const sells = ({ open, status }: PricedItems): boolean => open && status === "ACTIVE";

/** The dishes that cannot be had, and why. */
export const problemsOf = (priced: PricedItems) =>
  priced.lines.flatMap(({ itemId, problem }) => (problem === null ? [] : [{ itemId, problem }]));

/** A quote of the request without the dishes that cannot be had; null when that cannot be had either. */
export async function quoteRest(
  deps: Deps,
  asker: Asker,
  request: QuoteRequest,
  without: readonly { itemId: string }[],
): Promise<QuoteRow | null> {
  const lines = request.lines.filter((line) => without.every((item) => item.itemId !== line.itemId));
  if (lines.length === 0 || lines.length === request.lines.length) return null;
  return quoteOrFresh(await quoteCart(deps, asker, { ...request, lines }));
}

async function findWay(
  deps: Deps,
  asker: Asker,
  request: QuoteRequest,
  priced: PricedItems,
): Promise<Result<Way, QuoteRefusal>> {
  if (request.fulfilment === "PICKUP" || request.addressId === null) return ok({ recipient: null, delivery: null });
  const asking = { ...deps, traceId: asker.traceId };
  const recipient = isId("adr", request.addressId)
    ? await addressForOrder(asking, asker.userId, request.addressId)
    : null;
  if (recipient === null) return err({ tag: "NOT_FOUND", what: "address" });
  const { location: pickup, currency, prepSeconds } = priced;
  const delivery = await quoteDelivery(asking, { pickup, dropoff: recipient.location, currency, prepSeconds });
  return delivery === null ? err({ tag: "OUTSIDE_ZONE" }) : ok({ recipient, delivery });
}

const priceQuote = (
  { settings }: Deps,
  request: QuoteRequest,
  priced: PricedItems,
  { delivery }: Way,
  { discounts }: Promoted,
) =>
  priceOrder({
    lines: priced.lines,
    discounts,
    rules: {
      taxInclusive: priced.taxInclusive,
      serviceFeeBps: settings.SERVICE_FEE_BPS,
      smallOrderFeeBps: settings.SMALL_ORDER_FEE_BPS,
      feeTaxBps: feeTaxOf(settings.FEE_TAX_BPS, priced.country).bps,
    },
    stepMinor: chargeStep(priced.currency),
    minimumOrderMinor: priced.minimumOrderMinor,
    deliveryFeeMinor: delivery?.feeMinor ?? 0,
    tipMinor: request.tipMinor,
  });

async function store(
  deps: Deps,
  asker: Asker,
  request: QuoteRequest,
  priced: PricedItems,
  way: Way,
  promoted: Promoted,
): Promise<Result<QuoteRow, QuoteRefusal>> {
  const pricing = priceQuote(deps, request, priced, way, promoted);
  if (!pricing.ok) return err({ tag: "INVALID", field: "lines", message: "The order is too large." });
  const now = deps.clock.now();
  const quote = await insertQuote(deps.db, {
    id: newId("qot"),
    orderId: newId("ord"),
    customerId: asker.userId,
    restaurantId: request.restaurantId,
    fulfilment: request.fulfilment,
    request,
    content: {
      restaurantName: priced.name,
      taxInclusive: priced.taxInclusive,
      prepSeconds: priced.prepSeconds,
      pickup: priced.location,
      delivery: way.delivery,
      lines: priced.lines.map(lineOf),
      pricing: pricing.value,
      feeTax: feeTaxOf(deps.settings.FEE_TAX_BPS, priced.country),
      promotions: promoted.applied,
    },
    recipient: way.recipient,
    currency: priced.currency,
    ...pricing.value.totals,
    discountByRestaurantMinor: promoted.applied.reduce((sum, { restaurantMinor }) => sum + restaurantMinor, 0),
    scheduledFor: request.scheduledFor === null ? null : new Date(request.scheduledFor),
    createdAt: now,
    expiresAt: new Date(now.getTime() + deps.settings.QUOTE_EXPIRY_MS),
  });
  return ok(quote);
}
