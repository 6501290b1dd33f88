/** What promotions take off quotes and orders, and what codes answer. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { events } from "../../schema/events.ts";
import { cooking, quote as quoteDelivery, startOrders, type Orders } from "./testing/harness.ts";
import { admin, edit, over, placeWith, promised, quoteWith, somebody } from "./testing/promotions.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders({ PROMOTION_CODE_TRIES: "3" })));
afterAll(() => orders.stop());

/** Runs `work` while the promotion applies. */
async function during<T>(
  change: Record<string, unknown>,
  terms: object,
  work: (made: { id: string; code: string | null }) => Promise<T>,
): Promise<T> {
  const made = await promised(orders, change, terms);
  try {
    return await work(made);
  } finally {
    await over(orders, made);
  }
}

const amountsOf = (quoted: { quote: { amounts: Record<string, { amount: number }> } }) =>
  Object.fromEntries(Object.entries(quoted.quote.amounts).map(([name, { amount }]) => [name, amount]));

test("an automatic promotion applies by itself, to the price before tax, and is on the order", () =>
  during({ name: "Ten off" }, {}, async () => {
    const me = somebody();
    const quoted = await quoteWith(orders, {}, me);
    expect(quoted.quote.promotions).toEqual([
      { name: "Ten off", kind: "PERCENT", code: null, discount: { amount: 1_000_000 } },
    ]);
    // Service fee: 3 % of what is left, both with their tax.
    expect(amountsOf(quoted)).toMatchObject({
      items: 10_000_000,
      discount: 1_000_000,
      tax: 900_000 + 29_700,
      total: 9_000_000 + 900_000 + 270_000 + 29_700,
    });
    const { order } = await placeWith(orders, quoted.quote.id, me);
    expect(order.promotions).toEqual([{ name: "Ten off", discount: { amount: 1_000_000 } }]);
    expect(order.amounts.total.amount).toBe(10_199_700);
  }));

test("an order gets one item promotion and one order promotion, the best of each, items first", async () => {
  const itemId = newId("itm");
  const lines = [{ itemId, quantity: 2, modifierIds: [] }];
  await during({ name: "Dish" }, { kind: "ITEM", percentBps: 2000, itemIds: [itemId] }, () =>
    during({ name: "Weak dish" }, { kind: "ITEM", percentBps: 1999, itemIds: [itemId] }, () =>
      during({ name: "Half" }, { percentBps: 5000 }, () =>
        during({ name: "Fixed" }, { kind: "FIXED", percentBps: null, amountMinor: 3_999_999 }, async () => {
          const { quote } = await quoteWith(orders, { lines });
          expect(quote.promotions.map((one: { name: string }) => one.name)).toEqual(["Dish", "Half"]);
          expect(quote.amounts.discount.amount).toBe(2_000_000 + 4_000_000);
          expect(quote.lines).toEqual([{ lineTotal: { amount: 10_000_000 }, discount: { amount: 6_000_000 } }]);
        }),
      ),
    ),
  );
});

test("free delivery takes the fee off, and the courier's pay still knows it", () =>
  during({ code: "FREERIDE" }, { kind: "FREE_DELIVERY", percentBps: null }, async () => {
    const before = (await quoteDelivery(orders)).quote.amounts;
    const quoted = await quoteWith(
      orders,
      { fulfilment: "DELIVERY", addressId: newId("adr"), promotionCode: "free-ride" },
      orders.callers.customer,
    );
    expect(amountsOf(quoted)).toMatchObject({ deliveryFee: 1_000_000, discount: 1_000_000 });
    expect(quoted.quote.amounts.total.amount).toBe(before.total.amount - 1_000_000 - 110_000);
    const { order } = await placeWith(orders, quoted.quote.id, orders.callers.customer);
    const [fee] = await orders.sql`select f.* from order_fees f where f.kind = 'DELIVERY' and f.discount_minor > 0`;
    expect(fee).toMatchObject({ discount_minor: "1000000", net_minor: "0", tax_minor: "0" });
    const query = `query ($id: ID!) { deliveryInstructions(orderId: $id) { feeMinor } }`;
    const caller = { kind: "service", service: "delivery" } as never;
    const asked = await orders.graphql(query, { id: order.id }, caller);
    expect(asked.data?.deliveryInstructions).toEqual({ feeMinor: 1_000_000 });
    expect((await quoteWith(orders, { promotionCode: "FREERIDE" })).problem).toBe("NOT_FOR_SELECTION");
  }));

test("a code applies in any spelling; one that does not is refused with what holds without it", () =>
  during({ name: "Always" }, { percentBps: 100 }, () =>
    during({ code: "MAKAN-20" }, { percentBps: 2000, minimumBasketMinor: 10_000_001 }, async () => {
      const refused = await quoteWith(orders, { promotionCode: "makan 20" });
      expect(refused).toMatchObject({
        __typename: "PromotionNotApplicableError",
        problem: "BASKET_TOO_SMALL",
        minimumBasket: { amount: 10_000_001 },
      });
      expect(refused.freshQuote.promotions).toMatchObject([{ name: "Always" }]);
      const lines = [{ itemId: newId("itm"), quantity: 3, modifierIds: [] }];
      const { quote } = await quoteWith(orders, { promotionCode: "makan 20", lines });
      expect(quote.promotions).toMatchObject([{ code: "MAKAN20", discount: { amount: 3_000_000 } }]);
    }),
  ));

