import fc from "fast-check";
import { expect, test } from "vitest";
import { demoOrder, demoRates } from "../../../schema/demo-orders.ts";
import { maxAmountMinor, priceOrder, type PricingInput } from "./pricing.ts";

const amount = (max: number) => fc.integer({ min: 0, max });
const line = fc.record({
  quantity: fc.integer({ min: 1, max: 99 }),
  unitPriceMinor: amount(50_000_000),
  taxRateBps: amount(3_000),
});
const rules = fc.record({
  taxInclusive: fc.boolean(),
  serviceFeeBps: amount(2_000),
  smallOrderFeeBps: amount(10_000),
  feeTaxBps: amount(3_000),
});
const order: fc.Arbitrary<PricingInput> = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 12 }),
  discounts: fc.constant([]),
  rules,
  minimumOrderMinor: amount(10_000_000),
  deliveryFeeMinor: amount(5_000_000),
  tipMinor: amount(5_000_000),
});

const plain = { taxInclusive: false, serviceFeeBps: 0, smallOrderFeeBps: 0, feeTaxBps: 0 };
const simple = (change: Partial<PricingInput>): PricingInput => ({
  lines: [{ quantity: 1, unitPriceMinor: 1000, taxRateBps: 0 }],
  discounts: [],
  rules: plain,
  minimumOrderMinor: 0,
  deliveryFeeMinor: 0,
  tipMinor: 0,
  ...change,
});

const priced = (input: PricingInput) => {
  const result = priceOrder(input);
  if (!result.ok) throw new Error(result.error);
  return result.value;
};

test("the total is the sum of its allocations, and of the amounts shown, in whole minor units", () => {
  fc.assert(
    fc.property(order, (input) => {
      const { lines, fees, tipMinor, totals } = priced(input);
      const parts = [...lines, ...fees].flatMap((part) => [part.netMinor, part.taxMinor]);
      expect(parts.every((part) => Number.isSafeInteger(part) && part >= 0)).toBe(true);
      expect(parts.reduce((a, b) => a + b, tipMinor)).toBe(totals.totalMinor);
      const shown = totals.itemsMinor - totals.discountMinor + totals.taxMinor + totals.tipMinor;
      expect(shown + totals.deliveryFeeMinor + totals.serviceFeeMinor + totals.smallOrderFeeMinor).toBe(
        totals.totalMinor,
      );
    }),
  );
});

test("prices that contain tax are what the customer pays for the line", () => {
  fc.assert(
    fc.property(order, (input) => {
      for (const part of priced({ ...input, rules: { ...input.rules, taxInclusive: true } }).lines)
        expect(part.netMinor + part.taxMinor).toBe(part.listedMinor - part.discountMinor);
    }),
  );
});

test("a discount of the order is spread completely, and never takes more than a line holds", () => {
  fc.assert(
    fc.property(order, fc.double({ min: 0, max: 1, noNaN: true }), (input, share) => {
      const listed = input.lines.reduce((total, one) => total + one.quantity * one.unitPriceMinor, 0);
      const amountMinor = Math.floor(listed * share);
      const { lines, totals } = priced({ ...input, discounts: [{ line: null, amountMinor }] });
      expect(totals.discountMinor).toBe(amountMinor);
      for (const part of lines) expect(part.discountMinor).toBeLessThanOrEqual(part.listedMinor);
    }),
  );
});

test("tax rounds half up per line", () => {
  const five = { quantity: 1, unitPriceMinor: 5, taxRateBps: 1000 };
  expect(priced(simple({ lines: [five, five] })).totals.taxMinor).toBe(2);
  expect(priced(simple({ lines: [{ ...five, unitPriceMinor: 4 }] })).totals.taxMinor).toBe(0);
});

test("an item discount stays on its line and lowers its tax", () => {
  const line = { quantity: 1, unitPriceMinor: 1000, taxRateBps: 1000 };
  const { lines } = priced(simple({ lines: [line, line], discounts: [{ line: 1, amountMinor: 400 }] }));
  expect(lines.map((part) => part.taxMinor)).toEqual([100, 60]);
});

test("a small order pays for what is missing, with tax, and the tip is untaxed", () => {
  const rules = { taxInclusive: false, serviceFeeBps: 1000, smallOrderFeeBps: 5000, feeTaxBps: 1000 };
  const { totals } = priced(simple({ rules, minimumOrderMinor: 3000, deliveryFeeMinor: 500, tipMinor: 70 }));
  expect(totals).toEqual({
    itemsMinor: 1000,
    discountMinor: 0,
    taxMinor: 160,
    deliveryFeeMinor: 500,
    serviceFeeMinor: 100,
    smallOrderFeeMinor: 1000,
    tipMinor: 70,
    totalMinor: 2830,
  });
});

