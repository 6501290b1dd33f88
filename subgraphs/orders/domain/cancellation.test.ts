import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chargeOf,
  customerPays,
  endedStates,
  faults,
  isEndedState,
  settlesCancellation,
  type Charge,
} from "./cancellation.ts";
import { isTerminal, orderStates, orderTransitions } from "./order-states.ts";
import { priceOrder, type Discount, type Pricing } from "./pricing.ts";

const free = { totalMinor: 1000, cancelFeeMinor: 0 };
const costly = { totalMinor: 1000, cancelFeeMinor: 250 };

test.each([
  ["all of it, whoever asked", { full: true, amountMinor: 1000, cause: "SUPPORT" as const }, free, true],
  [
    "what the cancellation owes, less the charge",
    { full: false, amountMinor: 750, cause: "CANCELLATION" as const },
    costly,
    true,
  ],
  ["nothing left to owe", { full: false, amountMinor: 0, cause: "CANCELLATION" as const }, costly, true],
  ["a part by support", { full: false, amountMinor: 900, cause: "SUPPORT" as const }, costly, false],
  ["a part of unknown cause, no charge", { full: false, amountMinor: 900 }, free, false],
  ["a part of unknown cause that leaves more than the charge", { full: false, amountMinor: 749 }, costly, false],
  ["a part of unknown cause that leaves the charge", { full: false, amountMinor: 750 }, costly, true],
])("a refund settles a cancellation or not: %s", (_, refund, order, settles) => {
  expect(settlesCancellation(refund, order)).toBe(settles);
});

const rule = { shareBps: 2_500, stepMinor: 1 };
const priced = (input: Parameters<typeof priceOrder>[0]): Pricing => {
  const made = priceOrder(input);
  if (!made.ok) throw new Error(made.error);
  return made.value;
};
const dish = (unitPriceMinor: number) => ({ quantity: 1, unitPriceMinor, taxRateBps: 1_000 });
const fees = { serviceFeeBps: 300, smallOrderFeeBps: 5_000, feeTaxBps: 1_100 };

/** Three dishes with tax on top, 1,399.80 thousand in all. */
const orderA = priced({
  lines: [4_000_000, 3_500_000, 2_500_000].map(dish),
  discounts: [],
  rules: { taxInclusive: false, ...fees },
  minimumOrderMinor: 0,
  deliveryFeeMinor: 1_500_000,
  tipMinor: 1_000_000,
});
/** Prices with their tax, and 10,000 off by the platform. */
const orderB = priced({
  lines: [3_300_000, 2_750_000, 2_000_000].map(dish),
  discounts: [{ line: null, amountMinor: 1_000_000 }],
  rules: { taxInclusive: true, ...fees },
  minimumOrderMinor: 0,
  deliveryFeeMinor: 1_200_000,
  tipMinor: 500_000,
});
/** The same as A, fetched. */
const pickupA = priced({
  lines: [4_000_000, 3_500_000, 2_500_000].map(dish),
  discounts: [],
  rules: { taxInclusive: false, ...fees },
  minimumOrderMinor: 0,
  deliveryFeeMinor: 0,
  tipMinor: 0,
});

describe("what the end of an order costs its customer", () => {
  test("the orders of the stories", () => {
    expect([orderA.totals.totalMinor, orderB.totals.totalMinor]).toEqual([13_998_000, 8_961_500]);
    expect(orderB.lines.map(({ discountMinor }) => discountMinor)).toEqual([409_938, 341_615, 248_447]);
  });

  test.each([
    ["A before it is accepted", orderA, "PLACED", "CUSTOMER", 0, 0],
    ["A accepted", orderA, "ACCEPTED", "CUSTOMER", 2_750_000, 250_000],
    ["B accepted", orderB, "ACCEPTED", "CUSTOMER", 1_762_499, 160_227],
    ["A ready", orderA, "READY", "CUSTOMER", 11_333_000, 1_033_000],
    ["A being cooked", orderA, "PREPARING", "CUSTOMER", 11_333_000, 1_033_000],
    ["A ready, the restaurant's fault", orderA, "READY", "RESTAURANT", 0, 0],
    ["A ready, the platform's fault", orderA, "READY", "PLATFORM", 0, 0],
    ["A on its way", orderA, "PICKED_UP", "CUSTOMER", 13_998_000, 1_198_000],
    ["A on its way, the courier's fault", orderA, "PICKED_UP", "COURIER", 0, 0],
    ["A on its way, an accident", orderA, "PICKED_UP", "NOBODY", 0, 0],
    ["A never fetched", pickupA, "READY", "CUSTOMER", 11_333_000, 1_033_000],
  ] as const)("%s", (_, order, endedIn, fault, totalMinor, taxMinor) => {
    expect(chargeOf(endedIn, fault, order, rule)).toMatchObject({ totalMinor, taxMinor });
  });

  test("the share of B is that of each line, rounded by itself", () => {
    const { itemsBps, itemsMinor, deliveryFeeMinor, serviceFeeMinor, tipMinor } = chargeOf(
      "ACCEPTED",
      "CUSTOMER",
      orderB,
      rule,
    );
    expect([itemsBps, itemsMinor, deliveryFeeMinor, serviceFeeMinor, tipMinor]).toEqual([2_500, 1_602_272, 0, 0, 0]);
  });

  test("a delivery's discount counts only where the delivery is charged", () => {
    const order = priced({
      lines: [dish(1_000_000)],
      discounts: [{ line: "DELIVERY", amountMinor: 300_000, restaurantMinor: 100_000 }],
      rules: { taxInclusive: false, ...fees },
      minimumOrderMinor: 2_000_000,
      deliveryFeeMinor: 1_000_000,
      tipMinor: 50_000,
    });
    expect(chargeOf("READY", "CUSTOMER", order, rule)).toEqual({
      itemsBps: 10_000,
      itemsMinor: 1_000_000,
      deliveryFeeMinor: 0,
      deliveryDiscountMinor: 0,
      deliveryDiscountByRestaurantMinor: 0,
      serviceFeeMinor: 30_000,
      smallOrderFeeMinor: 500_000,
      taxMinor: 100_000 + 3_300 + 55_000,
      tipMinor: 0,
      totalMinor: 1_688_300,
    });
    expect(chargeOf("PICKED_UP", "CUSTOMER", order, rule)).toEqual({
      itemsBps: 10_000,
      itemsMinor: 1_000_000,
      deliveryFeeMinor: 1_000_000,
      deliveryDiscountMinor: 300_000,
      deliveryDiscountByRestaurantMinor: 100_000,
      serviceFeeMinor: 30_000,
      smallOrderFeeMinor: 500_000,
      taxMinor: 100_000 + 3_300 + 55_000 + 77_000,
      tipMinor: 50_000,
      totalMinor: order.totals.totalMinor,
    });
  });
});

