/** What a customer reads adds up, whether listed prices contain tax or not; lines keep their name on the way to payments. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { placeQuote, selection, startOrders, type Orders } from "./testing/harness.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders()));
afterAll(() => orders.stop());
afterEach(() => void (orders.world.taxInclusive = false));

const money = (...names: string[]) => names.map((name) => `${name} { amount }`).join(" ");
const shown = `lines { id ${money("lineTotal")} } amounts { ${money("subtotal", "discount", "addedTax", "includedTax", "tax", "fees", "tip", "total")} }`;
type Shown = { lines: { id: string; lineTotal: { amount: number } }[]; amounts: Record<string, { amount: number }> };

const quoteIt = `mutation ($input: QuoteCartInput!) { quoteCart(input: $input) { ... on QuoteCartSuccess { quote { id ${shown} } } } }`;

async function both() {
  const lines = [1, 3].map((quantity) => ({ itemId: newId("itm"), quantity, modifierIds: [] }));
  const input = selection(orders, { lines, tipMinor: 70_001 });
  const { quote } = (await orders.graphql(quoteIt, { input }, orders.callers.customer)).data.quoteCart;
  const { order } = await placeQuote(orders, { quoteId: quote.id });
  const read = `query ($id: ID!) { order(id: $id) { ${shown} } }`;
  const seen = (await orders.graphql(read, { id: order.id }, orders.callers.customer)).data.order as Shown;
  return { orderId: order.id as string, quoted: quote as Shown, seen };
}

test.each([false, true])("prices that contain tax: %s", async (taxInclusive) => {
  orders.world.taxInclusive = taxInclusive;
  const { quoted, seen } = await both();
  const { id: _id, ...same } = quoted as Shown & { id: string };
  expect(seen).toEqual(same);
  const of = (name: string) => seen.amounts[name]?.amount ?? Number.NaN;
  expect(of("subtotal")).toBe(seen.lines.reduce((sum, { lineTotal }) => sum + lineTotal.amount, 0));
  expect(of("subtotal") - of("discount") + of("addedTax") + of("fees") + of("tip")).toBe(of("total"));
  expect(of("addedTax") + of("includedTax")).toBe(of("tax"));
  expect(of("includedTax") > 0).toBe(taxInclusive);
});

test("a line has one id: in the quote, in the order, and where it is paid and paid back", async () => {
  const { orderId, quoted, seen } = await both();
  const ids = seen.lines.map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
  expect(quoted.lines.map(({ id }) => id)).toEqual(ids);
  const created = (await orders.outbox()).find((event) => event.aggregateId === orderId);
  const data = created?.data as { lines: { lineId: string; name: string }[] } | undefined;
  expect(data?.lines.map(({ lineId }) => lineId)).toEqual(ids);
  expect(data?.lines.map(({ name }) => name)).toEqual(["Nasi Goreng", "Nasi Goreng"]);
});
