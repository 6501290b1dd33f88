/** What the customer pays when an order ends without being fulfilled. What restaurant and courier earn then is payments' own table. */
import { proportion } from "../../../kit/money.ts";
import type { OrderState } from "./order-states.ts";
import type { FeeKind } from "./pricing.ts";

/** Whose fault an order's end is; it decides who pays. NOBODY is an accident: money as for PLATFORM, and nobody is marked. */
export const faults = ["CUSTOMER", "COURIER", "RESTAURANT", "PLATFORM", "NOBODY"] as const;

export type Fault = (typeof faults)[number];

/** The states from which an order may end so. */
export const endedStates = [
  "PENDING_PAYMENT",
  "SCHEDULED",
  "PLACED",
  "ACCEPTED",
  "PREPARING",
  "READY",
  "PICKED_UP",
] as const satisfies readonly OrderState[];

export type EndedIn = (typeof endedStates)[number];

/** What is charged: nothing; a share of each line with its tax; the lines and the service fees with their tax; or the whole total. */
export type Charged = "NOTHING" | "SHARE_OF_ITEMS" | "ITEMS_AND_SERVICE" | "TOTAL";

/** What a customer at fault pays, by the state before the end; whoever is not at fault pays nothing. */
export const customerPays: Readonly<Record<EndedIn, Charged>> = {
  PENDING_PAYMENT: "NOTHING",
  SCHEDULED: "NOTHING",
  PLACED: "NOTHING",
  ACCEPTED: "SHARE_OF_ITEMS",
  PREPARING: "ITEMS_AND_SERVICE",
  READY: "ITEMS_AND_SERVICE",
  PICKED_UP: "TOTAL",
};

/** A line as charged: after discount, before tax, and its tax. */
export type ChargedLine = { netMinor: number; taxMinor: number };

/** A fee as charged, with what promotions took off it. */
export type ChargedFee = ChargedLine & {
  kind: FeeKind;
  discountMinor: number;
  /** The restaurant's part of its discount. */
  discountByRestaurantMinor: number;
};

/** An order as its quote was accepted, minor units. */
export type ChargedOrder = { lines: readonly ChargedLine[]; fees: readonly ChargedFee[]; tipMinor: number };

/** What an order's end costs its customer, part by part, minor units. */
export type Charge = {
  /** The share of each line that is charged, basis points. */
  itemsBps: number;
  /** That share of the lines, each rounded half up, before tax. */
  itemsMinor: number;
  /** Before its discount; 0 where the delivery is not charged, and then its discount does not count either. */
  deliveryFeeMinor: number;
  deliveryDiscountMinor: number;
  deliveryDiscountByRestaurantMinor: number;
  serviceFeeMinor: number;
  smallOrderFeeMinor: number;
  taxMinor: number;
  tipMinor: number;
  totalMinor: number;
};

const charges: Readonly<Record<Charged, { itemsBps: number | "SHARE"; fees: readonly FeeKind[]; tip: boolean }>> = {
  NOTHING: { itemsBps: 0, fees: [], tip: false },
  SHARE_OF_ITEMS: { itemsBps: "SHARE", fees: [], tip: false },
  ITEMS_AND_SERVICE: { itemsBps: 10_000, fees: ["SERVICE", "SMALL_ORDER"], tip: false },
  TOTAL: { itemsBps: 10_000, fees: ["SERVICE", "SMALL_ORDER", "DELIVERY"], tip: true },
};

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** Whether an order may end without being fulfilled from `state`. */
export const isEndedState = (state: OrderState): state is EndedIn => endedStates.some((each) => each === state);

/** The rate of SHARE_OF_ITEMS in basis points, and the smallest amount that cards can pay, of which each part is a multiple. */
export type ChargeRule = { shareBps: number; stepMinor: number };

/** What the end of an order costs its customer. Never more than the total. */
export function chargeOf(endedIn: EndedIn, fault: Fault, order: ChargedOrder, rule: ChargeRule): Charge {
  const { itemsBps: rate, fees, tip } = charges[fault === "CUSTOMER" ? customerPays[endedIn] : "NOTHING"];
  const itemsBps = rate === "SHARE" ? rule.shareBps : rate;
  const share = (amountMinor: number) => proportion(amountMinor, itemsBps, 10_000 * rule.stepMinor) * rule.stepMinor;
  const charged = order.fees.filter(({ kind }) => fees.includes(kind));
  const feeOf = (wanted: FeeKind) => charged.filter(({ kind }) => kind === wanted);
  const delivery = feeOf("DELIVERY");
  const parts = {
    itemsMinor: sum(order.lines.map(({ netMinor }) => share(netMinor))),
    deliveryFeeMinor: sum(delivery.map(({ netMinor, discountMinor }) => netMinor + discountMinor)),
    serviceFeeMinor: sum(feeOf("SERVICE").map(({ netMinor }) => netMinor)),
    smallOrderFeeMinor: sum(feeOf("SMALL_ORDER").map(({ netMinor }) => netMinor)),
    taxMinor: sum([...order.lines.map(({ taxMinor }) => share(taxMinor)), ...charged.map(({ taxMinor }) => taxMinor)]),
    tipMinor: tip ? order.tipMinor : 0,
  };
  const deliveryDiscountMinor = sum(delivery.map(({ discountMinor }) => discountMinor));
  const deliveryDiscountByRestaurantMinor = sum(delivery.map((fee) => fee.discountByRestaurantMinor));
  const totalMinor = sum(Object.values(parts)) - deliveryDiscountMinor;
  return { itemsBps, ...parts, deliveryDiscountMinor, deliveryDiscountByRestaurantMinor, totalMinor };
}

/** What payments told of a refund; `cause` is absent on old events. */
export type Refund = { amountMinor: number; full: boolean; cause?: "CANCELLATION" | "SUPPORT" | undefined };

/**
 * Whether a refund is the last word on a cancelled order's money. Support may pay back a part at the same time, which
 * settles nothing. Without a cause a partial refund counts only when it leaves no more than the agreed charge.
 */
export function settlesCancellation(refund: Refund, order: { totalMinor: number; cancelFeeMinor: number }): boolean {
  if (refund.full || refund.cause === "CANCELLATION") return true;
  if (refund.cause === "SUPPORT" || order.cancelFeeMinor === 0) return false;
  return refund.amountMinor + order.cancelFeeMinor >= order.totalMinor;
}
