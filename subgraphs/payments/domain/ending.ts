/** What an order that ended without being fulfilled comes to: the customer's charge, and what restaurant and courier earn. */
import { applyBps, proportion } from "../../../kit/money.ts";
import {
  courierPayAt,
  nothingRefunded,
  restaurantShareBps,
  withRefund,
  type CourierRates,
  type CourierStage,
  type EndedIn,
  type Fault,
  type Refunded,
} from "./fault-policy.ts";
import { lineRefund, type LineStanding } from "./refund-lines.ts";
import { noCharge, type Charge } from "./charge.ts";
import { refundParts, type Allocation } from "./postings.ts";

/** The end of an order, as orders tells it: the state before CANCELLING or DELIVERY_FAILED, whose fault, and the charge. */
export type Ending = { endedIn: EndedIn; fault: Fault; charge: Charge };

/** The end of a delivery that failed, of an order that told no charge, as before there were any: a customer at fault pays all. */
export function wholeEnding(amounts: Allocation, fault: Fault): Ending {
  const { itemsMinor, discountMinor, discountByRestaurantMinor: _, ...rest } = amounts;
  const none = { deliveryDiscountMinor: 0, deliveryDiscountByRestaurantMinor: 0 };
  const charge = { ...rest, ...none, itemsBps: 10_000, itemsMinor: itemsMinor - discountMinor };
  return { endedIn: "PICKED_UP", fault, charge: fault === "CUSTOMER" ? charge : noCharge };
}

/** The end of an order that was fulfilled though its money was never taken: who worked is paid, the platform bears it. */
export const unpaidEnding: Ending = { endedIn: "PICKED_UP", fault: "PLATFORM", charge: noCharge };

/** Who carried the order or was on the way to it when it ended, how far they were, the whole pay of the delivery, and the rates of that time. */
export type Ride = { courierId: string; stage: CourierStage; courierPayMinor: number; rates: CourierRates };

/**
 * What an end came to: the whole charge and its tax, the restaurant's sales before commission, the share of each line that
 * was charged in basis points, and whether the customer paid for it; minor units.
 */
export type Ended = {
  chargedMinor: number;
  chargedTaxMinor: number;
  salesMinor: number;
  itemsBps: number;
  customerPays: boolean;
  fault: Fault;
};

/** The order's lines together, as charged before tax, and the platform's part of their discounts. */
export type Sold = { netMinor: number; promotedMinor: number };

/**
 * The end as far as it can be carried out: nothing is charged to a customer whose money was never taken, which is nobody's
 * fault but the platform's; and a tip without a courier goes back.
 */
export function carriedOut(ending: Ending, known: { captured: boolean; courierId: string | null }): Ending {
  if (!known.captured && ending.fault === "CUSTOMER") return { ...ending, fault: "PLATFORM", charge: noCharge };
  const { charge } = ending;
  if (known.courierId !== null || charge.tipMinor === 0) return ending;
  return { ...ending, charge: { ...charge, tipMinor: 0, totalMinor: charge.totalMinor - charge.tipMinor } };
}

/** What restaurant and courier earn of an order that ended so, minor units; the restaurant before commission. */
export function earnedAtEnd(
  { endedIn, fault, charge }: Ending,
  sold: Sold,
  ride: Ride | null,
): { salesMinor: number; courierPayMinor: number } {
  const bps = restaurantShareBps(endedIn, fault, charge.itemsBps);
  const items = bps === charge.itemsBps ? charge.itemsMinor : applyBps(sold.netMinor, bps);
  return {
    salesMinor: items + applyBps(sold.promotedMinor, bps) - charge.deliveryDiscountByRestaurantMinor,
    courierPayMinor: ride === null ? 0 : courierPayAt(ride.stage, fault, ride.courierPayMinor, ride.rates),
  };
}

/** A line with the platform's part of its discount. */
export type SoldLine = LineStanding & { lineId: string; promotedMinor: number };

/** A line as an end charged it, with what was refunded of its pieces at that price; in multiples of `step`. */
export function chargedLine<T extends SoldLine>(line: T, chargedBps: number, step: number): T {
  if (chargedBps === 10_000) return line;
  const share = (amountMinor: number) => proportion(amountMinor, chargedBps, 10_000 * step) * step;
  const whole = { netMinor: share(line.netMinor), taxMinor: share(line.taxMinor) };
  const charged = { ...line, ...whole, promotedMinor: applyBps(line.promotedMinor, chargedBps) };
  const fresh = { ...charged, refundedQuantity: 0, refundedMinor: 0, refundedTaxMinor: 0, refundedPromotedMinor: 0 };
  const back = line.refundedQuantity > 0 ? lineRefund(fresh, line.refundedQuantity, step) : null;
  return {
    ...fresh,
    refundedQuantity: line.refundedQuantity,
    refundedMinor: back?.amountMinor ?? 0,
    refundedTaxMinor: back?.taxMinor ?? 0,
    refundedPromotedMinor: back?.promotedMinor ?? 0,
  };
}

