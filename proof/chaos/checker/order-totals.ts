/** Invariant 3: an order's total is the accepted quote's, what its customer was told, and the sum of its allocations. */
import { orderKey, type Evidence } from "./evidence.ts";
import type { Row } from "./read.ts";
import { sum, type Say } from "./violation.ts";

const minor = (row: Row, name: string): number => Number(row[`${name}_minor`]);

function checkSums(id: string, order: Row, lines: readonly Row[], fees: readonly Row[], say: Say): void {
  const total = minor(order, "total");
  const parts =
    minor(order, "items") -
    minor(order, "discount") +
    minor(order, "tax") +
    minor(order, "delivery_fee") +
    minor(order, "service_fee") +
    minor(order, "small_order_fee") +
    minor(order, "tip");
  if (parts !== total) say(id, `its parts sum to ${parts}, its total is ${total}`);
  const allocated = sum([...lines, ...fees].map((row) => minor(row, "net") + minor(row, "tax"))) + minor(order, "tip");
  if (allocated !== total) say(id, `its allocations sum to ${allocated}, its total is ${total}`);
}

/** Checks each order against its quote, its payment, its lines and fees, and the clients' file. */
export function checkOrderTotals({ orders, quotes, lines, fees, payments, told }: Evidence, say: Say): void {
  for (const [id, order] of orders) {
    const total = minor(order, "total");
    const quote = quotes.get(String(order["quote_id"]));
    if (!quote) say(id, "its quote is not there");
    else if (minor(quote, "total") !== total || quote["currency"] !== order["currency"])
      say(id, `its quote says ${minor(quote, "total")}, its total is ${total}`);
    checkSums(id, order, lines.get(id) ?? [], fees.get(id) ?? [], say);
    const payment = payments.get(id);
    if (payment && minor(payment, "amount") !== total) say(id, `its payment is about ${minor(payment, "amount")}`);
  }
  for (const line of told) {
    if (line.kind !== "acknowledged") continue;
    const id = orderKey(line["orderId"]);
    const order = orders.get(id);
    if (order && (minor(order, "total") !== line["totalMinor"] || order["currency"] !== line["currency"]))
      say(id, `its customer was told ${String(line["totalMinor"])}, its total is ${minor(order, "total")}`);
  }
}
