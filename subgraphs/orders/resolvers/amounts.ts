/** Stored minor units as the graph shows them. */
import type { Money } from "../../../kit/money.ts";
import type { OrderLineRow } from "../db/tables.ts";
import { lineIdOf } from "../domain/line-id.ts";
import { receiptOf, type OrderTotals, type Receipt } from "../domain/pricing.ts";
import type { OrderAmountsResolvers } from "../generated/resolvers.ts";
import { reference } from "./references.ts";

/** An amount in this currency. */
export const money = (amount: number, currency: string): Money => ({ amount, currency });

type LineAmounts = Pick<OrderLineRow, "listedMinor" | "taxMinor">;

/** Amounts whose listed parts are read when they are asked for. */
export type ShownAmounts = ReturnType<typeof amountsOf>;

/** Totals as OrderAmounts; `linesOf` gives the lines that they are the totals of. */
export function amountsOf(
  totals: OrderTotals & { currency: string },
  taxInclusive: boolean,
  linesOf: () => readonly LineAmounts[] | Promise<readonly LineAmounts[]>,
) {
  const show = (amount: number) => money(amount, totals.currency);
  return {
    listed: async () => receiptOf(totals.taxMinor, taxInclusive, await linesOf()),
    currency: totals.currency,
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

const receiptPart =
  (part: keyof Receipt) =>
  async ({ listed, currency }: ShownAmounts) =>
    money((await listed())[part], currency);

/** The parts of OrderAmounts that need the lines. */
export const orderAmounts: OrderAmountsResolvers = {
  subtotal: receiptPart("subtotalMinor"),
  addedTax: receiptPart("addedTaxMinor"),
  includedTax: receiptPart("includedTaxMinor"),
};

/** One line as OrderLine. */
export function lineOf(line: Omit<OrderLineRow, "taxRateBps" | "netMinor">, currency: string) {
  return {
    id: lineIdOf(line.orderId, line.position),
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