const amount = fc.integer({ min: 0, max: 5_000_000 });
const share = fc.nat({ max: 100 });
const anyOrder = fc
  .record({
    lines: fc.array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 9 }),
        unitPriceMinor: amount,
        taxRateBps: fc.constantFrom(0, 1_000, 1_100),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    onItem: share,
    onOrder: share,
    onDelivery: share,
    byRestaurant: share,
    taxInclusive: fc.boolean(),
    minimumOrderMinor: amount,
    deliveryFeeMinor: amount,
    tipMinor: amount,
  })
  .map(({ onItem, onOrder, onDelivery, byRestaurant, taxInclusive, ...order }) => {
    const off = (line: Discount["line"], amountMinor: number): Discount => ({
      line,
      amountMinor,
      restaurantMinor: Math.floor((amountMinor * byRestaurant) / 100),
    });
    const listed = order.lines.map(({ quantity, unitPriceMinor }) => quantity * unitPriceMinor);
    const item = Math.floor(((listed[0] ?? 0) * onItem) / 100);
    const left = listed.reduce((sum, each) => sum + each, 0) - item;
    const discounts = [
      off(0, item),
      off(null, Math.floor((left * onOrder) / 100)),
      off("DELIVERY", Math.floor((order.deliveryFeeMinor * onDelivery) / 100)),
    ];
    return priced({ ...order, discounts, rules: { taxInclusive, ...fees } });
  });

const partsOf = (charge: Charge) => {
  const { totalMinor: _total, itemsBps: _bps, deliveryDiscountByRestaurantMinor: _own, ...parts } = charge;
  const { deliveryDiscountMinor, ...added } = parts;
  return Object.values(added).reduce((sum, part) => sum + part, 0) - deliveryDiscountMinor;
};

describe("every charge", () => {
  test("is the sum of its parts, never more than the total, and nothing unless the customer is at fault", () => {
    fc.assert(
      fc.property(
        anyOrder,
        fc.constantFrom(...endedStates),
        fc.constantFrom(...faults),
        fc.nat({ max: 10_000 }),
        (order, endedIn, fault, bps) => {
          const charge = chargeOf(endedIn, fault, order, { shareBps: bps, stepMinor: 1 });
          expect(charge.totalMinor).toBe(partsOf(charge));
          expect(charge.totalMinor).toBeLessThanOrEqual(order.totals.totalMinor);
          expect(Object.values(charge).every((part) => part >= 0)).toBe(true);
          if (fault !== "CUSTOMER" || customerPays[endedIn] === "NOTHING") expect(charge.totalMinor).toBe(0);
          if (fault === "CUSTOMER" && endedIn === "PICKED_UP") {
            const { totals } = order;
            const { itemsMinor, deliveryFeeMinor, serviceFeeMinor, smallOrderFeeMinor, taxMinor, tipMinor } = totals;
            expect(charge).toMatchObject({ deliveryFeeMinor, serviceFeeMinor, smallOrderFeeMinor, taxMinor, tipMinor });
            expect(charge.itemsMinor - charge.deliveryDiscountMinor).toBe(itemsMinor - totals.discountMinor);
          }
        },
      ),
    );
  });

  test("grows with how far the order had come", () => {
    fc.assert(
      fc.property(anyOrder, fc.nat({ max: 10_000 }), (order, bps) => {
        const totals = endedStates.map(
          (state) => chargeOf(state, "CUSTOMER", order, { shareBps: bps, stepMinor: 1 }).totalMinor,
        );
        expect(totals).toEqual(totals.toSorted((a, b) => a - b));
      }),
    );
  });
});

test("in steps that cards can pay, every part is one of them", () => {
  const order = { lines: [{ netMinor: 1_230, taxMinor: 130 }], fees: [], tipMinor: 0 };
  const charge = chargeOf("ACCEPTED", "CUSTOMER", order, { shareBps: 2_500, stepMinor: 10 });
  expect([charge.itemsMinor, charge.taxMinor, charge.totalMinor]).toEqual([310, 30, 340]);
});

test("an order ends early exactly from the states of the table", () => {
  const early = orderStates.filter((state) =>
    orderTransitions.some(
      ({ from, to }) => from === state && (to === "CANCELLING" || to === "DELIVERY_FAILED") && !isTerminal(state),
    ),
  );
  expect(early.toSorted()).toEqual([...endedStates].toSorted());
  for (const state of orderStates) expect(isEndedState(state)).toBe(early.includes(state));
});
