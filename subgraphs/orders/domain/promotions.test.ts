import fc from "fast-check";
import { expect, test } from "vitest";
import { chargeStep, nearestStep } from "../../../kit/money.ts";
import { maxAmountMinor, priceOrder } from "./pricing.ts";
import {
  givesAnything,
  isRunning,
  limitProblem,
  problemWith,
  promotionKinds,
  slotOf,
  stackPromotions,
  type Basket,
  type PromotionTerms,
} from "./promotions.ts";

const now = new Date("2026-06-01T05:00:00Z");
const plain: PromotionTerms = {
  id: "prm_0",
  restaurantId: null,
  name: "Any",
  kind: "PERCENT",
  code: null,
  currency: "IDR",
  percentBps: 1000,
  amountMinor: null,
  capMinor: null,
  itemIds: null,
  minimumBasketMinor: 0,
  firstOrderOnly: false,
  restaurantShareBps: 0,
  limitTotal: null,
  limitPerUser: null,
  redeemed: 0,
  active: true,
  startsAt: new Date("2026-01-01T00:00:00Z"),
  endsAt: null,
  endedAt: null,
};
const nobody = { redeemed: new Map<string, number>(), hasOrdered: false };
const basketOf = (change: Partial<Basket> = {}): Basket => ({
  restaurantId: "rst_a",
  currency: "IDR",
  fulfilment: "DELIVERY",
  lines: [
    { itemId: "itm_a", listedMinor: 1000 },
    { itemId: "itm_b", listedMinor: 501 },
  ],
  deliveryFeeMinor: 300,
  ...change,
});

const minor = (max = 5_000_000) => fc.integer({ min: 0, max });
const basket = fc
  .record({
    lines: fc.array(fc.record({ itemId: fc.constantFrom("itm_a", "itm_b", "itm_c"), listedMinor: minor() }), {
      minLength: 1,
      maxLength: 6,
    }),
    deliveryFeeMinor: minor(2_000_000),
    fulfilment: fc.constantFrom("DELIVERY" as const, "PICKUP" as const),
  })
  .map(({ deliveryFeeMinor, ...rest }) =>
    basketOf({ ...rest, deliveryFeeMinor: rest.fulfilment === "PICKUP" ? 0 : deliveryFeeMinor }),
  );
const promotion = fc
  .record({
    kind: fc.constantFrom(...promotionKinds),
    bps: fc.integer({ min: 1, max: 10_000 }),
    amountMinor: fc.integer({ min: 1, max: 5_000_000 }),
    cap: fc.option(fc.integer({ min: 1, max: 2_000_000 })),
    items: fc.uniqueArray(fc.constantFrom("itm_a", "itm_b", "itm_c"), { minLength: 1 }),
    restaurantShareBps: fc.integer({ min: 0, max: 10_000 }),
  })
  .map(({ kind, bps, amountMinor, cap, items, restaurantShareBps }): PromotionTerms => ({
    ...plain,
    kind,
    restaurantShareBps,
    percentBps: kind === "PERCENT" || kind === "ITEM" ? bps : null,
    amountMinor: kind === "FIXED" ? amountMinor : null,
    capMinor: kind === "FIXED" ? null : cap,
    itemIds: kind === "ITEM" ? items : null,
  }));
const promotions = fc
  .array(promotion, { maxLength: 6 })
  .map((all) => all.map((one, index) => ({ ...one, id: `prm_${index}` })));

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
const takenOff = (on: Basket, offers: readonly PromotionTerms[]) =>
  sum(stackPromotions(on, offers).applied.map((one) => one.discountMinor));