test("a code that takes off less than what applies already is refused, and costs nothing", () =>
  during({}, { percentBps: 3000 }, () =>
    during({ code: "LESS" }, { percentBps: 2000 }, async () => {
      const refused = await quoteWith(orders, { promotionCode: "LESS" });
      expect(refused.problem).toBe("BETTER_APPLIES");
      expect(refused.freshQuote.amounts.discount.amount).toBe(3_000_000);
    }),
  ));

test("who guesses codes is told nothing after a few, not even of a right one; later again", () =>
  during({ code: "RIGHT" }, {}, async () => {
    const me = somebody();
    const tried = async (promotionCode: string) => (await quoteWith(orders, { promotionCode }, me)).problem ?? "good";
    const answers = [];
    for (const code of ["RIGHT", "WRONG1", "right", "wrong2", "'; drop", "RIGHT"]) answers.push(await tried(code));
    expect(answers).toEqual(["good", "UNKNOWN", "good", "UNKNOWN", "UNKNOWN", "TOO_MANY_TRIES"]);
    expect((await quoteWith(orders, { promotionCode: "RIGHT" })).__typename).toBe("QuoteCartSuccess");
    orders.clock.advance(60 * 60_000 + 1);
    expect(await tried("RIGHT")).toBe("good");
  }));

test("a burst of guesses gets no further than one after the other", async () => {
  const me = somebody();
  const guesses = Array.from({ length: 8 }, (_, n) => quoteWith(orders, { promotionCode: `GUESS${n}` }, me));
  const problems = (await Promise.all(guesses)).map((answer) => answer.problem);
  expect(problems.filter((problem) => problem === "UNKNOWN")).toHaveLength(3);
  expect(problems.filter((problem) => problem === "TOO_MANY_TRIES")).toHaveLength(5);
});

test("a quote binds: what was ended meanwhile is still had at the quoted price", async () => {
  const me = somebody();
  const made = await promised(orders);
  const { quote } = await quoteWith(orders, {}, me);
  await over(orders, made);
  const { order } = await placeWith(orders, quote.id, me);
  expect(order.amounts.total).toEqual(quote.amounts.total);
  expect((await quoteWith(orders, {}, me)).quote.promotions).toEqual([]);
});

test("its window opens and closes by the clocks of its place", async () => {
  const window = { from: "2026-06-01T20:00", until: "2026-06-01T21:00", timeZone: "Asia/Jakarta" };
  const made = await promised(orders, { window, code: "LATE" });
  const tried = async () => (await quoteWith(orders, { promotionCode: "LATE" })).problem ?? "good";
  orders.clock.advance(Date.parse("2026-06-01T12:59:59Z") - orders.clock.now().getTime());
  expect(await tried()).toBe("UNKNOWN");
  orders.clock.advance(1_000);
  expect(await tried()).toBe("good");
  orders.clock.advance(60 * 60_000);
  expect(await tried()).toBe("EXPIRED");
  await over(orders, made);
});

test("events say which part of the discount the restaurant bears, and nothing when it bears none", async () => {
  const dataOf = async (id: string) => {
    const created = (await orders.outbox()).find((one) => one.aggregateId === id && one.type === "order.created.v1");
    return events["order.created.v1"].data.parse(created?.data).amounts;
  };
  const shared = { restaurantId: orders.restaurantId, restaurantShareBps: 2500 };
  const { id } = await during(shared, { percentBps: 1001 }, () => cooking(orders, "ACCEPTED"));
  expect(await dataOf(id)).toMatchObject({ discountMinor: 1_001_000, discountByRestaurantMinor: 250_250 });
  const alone = await during({}, {}, () => cooking(orders, "ACCEPTED"));
  expect(await dataOf(alone.id)).not.toHaveProperty("discountByRestaurantMinor");
});

test("what the platform promises is on record", async () => {
  const made = await promised(orders, { limitTotal: 5 });
  await edit(orders, "updatePromotion", { promotionId: made.id, limitTotal: 7 }, admin);
  await over(orders, made);
  const acts = (await orders.outbox())
    .filter((event) => event.type === "audit.recorded.v1")
    .map((event) => event.data as { action: string; subjectId: string; detail: object })
    .filter(({ subjectId }) => subjectId === made.id);
  expect(acts).toMatchObject([
    { action: "promotion.create", detail: { limitTotal: 5, active: true } },
    { action: "promotion.update", detail: { limitTotal: 7 } },
    { action: "promotion.end", detail: { active: false } },
  ]);
});
