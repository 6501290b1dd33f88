import fc from "fast-check";
import { expect, test } from "vitest";
import { maxAmountMinor, maxLines, maxQuantity, priceOrder, type Pricing } from "./pricing.ts";
import { checkLines, checkRequest, withBearers, type QuoteRequest } from "./quote.ts";

const now = new Date("2026-06-01T12:00:00Z");
const limits = { now, scheduleMaxMs: 3_600_000 };
const line = { itemId: "itm_a", quantity: 1, modifierIds: [] };
const request: QuoteRequest = {
  restaurantId: "rst_a",
  lines: [line],
  fulfilment: "DELIVERY",
  addressId: "adr_a",
  tipMinor: 0,
  scheduledFor: null,
};
const said = (change: Partial<QuoteRequest>) => {
  const problem = checkRequest({ ...request, ...change }, limits);
  return problem && `${problem.field}: ${problem.message}`;
};
const many = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

test("lines: some, not too many, of some pieces each", () => {
  expect([said({}), said({ lines: many(maxLines, line) })]).toEqual([null, null]);
  expect(said({ lines: [] })).toBe("lines: Choose at least one dish.");
  expect(said({ lines: many(maxLines + 1, line) })).toBe("lines: At most 50 lines.");
  const quantity = (of: number) => said({ lines: [line, { ...line, quantity: of }] });
  const refused = "lines.1.quantity: A quantity lies between 1 and 99.";
  expect([1, maxQuantity, 0, -1, maxQuantity + 1].map(quantity)).toEqual([null, null, refused, refused, refused]);
  const modifiers = (count: number) => said({ lines: [line, line, { ...line, modifierIds: many(count, "mod_a") }] });
  expect([modifiers(50), modifiers(51)]).toEqual([null, "lines.2.modifierIds: At most 50 modifiers."]);
  expect(checkLines([])).toEqual({ field: "lines", message: "Choose at least one dish." });
});

test("a delivery needs an address, a pickup order takes no tip", () => {
  expect(said({ addressId: null })).toBe("addressId: A delivery needs an address.");
  const pickup = { fulfilment: "PICKUP", addressId: null } as const;
  expect(said(pickup)).toBeNull();
  expect(said({ ...pickup, tipMinor: 1 })).toBe("tipMinor: A tip goes to the courier; a pickup order has none.");
  expect(said({ tipMinor: 1 })).toBeNull();
});

test("a tip is no less than nothing and no more than can be priced", () => {
  expect([0, maxAmountMinor].map((tipMinor) => said({ tipMinor }))).toEqual([null, null]);
  const refused = "tipMinor: The tip is out of range.";
  expect([-1, maxAmountMinor + 1].map((tipMinor) => said({ tipMinor }))).toEqual([refused, refused]);
});

test("the time lies ahead, within what may be scheduled, to the millisecond", () => {
  const ahead = (ms: number) => said({ scheduledFor: new Date(now.getTime() + ms).toISOString() });
  expect([1, 3_600_000].map(ahead)).toEqual([null, null]);
  expect([0, -1].map(ahead)).toEqual(Array(2).fill("scheduledFor: The time has passed."));
  expect(ahead(3_600_001)).toBe("scheduledFor: The time is too far ahead.");
});

test("of an old price the restaurant's part is split over what was taken off, and none is lost", () => {
  const made = priceOrder({
    lines: [1_000, 3_000].map((unitPriceMinor) => ({ quantity: 1, unitPriceMinor, taxRateBps: 0 })),
    discounts: [
      { line: null, amountMinor: 400, restaurantMinor: 0 },
      { line: "DELIVERY", amountMinor: 100, restaurantMinor: 0 },
    ],
    rules: { taxInclusive: false, serviceFeeBps: 0, smallOrderFeeBps: 0, feeTaxBps: 0 },
    minimumOrderMinor: 0,
    deliveryFeeMinor: 200,
    tipMinor: 0,
  });
  if (!made.ok) throw new Error(made.error);
  const without = <T extends object>(part: T): T =>
    Object.fromEntries(Object.entries(part).filter(([name]) => name !== "discountByRestaurantMinor")) as T;
  const old = {
    ...made.value,
    lines: made.value.lines.map(without),
    fees: made.value.fees.map(without),
  } as unknown as Pricing;
  const parts = (priced: Pricing) => [...priced.lines, ...priced.fees].map((part) => part.discountByRestaurantMinor);
  expect(parts(withBearers(old, 250))).toEqual([50, 150, 50, 0, 0]);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 500 }), (byRestaurantMinor) => {
      const shares = parts(withBearers(old, byRestaurantMinor));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(byRestaurantMinor);
    }),
  );
  expect(withBearers(made.value, 250)).toBe(made.value);
  const { lines, fees, ...rest } = withBearers(old, 0);
  expect([rest, lines.map(without), fees.map(without)]).toEqual([
    { tipMinor: old.tipMinor, totals: old.totals },
    old.lines,
    old.fees,
  ]);
});