test("at most one of each slot applies, and no other pair takes off more", () => {
  fc.assert(
    fc.property(basket, promotions, (on, offers) => {
      const { applied } = stackPromotions(on, offers);
      expect(new Set(applied.map((one) => one.slot)).size).toBe(applied.length);
      const best = sum(applied.map((one) => one.discountMinor));
      const items = [undefined, ...offers.filter((one) => slotOf(one.kind) === "ITEM")];
      const orders = [undefined, ...offers.filter((one) => slotOf(one.kind) === "ORDER")];
      for (const one of items)
        for (const other of orders)
          expect(best).toBeGreaterThanOrEqual(
            takenOff(
              on,
              [one, other].filter((each) => each !== undefined),
            ),
          );
    }),
  );
});

test("what they take off can be priced, is what the order's discount says, and the parts of both bearers make it up", () => {
  fc.assert(
    fc.property(
      basket,
      promotions,
      fc.boolean(),
      fc.constantFrom("IDR", "KWD"),
      (asked, all, taxInclusive, currency) => {
        const stepMinor = chargeStep(currency);
        const charged = (amount: number) => nearestStep(stepMinor, amount);
        const on = {
          ...asked,
          currency,
          lines: asked.lines.map((each) => ({ ...each, listedMinor: charged(each.listedMinor) })),
          deliveryFeeMinor: charged(asked.deliveryFeeMinor),
        };
        const offers = all.map((one) => ({ ...one, currency }));
        const { applied, discounts } = stackPromotions(on, offers);
        const input = {
          lines: on.lines.map(({ listedMinor }) => ({ quantity: 1, unitPriceMinor: listedMinor, taxRateBps: 1100 })),
          rules: { taxInclusive, serviceFeeBps: 300, smallOrderFeeBps: 5000, feeTaxBps: 1100 },
          minimumOrderMinor: 3_000_000,
          deliveryFeeMinor: on.deliveryFeeMinor,
          tipMinor: 0,
          stepMinor,
        };
        const priced = priceOrder({ ...input, discounts });
        const before = priceOrder({ ...input, discounts: [] });
        if (!priced.ok || !before.ok) throw new Error("it cannot be priced");
        expect(priced.value.totals.discountMinor).toBe(sum(applied.map((one) => one.discountMinor)));
        expect(priced.value.totals.totalMinor).toBeLessThanOrEqual(before.value.totals.totalMinor);
        expect(priced.value.totals.deliveryFeeMinor).toBeGreaterThanOrEqual(0);
        for (const { restaurantMinor, discountMinor } of applied) {
          expect(discountMinor).toBeGreaterThan(0);
          expect(restaurantMinor).toBeGreaterThanOrEqual(0);
          expect(restaurantMinor).toBeLessThanOrEqual(discountMinor);
        }
      },
    ),
  );
});

test.each([
  ["a share of the basket", { percentBps: 1000 }, [{ line: null, amountMinor: 150 }]],
  ["a share, capped", { percentBps: 1000, capMinor: 99 }, [{ line: null, amountMinor: 99 }]],
  ["an amount", { kind: "FIXED", percentBps: null, amountMinor: 700 }, [{ line: null, amountMinor: 700 }]],
  ["never more than there is", { kind: "FIXED", amountMinor: 9_000 }, [{ line: null, amountMinor: 1501 }]],
  ["the delivery fee", { kind: "FREE_DELIVERY" }, [{ line: "DELIVERY", amountMinor: 300 }]],
  ["a part of the delivery fee", { kind: "FREE_DELIVERY", capMinor: 200 }, [{ line: "DELIVERY", amountMinor: 200 }]],
  ["a dish", { kind: "ITEM", itemIds: ["itm_b"], percentBps: 5000 }, [{ line: 1, amountMinor: 251 }]],
] as const)("takes off %s", (_, change, discounts) => {
  const one = { ...plain, ...change } as PromotionTerms;
  expect(stackPromotions(basketOf(), [one]).discounts).toEqual(discounts);
});

test("a capped item promotion is split over its lines by largest remainder", () => {
  const one: PromotionTerms = {
    ...plain,
    kind: "ITEM",
    percentBps: 10_000,
    itemIds: ["itm_a", "itm_b"],
    capMinor: 100,
  };
  expect(stackPromotions(basketOf(), [one]).discounts).toEqual([
    { line: 0, amountMinor: 67 },
    { line: 1, amountMinor: 33 },
  ]);
});

