/** Limits of promotions under concurrency, and giving back what an order that came to nothing had taken. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { deliveryOf, mutate, paymentOf, startOrders, type Orders } from "./testing/harness.ts";
import { orderWith, over, placeWith, promised, quoteWith, seen, somebody } from "./testing/promotions.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders()));
afterAll(() => orders.stop());

/** How often it counts as redeemed, by its own counter, by its users', and by its rows. */
async function counts(code: string) {
  const [row] = await orders.sql<{ own: number; users: number; rows: number; restored: number }[]>`
    select p.redeemed as own,
      (select coalesce(sum(u.redeemed), 0)::int from promotion_users u where u.promotion_id = p.id) as users,
      (select count(*)::int from promotion_redemptions r where r.promotion_id = p.id and r.state = 'REDEEMED') as rows,
      (select count(*)::int from promotion_redemptions r where r.promotion_id = p.id and r.state = 'RESTORED') as restored
    from promotions p where p.code = ${code}`;
  return row;
}

test("twelve at once want the last four: four have it, eight get a fresh quote without it", async () => {
  const made = await promised(orders, { code: "RACE", limitTotal: 4 });
  const people = Array.from({ length: 12 }, somebody);
  const quotes = await Promise.all(people.map((one) => quoteWith(orders, { promotionCode: "RACE" }, one)));
  const placed = await Promise.all(quotes.map(({ quote }, n) => placeWith(orders, quote.id, people[n]!)));
  const won = placed.filter((answer) => answer.__typename === "PlaceOrderSuccess");
  const lost = placed.filter((answer) => answer.__typename === "PromotionNotApplicableError");
  expect([won.length, lost.length]).toEqual([4, 8]);
  for (const { problem, freshQuote } of lost) {
    expect(problem).toBe("USED_UP");
    expect(freshQuote).toMatchObject({ promotions: [], amounts: { discount: { amount: 0 } } });
  }
  expect(await counts("RACE")).toEqual({ own: 4, users: 4, rows: 4, restored: 0 });
  const [{ orphans }] =
    (await orders.sql`select count(*)::int as orphans from orders o join quotes q on q.id = o.quote_id
    where q.discount_minor > 0 and not exists (select 1 from promotion_redemptions r where r.order_id = o.id)`) as [
      { orphans: number },
    ];
  expect(orphans).toBe(0);
  const loser = placed.findIndex((answer) => answer.__typename !== "PlaceOrderSuccess");
  const again = await placeWith(orders, placed[loser].freshQuote.id, people[loser]!);
  expect(again.__typename).toBe("PlaceOrderSuccess");
  await over(orders, made);
});

test("one person at three places has it as often as one may", async () => {
  const made = await promised(orders, { code: "MINE", limitPerUser: 2 });
  const me = somebody();
  const quotes = await Promise.all([1, 2, 3, 4, 5].map(() => quoteWith(orders, { promotionCode: "MINE" }, me)));
  const placed = await Promise.all(quotes.map(({ quote }) => placeWith(orders, quote.id, me)));
  expect(placed.filter((answer) => answer.__typename === "PlaceOrderSuccess")).toHaveLength(2);
  expect(placed.flatMap((answer) => answer.problem ?? [])).toEqual(["ALREADY_USED", "ALREADY_USED", "ALREADY_USED"]);
  expect(await counts("MINE")).toEqual({ own: 2, users: 2, rows: 2, restored: 0 });
  expect((await quoteWith(orders, { promotionCode: "MINE" }, me)).problem).toBe("ALREADY_USED");
  expect((await quoteWith(orders, { promotionCode: "MINE" })).__typename).toBe("QuoteCartSuccess");
  await over(orders, made);
});

test("of two first orders in the same moment one is the first, whichever promotion each has", async () => {
  const made = [await promised(orders, { code: "FIRST1" }, { firstOrderOnly: true })];
  made.push(await promised(orders, { code: "FIRST2" }, { firstOrderOnly: true }));
  const me = somebody();
  const quotes = await Promise.all(
    ["FIRST1", "FIRST2"].map((promotionCode) => quoteWith(orders, { promotionCode }, me)),
  );
  const placed = await Promise.all(quotes.map(({ quote }) => placeWith(orders, quote.id, me)));
  expect(placed.map((answer) => answer.__typename).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    "PlaceOrderSuccess",
    "PromotionNotApplicableError",
  ]);
  expect((await quoteWith(orders, { promotionCode: "FIRST1" }, me)).problem).toBe("NOT_FIRST_ORDER");
  const order = placed.find((answer) => answer.order)?.order;
  await paymentOf(orders, order.id).failed();
  expect((await quoteWith(orders, { promotionCode: "FIRST1" }, me)).__typename).toBe("QuoteCartSuccess");
  await Promise.all(made.map((one) => over(orders, one)));
});

