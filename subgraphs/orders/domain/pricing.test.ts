import fc from "fast-check";
import { expect, test } from "vitest";
import { demoOrder, demoRates } from "../../../demo/world/orders.ts";
import { maxAmountMinor, maxLines, maxQuantity, priceOrder, receiptOf, type PricingInput } from "./pricing.ts";

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

/** Discounts of lines, of the order and of the fee, each at most what is left: shares of it in per cent. */
const discounted = fc
  .record({ order, ofLines: fc.array(amount(100), { maxLength: 12 }), ofOrder: amount(100), ofFee: amount(100) })
  .map(({ order: input, ofLines, ofOrder, ofFee }): PricingInput => {
    const listed = input.lines.map((one) => one.quantity * one.unitPriceMinor);
    const off = listed.map((whole, line) => Math.floor((whole * (ofLines[line] ?? 0)) / 100));
    const left = listed.reduce((sum, whole, line) => sum + whole - (off[line] ?? 0), 0);
    const discounts = [
      ...off.map((amountMinor, line) => ({ line, amountMinor })),
      { line: null, amountMinor: Math.floor((left * ofOrder) / 100) },
      { line: "DELIVERY" as const, amountMinor: Math.floor((input.deliveryFeeMinor * ofFee) / 100) },
    ];
    return { ...input, discounts };
  });
