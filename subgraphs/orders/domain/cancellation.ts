/** What calling an order off costs the customer. */
import { applyBps } from "../../../kit/money.ts";
import type { OrderState } from "./order-states.ts";

/** Whose fault an order's end is; it decides who pays. */
export type Fault = "CUSTOMER" | "COURIER" | "RESTAURANT" | "PLATFORM";

/** Fee in minor units: nothing before the restaurant accepted or when the fault is another's, then a share of the items. */
export function cancellationFee(state: OrderState, fault: Fault, itemsMinor: number, feeBps: number): number {
  const started = state === "ACCEPTED" || state === "PREPARING" || state === "READY";
  return started && fault === "CUSTOMER" ? applyBps(itemsMinor, feeBps) : 0;
}

/** What payments told of a refund; `cause` is absent on old events. */
export type Refund = { amountMinor: number; full: boolean; cause?: "CANCELLATION" | "SUPPORT" | undefined };

/**
 * Whether a refund is the last word on a cancelled order's money. Support may pay back a part at the same time, which
 * settles nothing. Without a cause a partial refund counts only when it leaves no more than the agreed fee.
 */
export function settlesCancellation(refund: Refund, order: { totalMinor: number; cancelFeeMinor: number }): boolean {
  if (refund.full || refund.cause === "CANCELLATION") return true;
  if (refund.cause === "SUPPORT" || order.cancelFeeMinor === 0) return false;
  return refund.amountMinor + order.cancelFeeMinor >= order.totalMinor;
}
