/** Stored minor units as the graph shows them. */
import type { Money } from "../../../kit/money.ts";
import type { OrderLineRow } from "../db/tables.ts";
import type { OrderTotals } from "../domain/pricing.ts";
import { reference } from "./references.ts";

/** An amount in this currency. */
export const money = (amount: number, currency: string): Money => ({ amount, currency });

/** Totals as OrderAmounts. */
export function amountsOf(totals: OrderTotals & { currency: string }) {
  const show = (amount: number) => money(amount, totals.currency);
  return {
    items: show(totals.itemsMinor),
    discount: show(totals.discountMinor),
    tax: show(totals.taxMinor),
    fees: show(totals.deliveryFeeMinor + totals.serviceFeeMinor + totals.smallOrderFeeMinor),
    deliveryFee: show(totals.deliveryFeeMinor),
    serviceFee: show(totals.serviceFeeMinor),
    smallOrderFee: show(totals.smallOrderFeeMinor),
    tip: show(totals.tipMinor),
    total: show(totals.totalMinor),
  };
}

/** One line as OrderLine. */
export function lineOf(line: Omit<OrderLineRow, "orderId" | "position" | "taxRateBps" | "netMinor">, currency: string) {
  return {
    item: reference(line.itemId),
    name: line.name,
    quantity: line.quantity,
    unitPrice: money(line.unitPriceMinor, currency),
    lineTotal: money(line.listedMinor, currency),
    discount: money(line.discountMinor, currency),
    tax: money(line.taxMinor, currency),
    modifiers: line.modifiers.map(({ id, name, priceMinor }) => ({
      modifier: reference(id),
      name,
      price: money(priceMinor, currency),
    })),
  };
}