test.each([
  ["no lines", { lines: [] }, "NO_LINES"],
  ["a negative quantity", { lines: [{ quantity: -1, unitPriceMinor: 5, taxRateBps: 0 }] }, "BAD_QUANTITY"],
  ["no quantity", { lines: [{ quantity: 0, unitPriceMinor: 5, taxRateBps: 0 }] }, "BAD_QUANTITY"],
  ["a huge quantity", { lines: [{ quantity: 2 ** 31, unitPriceMinor: 5, taxRateBps: 0 }] }, "BAD_QUANTITY"],
  ["half a piece", { lines: [{ quantity: 0.5, unitPriceMinor: 5, taxRateBps: 0 }] }, "BAD_QUANTITY"],
  ["a negative price", { lines: [{ quantity: 1, unitPriceMinor: -5, taxRateBps: 0 }] }, "BAD_PRICE"],
  ["a negative tip", { tipMinor: -1 }, "BAD_TIP"],
  ["a huge tip", { tipMinor: maxAmountMinor + 1 }, "TOO_LARGE"],
  ["a negative discount", { discounts: [{ line: 0, amountMinor: -1 }] }, "BAD_DISCOUNT"],
  ["a discount of an unknown line", { discounts: [{ line: 7, amountMinor: 1 }] }, "BAD_DISCOUNT"],
  ["a discount beyond the price", { discounts: [{ line: null, amountMinor: 1001 }] }, "BAD_DISCOUNT"],
] as const)("refuses %s", (_, change, error) => {
  expect(priceOrder(simple(change as Partial<PricingInput>))).toEqual({ ok: false, error });
});

test("the demo's past orders follow the same rules", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  for (let n = 0; n < 40; n++) {
    const { lines, amounts } = demoOrder(n, "test", now);
    const { currency: _, ...totals } = amounts;
    const input = simple({
      lines: lines.map((one) => ({ ...one, taxRateBps: demoRates.itemTaxBps })),
      rules: {
        taxInclusive: false,
        serviceFeeBps: demoRates.serviceFeeBps,
        smallOrderFeeBps: 0,
        feeTaxBps: demoRates.feeTaxBps,
      },
      deliveryFeeMinor: amounts.deliveryFeeMinor,
      tipMinor: amounts.tipMinor,
    });
    expect(priced(input).totals).toEqual(totals);
  }
});

test("in steps every part can be charged, and no line is more than half a step away from its listed price", () => {
  const step = 10;
  fc.assert(
    fc.property(order, fc.integer({ min: 0, max: 100 }), (input, off) => {
      const given = { ...input, stepMinor: step, discounts: [{ line: "DELIVERY" as const, amountMinor: 0 }] };
      const whole = Math.trunc((input.lines[0]!.unitPriceMinor * off) / 1000) * step;
      const { lines, fees, tipMinor, totals } = priced({
        ...given,
        discounts: [{ line: 0, amountMinor: whole }],
      });
      const parts = [...lines, ...fees, totals].flatMap((part) =>
        Object.values(part).filter((value) => typeof value === "number"),
      );
      expect([...parts, tipMinor].filter((part) => part % step !== 0)).toEqual([]);
      const charged = [...lines, ...fees].flatMap(({ netMinor, taxMinor }) => [netMinor, taxMinor]);
      expect(charged.reduce((a, b) => a + b, tipMinor)).toBe(totals.totalMinor);
      for (const [index, { quantity, unitPriceMinor }] of input.lines.entries())
        expect(Math.abs(lines[index]!.listedMinor - quantity * unitPriceMinor)).toBeLessThanOrEqual(step / 2);
    }),
  );
});

test("a dinar has three decimals of which the last is charged as 0", () => {
  const rules = { taxInclusive: false, serviceFeeBps: 300, smallOrderFeeBps: 0, feeTaxBps: 1_000 };
  const lines = [{ quantity: 3, unitPriceMinor: 1_255, taxRateBps: 500 }];
  const { totals } = priced(simple({ lines, rules, deliveryFeeMinor: 504, tipMinor: 105, stepMinor: 10 }));
  // 3.765 is 3.770, its tax 0.189 is 0.190; delivery 0.500 with 0.050, service 0.113 is 0.110 with 0.010; tip 0.110.
  expect(totals).toMatchObject({ itemsMinor: 3_770, deliveryFeeMinor: 500, serviceFeeMinor: 110, tipMinor: 110 });
  expect(totals).toMatchObject({ taxMinor: 250, totalMinor: 4_740 });
});