test("the order promotion sees what the item promotion left", () => {
  const dish: PromotionTerms = { ...plain, id: "prm_1", kind: "ITEM", percentBps: 10_000, itemIds: ["itm_a"] };
  const share: PromotionTerms = { ...plain, id: "prm_2", percentBps: 5000 };
  expect(stackPromotions(basketOf(), [share, dish]).applied.map((one) => [one.promotionId, one.discountMinor])).toEqual(
    [
      ["prm_1", 1000],
      ["prm_2", 251],
    ],
  );
});

const past = new Date("2026-05-01T00:00:00Z");
test.each([
  ["nothing", {}, {}, {}, null],
  ["it is switched off", { active: false }, {}, {}, "UNKNOWN"],
  ["it was ended", { endedAt: past, active: false, endsAt: past }, {}, {}, "UNKNOWN"],
  ["it has not begun", { startsAt: new Date("2026-07-01T00:00:00Z") }, {}, {}, "UNKNOWN"],
  ["its time is over", { endsAt: past }, {}, {}, "EXPIRED"],
  ["it ends now", { endsAt: now }, {}, {}, "EXPIRED"],
  ["it is in another currency", { currency: "SGD" }, {}, {}, "UNKNOWN"],
  ["it is another restaurant's", { restaurantId: "rst_b" }, {}, {}, "OTHER_RESTAURANT"],
  ["it is used up", { limitTotal: 5, redeemed: 5 }, {}, {}, "USED_UP"],
  ["the person had it", { limitPerUser: 1 }, {}, { redeemed: new Map([["prm_0", 1]]) }, "ALREADY_USED"],
  ["the person may have it again", { limitPerUser: 2 }, {}, { redeemed: new Map([["prm_0", 1]]) }, null],
  ["the person has ordered", { firstOrderOnly: true }, {}, { hasOrdered: true }, "NOT_FIRST_ORDER"],
  ["the basket is too small", { minimumBasketMinor: 1502 }, {}, {}, "BASKET_TOO_SMALL"],
  ["the basket is just large enough", { minimumBasketMinor: 1501 }, {}, {}, null],
] as const)("what stands against it: %s", (_, change, on, user, problem) => {
  expect(problemWith({ ...plain, ...change }, basketOf(on), { ...nobody, ...user }, now)).toBe(problem);
});

test("the largest order can be promoted", () => {
  const lines = [{ itemId: "itm_a", listedMinor: maxAmountMinor }];
  const { discounts } = stackPromotions(basketOf({ lines }), [{ ...plain, percentBps: 9_999 }]);
  expect(discounts).toEqual([{ line: null, amountMinor: 99_990_000_000 }]);
});

test("on a tie the older one applies, in whatever order they are found", () => {
  const orders: PromotionTerms[] = ["prm_2", "prm_1", "prm_3"].map((id) => ({ ...plain, id, percentBps: 1000 }));
  const dishes: PromotionTerms[] = ["prm_6", "prm_5"].map((id) => {
    return { ...plain, id, kind: "ITEM", percentBps: 5000, itemIds: ["itm_a"] };
  });
  const applied = (all: readonly PromotionTerms[]) =>
    stackPromotions(basketOf(), all).applied.map(({ promotionId }) => promotionId);
  fc.assert(
    fc.property(fc.shuffledSubarray([...orders, ...dishes], { minLength: 5 }), (all) => {
      expect(applied(all)).toEqual(["prm_5", "prm_1"]);
    }),
  );
  // Promotions of two kinds that take off the same are a tie too.
  const fixed: PromotionTerms = { ...plain, id: "prm_0", kind: "FIXED", percentBps: null, amountMinor: 150 };
  expect(applied([...orders, fixed])).toEqual(["prm_0"]);
  expect(applied([{ ...fixed, id: "prm_9" }, ...orders])).toEqual(["prm_1"]);
});