test("the same placement repeated redeems once, a refused one stays refused", async () => {
  const made = await promised(orders, { code: "AGAIN", limitTotal: 1 });
  const [me, other] = [somebody(), somebody()];
  const mine = (await quoteWith(orders, { promotionCode: "AGAIN" }, me)).quote.id;
  const theirs = (await quoteWith(orders, { promotionCode: "AGAIN" }, other)).quote.id;
  const key = newId("key");
  const answers = await Promise.all([1, 2, 3].map(() => placeWith(orders, mine, me, key)));
  expect(new Set(answers.map((answer) => answer.order.id)).size).toBe(1);
  const lost = await placeWith(orders, theirs, other, key);
  const reserved = orders.world.reserved.length;
  expect(await placeWith(orders, theirs, other, key)).toEqual(lost);
  expect(orders.world.reserved.length).toBe(reserved);
  expect(await counts("AGAIN")).toEqual({ own: 1, users: 1, rows: 1, restored: 0 });
  await over(orders, made);
});

test("what is used up is seen before stock is held for it", async () => {
  const made = await promised(orders, { code: "EARLY", limitTotal: 1 });
  const [me, other] = [somebody(), somebody()];
  const late = (await quoteWith(orders, { promotionCode: "EARLY" }, other)).quote.id;
  await orderWith(orders, me, { promotionCode: "EARLY" });
  const reserved = orders.world.reserved.length;
  expect((await placeWith(orders, late, other)).problem).toBe("USED_UP");
  expect(orders.world.reserved.length).toBe(reserved);
  await over(orders, made);
});

const ends: [string, (id: string) => Promise<unknown>][] = [
  ["a declined card", (id) => paymentOf(orders, id).failed()],
  [
    "no payment in time",
    async () => {
      orders.clock.advance(10 * 60_000);
      await orders.runTimers();
    },
  ],
  [
    "a refusal of the restaurant",
    async (id) => {
      await paymentOf(orders, id).authorized();
      await mutate(orders, "rejectOrder", { orderId: id, reason: "no rice" }, orders.callers.owner);
    },
  ],
  [
    "no answer of the restaurant",
    async (id) => {
      await paymentOf(orders, id).authorized();
      orders.clock.advance(5 * 60_000);
      await orders.runTimers();
    },
  ],
  [
    "a cancellation, told twice of its end",
    async (id) => {
      const [payment, delivery] = [paymentOf(orders, id), deliveryOf(orders, id)];
      await payment.authorized();
      const input = { orderId: id, fault: "PLATFORM", reason: "test" };
      await mutate(orders, "cancelOrderForFault", input, orders.callers.support);
      expect(await counts("BACK")).toMatchObject({ own: 1 });
      await delivery.cancelled();
      await payment.voided();
      await payment.voided();
    },
  ],
];
test.each(ends)("an order that comes to nothing gives its promotion back, once: %s", async (_, end) => {
  const made = await promised(orders, { code: "BACK", limitTotal: 1, limitPerUser: 1 });
  const me = somebody();
  const id = await orderWith(orders, me, { promotionCode: "BACK" });
  expect((await quoteWith(orders, { promotionCode: "BACK" })).problem).toBe("USED_UP");
  await end(id);
  await paymentOf(orders, id).failed();
  expect(await counts("BACK")).toEqual({ own: 0, users: 0, rows: 0, restored: 1 });
  expect(await seen(orders, made.id)).toMatchObject({ redeemed: 0, limitTotal: 1 });
  await orderWith(orders, me, { promotionCode: "BACK" });
  expect(await counts("BACK")).toEqual({ own: 1, users: 1, rows: 1, restored: 1 });
  await over(orders, made);
  await orders.sql`update promotions set code = ${`X${made.id.slice(-12).toUpperCase()}`} where code = 'BACK'`;
});

test("a collected order keeps it", async () => {
  const made = await promised(orders, { code: "KEPT", limitTotal: 1 });
  const me = somebody();
  const id = await orderWith(orders, me, { promotionCode: "KEPT" });
  const payment = paymentOf(orders, id);
  await payment.authorized();
  const handle = (name: string, more: object = {}) =>
    mutate(orders, name, { orderId: id, ...more }, orders.callers.owner);
  await handle("acceptOrder", { prepMinutes: 5 });
  await payment.captured();
  await handle("startPreparing");
  await handle("markReady");
  const seenOrder = await orders.graphql(`query ($id: ID!) { order(id: $id) { collectionCode } }`, { id }, me);
  await handle("confirmCollection", { code: seenOrder.data?.order.collectionCode });
  orders.clock.advance(24 * 60 * 60_000);
  await orders.runTimers();
  expect(await counts("KEPT")).toEqual({ own: 1, users: 1, rows: 1, restored: 0 });
  await over(orders, made);
});

test("the database itself refuses one too many", async () => {
  await promised(orders, { code: "WALL", limitTotal: 1 });
  await expect(orders.sql`update promotions set redeemed = 2 where code = 'WALL'`).rejects.toThrow(
    "promotions_redeemed",
  );
  await expect(orders.sql`update promotions set redeemed = -1 where code = 'WALL'`).rejects.toThrow(
    "promotions_redeemed",
  );
});