/** A refund that was decided before the end; `lines` is empty for an amount. */
export type EarlyRefund = {
  id: string;
  fault: Fault;
  amountMinor: number;
  taxMinor: number;
  promotedMinor: number;
  lines: readonly { lineId: string; quantity: number }[];
};

/** How a refund stands after the end: what of it was never charged, its tax, what falls on the fault's bearer, and the discount that comes back. */
export type StandingRefund = { heldMinor: number; taxMinor: number; borneMinor: number; promotedMinor: number };

export type Standing = {
  /** In the order of the refunds. */
  refunds: StandingRefund[];
  refunded: Refunded;
  /** What of the charge was paid back, and the tax in it. */
  backMinor: number;
  backTaxMinor: number;
};

/**
 * Reads the refunds that came before the end as if they had come after it, so that the order of the two changes no sum:
 * pieces of lines at the price that the end charges for them, amounts up to what is left of the charge. Where the customer
 * pays nothing all of a refund is money that goes back anyway; what it was for still falls on whoever was at fault.
 */
export function standingAfter(
  ending: Ending,
  earlyRefunds: readonly EarlyRefund[],
  lines: readonly SoldLine[],
  step: number,
): Standing {
  const { charge } = ending;
  const pays = ending.fault === "CUSTOMER";
  const left = { taxMinor: charge.taxMinor, restMinor: charge.totalMinor - charge.taxMinor };
  const untouched = { refundedQuantity: 0, refundedMinor: 0, refundedTaxMinor: 0, refundedPromotedMinor: 0 };
  let priced: SoldLine[] = lines.map((line) => ({ ...line, ...untouched }));
  let refunded = nothingRefunded;
  const refunds = earlyRefunds.map((refund): StandingRefund => {
    const { amountMinor, fault } = refund;
    if (!pays) {
      const borneMinor = amountMinor - refund.taxMinor;
      refunded = withRefund(refunded, { fault, restMinor: borneMinor, promotedMinor: refund.promotedMinor });
      return { heldMinor: amountMinor, taxMinor: 0, borneMinor, promotedMinor: refund.promotedMinor };
    }
    const pieces = piecesOf(refund, priced, charge.itemsBps, step);
    priced = pieces.lines;
    const wanted = refund.lines.length > 0 ? pieces.amountMinor : amountMinor;
    const backMinor = Math.min(wanted, left.taxMinor + left.restMinor);
    const parts = refundParts(left, backMinor, refund.lines.length > 0 ? pieces.taxMinor : null);
    left.taxMinor -= parts.taxMinor;
    left.restMinor -= parts.restMinor;
    const promotedMinor = refund.lines.length > 0 ? pieces.promotedMinor : 0;
    refunded = withRefund(refunded, { fault, restMinor: parts.restMinor, promotedMinor });
    const { taxMinor, restMinor: borneMinor } = parts;
    return { heldMinor: amountMinor - backMinor, taxMinor, borneMinor, promotedMinor };
  });
  const backTaxMinor = charge.taxMinor - left.taxMinor;
  const backMinor = charge.totalMinor - left.taxMinor - left.restMinor;
  return { refunds, refunded, backMinor: pays ? backMinor : 0, backTaxMinor: pays ? backTaxMinor : 0 };
}

/** What a refund's pieces come to at the charged price, and the lines without them. */
function piecesOf({ lines: wanted }: EarlyRefund, lines: readonly SoldLine[], chargedBps: number, step: number) {
  const sum = { amountMinor: 0, taxMinor: 0, promotedMinor: 0 };
  const left = lines.map((line) => {
    const quantity = wanted.find(({ lineId }) => lineId === line.lineId)?.quantity ?? 0;
    const worth = quantity > 0 ? lineRefund(chargedLine(line, chargedBps, step), quantity, step) : null;
    if (worth === null) return line;
    sum.amountMinor += worth.amountMinor;
    sum.taxMinor += worth.taxMinor;
    sum.promotedMinor += worth.promotedMinor;
    return {
      ...line,
      refundedQuantity: line.refundedQuantity + quantity,
      refundedMinor: line.refundedMinor + worth.amountMinor,
      refundedTaxMinor: line.refundedTaxMinor + worth.taxMinor,
      refundedPromotedMinor: (line.refundedPromotedMinor ?? 0) + worth.promotedMinor,
    };
  });
  return { ...sum, lines: left };
}
