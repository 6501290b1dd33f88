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