test("a promotion of nothing is none", () => {
  const free: PromotionTerms = { ...plain, kind: "FREE_DELIVERY", percentBps: null };
  expect(givesAnything(free, basketOf())).toBe(true);
  expect(givesAnything(free, basketOf({ deliveryFeeMinor: 0 }))).toBe(false);
  expect(givesAnything(free, basketOf({ fulfilment: "PICKUP" }))).toBe(false);
  expect(stackPromotions(basketOf({ fulfilment: "PICKUP" }), [free])).toEqual({ applied: [], discounts: [] });
  const dish: PromotionTerms = { ...plain, kind: "ITEM", percentBps: 5000, itemIds: ["itm_z"] };
  expect(givesAnything(dish, basketOf())).toBe(false);
  expect(givesAnything({ ...dish, itemIds: null }, basketOf())).toBe(false);
});

test("what is kept of an applied promotion is what it was then", () => {
  const one: PromotionTerms = { ...plain, name: "Ten", code: "TEN", restaurantShareBps: 4_000 };
  expect(stackPromotions(basketOf(), [one]).applied).toEqual([
    {
      promotionId: "prm_0",
      slot: "ORDER",
      name: "Ten",
      kind: "PERCENT",
      code: "TEN",
      discountMinor: 150,
      restaurantMinor: 60,
    },
  ]);
});

test("a promotion runs from its start until just before its end, unless it was stopped", () => {
  const at = (offsetMs: number) => new Date(now.getTime() + offsetMs);
  const window = { ...plain, startsAt: at(0), endsAt: at(10) };
  expect([-1, 0, 9, 10].map((offset) => isRunning(window, at(offset)))).toEqual([false, true, true, false]);
  expect(isRunning({ ...window, endsAt: null }, at(1_000))).toBe(true);
  expect(isRunning({ ...window, active: false }, at(5))).toBe(false);
  expect(isRunning({ ...window, endedAt: at(1) }, at(5))).toBe(false);
});

test("limits keep the right people out, and no others", () => {
  const regular = { redeemed: new Map([["prm_0", 2]]), hasOrdered: true };
  expect(limitProblem(plain, regular)).toBeNull();
  expect(limitProblem({ ...plain, limitTotal: 3, redeemed: 2 }, regular)).toBeNull();
  expect(limitProblem({ ...plain, limitTotal: 3, redeemed: 3 }, regular)).toBe("USED_UP");
  expect(limitProblem({ ...plain, limitPerUser: 3 }, regular)).toBeNull();
  expect(limitProblem({ ...plain, limitPerUser: 2 }, regular)).toBe("ALREADY_USED");
  expect(limitProblem({ ...plain, firstOrderOnly: true }, regular)).toBe("NOT_FIRST_ORDER");
  expect(limitProblem({ ...plain, firstOrderOnly: true }, nobody)).toBeNull();
});

test("a promotion holds for its own restaurant, and until it is over", () => {
  const own = { ...plain, restaurantId: "rst_a" };
  expect(problemWith(own, basketOf(), nobody, now)).toBeNull();
  expect(problemWith(own, basketOf({ restaurantId: "rst_b" }), nobody, now)).toBe("OTHER_RESTAURANT");
  expect(problemWith({ ...own, endsAt: new Date(now.getTime() + 1) }, basketOf(), nobody, now)).toBeNull();
  expect(problemWith({ ...own, endsAt: now }, basketOf(), nobody, now)).toBe("EXPIRED");
  const whole = sum(basketOf().lines.map(({ listedMinor }) => listedMinor));
  expect(problemWith({ ...own, minimumBasketMinor: whole }, basketOf(), nobody, now)).toBeNull();
  expect(problemWith({ ...own, minimumBasketMinor: whole + 1 }, basketOf(), nobody, now)).toBe("BASKET_TOO_SMALL");
});