const anyOrder = fc.oneof(order, discounted);

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
    fc.property(anyOrder, (input) => {
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

test("a receipt adds up, whether listed prices contain tax or not, and starts from the listed prices", () => {
  fc.assert(
    fc.property(anyOrder, (input) => {
      const { lines, fees, totals } = priced(input);
      const { taxInclusive } = input.rules;
      const { subtotalMinor, addedTaxMinor, includedTaxMinor } = receiptOf(totals.taxMinor, taxInclusive, lines);
      const feesMinor = totals.deliveryFeeMinor + totals.serviceFeeMinor + totals.smallOrderFeeMinor;
      expect(subtotalMinor - totals.discountMinor + addedTaxMinor + feesMinor + totals.tipMinor).toBe(
        totals.totalMinor,
      );
      const dishes = input.lines.map(({ quantity, unitPriceMinor }) => quantity * unitPriceMinor);
      expect(subtotalMinor).toBe(dishes.reduce((sum, each) => sum + each, 0));
      expect(addedTaxMinor + includedTaxMinor).toBe(totals.taxMinor);
      // What a customer is charged for dishes at listed prices holds their tax already.
      const onFees = fees.reduce((sum, { taxMinor }) => sum + taxMinor, 0);
      expect(addedTaxMinor).toBe(taxInclusive ? onFees : totals.taxMinor);
    }),
  );
});

test("prices that contain tax are what the customer pays for the line", () => {
  fc.assert(
    fc.property(anyOrder, (input) => {
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

test("every discount is taken off once: of its line, of the delivery fee, and nothing else", () => {
  fc.assert(
    fc.property(discounted, (input) => {
      const { lines, fees, totals } = priced(input);
      const given = (of: (line: number | "DELIVERY" | null) => boolean) =>
        input.discounts.reduce((sum, one) => sum + (of(one.line) ? one.amountMinor : 0), 0);
      expect(totals.discountMinor).toBe(given(() => true));
      expect(lines.reduce((sum, part) => sum + part.discountMinor, 0)).toBe(given((line) => line !== "DELIVERY"));
      expect(fees.map(({ kind, discountMinor }) => [kind, discountMinor])).toEqual([
        ["DELIVERY", given((line) => line === "DELIVERY")],
        ["SERVICE", 0],
        ["SMALL_ORDER", 0],
      ]);
      for (const [index, part] of lines.entries()) {
        expect(part.discountMinor).toBeGreaterThanOrEqual(given((line) => line === index));
        expect(part.discountMinor).toBeLessThanOrEqual(part.listedMinor);
      }
    }),
  );
});

test("a discount makes no order small, and never costs its customer anything", () => {
  fc.assert(
    fc.property(discounted, (input) => {
      const [less, full] = [priced(input), priced({ ...input, discounts: [] })];
      expect(less.totals.smallOrderFeeMinor).toBe(full.totals.smallOrderFeeMinor);
      expect(less.totals.totalMinor).toBeLessThanOrEqual(full.totals.totalMinor);
      expect(less.totals.serviceFeeMinor).toBeLessThanOrEqual(full.totals.serviceFeeMinor);
    }),
  );
});

test("the fee of a small order is its share of what is missing, and nothing from the minimum on", () => {
  const rules = { ...plain, smallOrderFeeBps: 2_500 };
  const fee = (minimumOrderMinor: number) =>
    priced(simple({ rules, minimumOrderMinor, discounts: [{ line: null, amountMinor: 900 }] })).totals
      .smallOrderFeeMinor;
  expect([999, 1000, 1001, 1002, 1400, 5000].map(fee)).toEqual([0, 0, 0, 1, 100, 1000]);
});

test("an order's discount goes over its lines by what item discounts left of them", () => {
  const line = { quantity: 2, unitPriceMinor: 500, taxRateBps: 1000 };
  const discounts = [
    { line: 0, amountMinor: 600 },
    { line: null, amountMinor: 101 },
  ];
  const { lines, totals } = priced(simple({ lines: [line, line], discounts }));
  expect(lines).toMatchObject([
    { listedMinor: 1000, discountMinor: 629, netMinor: 371, taxMinor: 37 },
    { listedMinor: 1000, discountMinor: 72, netMinor: 928, taxMinor: 93 },
  ]);
  expect(totals).toMatchObject({ itemsMinor: 2000, discountMinor: 701, taxMinor: 130, totalMinor: 1429 });
});

test("a service fee is a share of what is charged, a delivery fee may be taken off whole, both with tax", () => {
  const rules = { taxInclusive: true, serviceFeeBps: 1000, smallOrderFeeBps: 0, feeTaxBps: 1000 };
  const discounts = [
    { line: 0, amountMinor: 505 },
    { line: "DELIVERY" as const, amountMinor: 300 },
  ];
  const { fees, totals } = priced(simple({ rules, discounts, deliveryFeeMinor: 300 }));
  expect(fees).toMatchObject([
    { kind: "DELIVERY", discountMinor: 300, netMinor: 0, taxMinor: 0 },
    { kind: "SERVICE", discountMinor: 0, netMinor: 45, taxMinor: 5 },
    { kind: "SMALL_ORDER", discountMinor: 0, netMinor: 0, taxMinor: 0 },
  ]);
  expect(totals).toMatchObject({ deliveryFeeMinor: 300, serviceFeeMinor: 45, totalMinor: 545 });
});

const most = (change: Partial<PricingInput>) => priceOrder(simple(change)).ok;

test("limits hold to the last unit", () => {
  const line = { quantity: 1, unitPriceMinor: 5, taxRateBps: 0 };
  expect(most({ lines: Array.from({ length: maxLines }, () => line) })).toBe(true);
  expect(most({ lines: Array.from({ length: maxLines + 1 }, () => line) })).toBe(false);
  expect(most({ lines: [{ ...line, quantity: maxQuantity }] })).toBe(true);
  expect(most({ lines: [{ ...line, quantity: maxQuantity + 1 }] })).toBe(false);
  expect(most({ lines: [{ ...line, taxRateBps: 10_000 }] })).toBe(true);
  expect(most({ lines: [{ ...line, taxRateBps: 10_001 }] })).toBe(false);
  expect(most({ lines: [{ ...line, taxRateBps: -1 }] })).toBe(false);
  expect(most({ lines: [{ ...line, unitPriceMinor: 0 }] })).toBe(true);
  for (const field of ["tipMinor", "deliveryFeeMinor", "minimumOrderMinor"] as const) {
    expect([field, most({ [field]: maxAmountMinor }), most({ [field]: maxAmountMinor + 1 })]).toEqual([
      field,
      true,
      false,
    ]);
    expect([field, most({ [field]: -1 }), most({ [field]: 0.5 })]).toEqual([field, false, false]);
  }
  const whole = { ...line, unitPriceMinor: maxAmountMinor };
  expect(most({ lines: [whole] })).toBe(true);
  expect(most({ lines: [whole, { ...line, unitPriceMinor: 1 }] })).toBe(false);
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
  ["a discount beyond its line", { discounts: [{ line: 0, amountMinor: 1001 }] }, "BAD_DISCOUNT"],
  [
    "a discount beyond the fee",
    { deliveryFeeMinor: 9, discounts: [{ line: "DELIVERY", amountMinor: 10 }] },
    "BAD_DISCOUNT",
  ],
  ["a tip of half a unit", { tipMinor: 0.5 }, "BAD_TIP"],
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
