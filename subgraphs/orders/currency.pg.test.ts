/** Currencies and the tax on fees: what is refused, and what is charged where. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { admin, edit, orderWith, over, promised } from "./testing/promotions.ts";
import { placed, quote, see, startOrders, type Orders } from "./testing/harness.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders()));
afterAll(() => orders.stop());

const terms = { kind: "PERCENT", percentBps: 1000 };
const window = { from: "2026-01-01T00:00", timeZone: "Asia/Jakarta" };
const input = (change: object) => ({ name: "Lunch", terms, window, restaurantId: orders.restaurantId, ...change });

test.each(["USD", "idr", "XXX"])(
  "a promotion in %s at a restaurant whose prices are in IDR is refused",
  async (currency) => {
    const wrong = { __typename: "InvalidInputError", field: "input.currency" };
    expect(await edit(orders, "createRestaurantPromotion", input({ currency }), orders.callers.owner)).toMatchObject(
      wrong,
    );
    expect(await edit(orders, "createPlatformPromotion", input({ currency }), admin)).toMatchObject(wrong);
  },
);

test("a promotion for everywhere is in a currency that is traded in", async () => {
  const everywhere = (currency: string) =>
    edit(orders, "createPlatformPromotion", input({ currency, restaurantId: null }), admin);
  for (const currency of ["idr", "XXX"]) expect(await everywhere(currency)).toMatchObject({ field: "input.currency" });
  const made = await everywhere("SGD");
  expect(made.promotion).toMatchObject({ redeemed: 0 });
  await over(orders, made.promotion);
});

test("a promotion waits for menu to say the restaurant's currency", async () => {
  orders.world.down.add("menu");
  const answer = await edit(orders, "createRestaurantPromotion", input({ currency: "IDR" }), orders.callers.owner);
  orders.world.down.delete("menu");
  expect(answer.errors[0].extensions.code).toBe("SUBGRAPH_UNAVAILABLE");
});

test.each([
  ["ID", 143_000],
  ["SG", 117_000],
  ["KW", 0],
  [null, 0],
] as const)("fees of a restaurant in %s bear that country's tax, which the quote keeps", async (country, feeTax) => {
  orders.world.country = country;
  const made = await quote(orders);
  orders.world.country = "ID";
  // The dishes bear their own 10 %.
  expect(made.quote.amounts.tax).toEqual({ amount: 1_000_000 + feeTax });
  const [kept] =
    await orders.sql`select content -> 'feeTax' as tax from quotes order by created_at desc, id desc limit 1`;
  expect(kept?.["tax"]).toMatchObject({ country });
});

test("an order in dinars, promotion and tip included, comes to a total that cards can pay", async () => {
  Object.assign(orders.world, { currency: "KWD", country: "KW", unitPriceMinor: 1_257 });
  const promotion = await promised(orders, { currency: "KWD" }, { percentBps: 1_234 });
  const id = await placed(orders, { tipMinor: 123 });
  const { total } = (await see(orders, id)).amounts;
  expect(total.currency).toBe("KWD");
  expect(total.amount % 10).toBe(0);
  const lines =
    await orders.sql`select net_minor, order_lines.tax_minor from order_lines join orders on id = order_id where currency = 'KWD'`;
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect([Number(line["net_minor"]) % 10, Number(line["tax_minor"]) % 10]).toEqual([0, 0]);
  await over(orders, promotion);
  Object.assign(orders.world, { currency: "IDR", country: "ID", unitPriceMinor: 5_000_000 });
});

test.each(["orders", "quotes", "promotions"])("the database takes no other currency into %s", async (table) => {
  await promised(orders).then((promotion) => over(orders, promotion));
  await orderWith(orders, orders.callers.customer);
  const change = orders.sql`update ${orders.sql(table)} set currency = 'idr'`;
  await expect(change).rejects.toThrow(`${table}_currency`);
});
