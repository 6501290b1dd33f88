import fc from "fast-check";
import { expect, test } from "vitest";
import {
  allocate,
  applyBps,
  chargeStep,
  floorTo,
  isTraded,
  minorUnits,
  nearestStep,
  payoutStep,
  proportion,
  roundHalfUp,
  tradedCurrencies,
} from "./money.ts";

const amount = fc.integer({ min: -(10 ** 12), max: 10 ** 12 });
const weights = fc.array(fc.integer({ min: 0, max: 10 ** 6 }), { minLength: 1, maxLength: 20 });
const sum = (parts: readonly number[]) => parts.reduce((total, part) => total + part, 0);

/** Half away from zero by quotient and remainder, where money.ts doubles and adds. */
function divideHalfUp(numerator: bigint, denominator: bigint): number {
  const quotient = numerator / denominator;
  const rest = numerator % denominator;
  const size = rest < 0n ? -rest : rest;
  if (size < denominator - size) return Number(quotient);
  return Number(quotient + (numerator < 0n ? -1n : 1n));
}

test("parts sum to the total, and each is within one minor unit of its exact share", () => {
  fc.assert(
    fc.property(amount, weights, (total, shares) => {
      const parts = allocate(total, shares);
      expect(parts.length).toBe(shares.length);
      expect(sum(parts)).toBe(total);
      const whole = BigInt(sum(shares));
      if (whole === 0n) return;
      for (const [index, part] of parts.entries()) {
        const error = BigInt(part) * whole - BigInt(total) * BigInt(shares[index] ?? 0);
        expect(error < whole && -error < whole).toBe(true);
      }
    }),
  );
});

test("equal weights: the earlier part is never the smaller, and differs by one at most", () => {
  fc.assert(
    fc.property(fc.nat(10 ** 12), fc.integer({ min: 1, max: 20 }), fc.nat(5), (total, count, weight) => {
      const parts = allocate(
        total,
        Array.from({ length: count }, () => weight),
      );
      expect(parts).toEqual(parts.toSorted((a, b) => b - a));
      expect((parts[0] ?? 0) - (parts.at(-1) ?? 0)).toBeLessThanOrEqual(1);
    }),
  );
});

test("a refund splits as the charge did", () => {
  fc.assert(
    fc.property(fc.nat(10 ** 12), weights, (total, shares) => {
      expect(allocate(-total, shares)).toEqual(allocate(total, shares).map((part) => (part === 0 ? 0 : -part)));
    }),
  );
});

test.each([
  [100, [1, 1, 1], [34, 33, 33]],
  [5, [1, 3, 1], [1, 3, 1]],
  [1, [0, 1, 1], [0, 1, 0]],
  [10, [0, 0, 0], [4, 3, 3]],
  [0, [], []],
])("%j over %j is %j", (total, shares, parts) => expect(allocate(total, shares)).toEqual(parts));

test("what cannot be split is refused", () => {
  expect(() => allocate(1, [])).toThrow(RangeError);
  expect(() => allocate(1, [2, -1])).toThrow(RangeError);
  expect(() => allocate(1.5, [1])).toThrow(RangeError);
});

test.each([
  [1, 2, 1],
  [-1, 2, -1],
  [3, 2, 2],
  [4, 3, 1],
  [5, 3, 2],
  [49, 100, 0],
  [-49, 100, 0],
])("%d / %d rounds to %d", (numerator, denominator, rounded) =>
  expect(roundHalfUp(numerator, denominator)).toBe(rounded),
);

test("rounding agrees with long division", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 1 }), (numerator, denominator) => {
      expect(roundHalfUp(numerator, denominator)).toBe(divideHalfUp(BigInt(numerator), BigInt(denominator)));
    }),
  );
  expect(() => roundHalfUp(1, 0)).toThrow(RangeError);
  expect(() => proportion(1, 1, -1)).toThrow(RangeError);
});

test("basis points lose no digit, also where amount × bps exceeds a double", () => {
  fc.assert(
    fc.property(fc.integer({ min: -(10 ** 15), max: 10 ** 15 }), fc.nat(20_000), (value, bps) => {
      expect(applyBps(value, bps)).toBe(divideHalfUp(BigInt(value) * BigInt(bps), 10_000n));
    }),
  );
  expect(applyBps(50, 100)).toBe(1);
  expect(applyBps(49, 100)).toBe(0);
});

test.each([
  ["IDR", 2],
  ["USD", 2],
  ["JPY", 0],
  ["KWD", 3],
])("%s has %d decimals", (currency, decimals) => expect(minorUnits(currency)).toBe(decimals));

test.each(["XXX", "usd", "", "constructor", "__proto__"])("%j is no currency", (currency) => {
  expect(() => minorUnits(currency)).toThrow(RangeError);
});

test("only upper-case codes of the list are traded in", () => {
  expect(tradedCurrencies.filter((currency) => !isTraded(currency))).toEqual([]);
  for (const other of ["idr", "Idr", "XXX", "XTS", "DEM", "", "toString", " IDR"]) expect(isTraded(other)).toBe(false);
});

test("cards take dinars in tens, banks Taiwan dollars in hundreds, all else in units", () => {
  const steps = tradedCurrencies.map((currency) => [currency, chargeStep(currency), payoutStep(currency)]);
  expect(steps.filter(([, charge, payout]) => charge !== 1 || payout !== 1)).toEqual([
    ["BHD", 10, 10],
    ["JOD", 10, 10],
    ["KWD", 10, 10],
    ["OMR", 10, 10],
    ["TND", 10, 10],
    ["TWD", 1, 100],
  ]);
});

test("amounts go to the nearest step half up, or down", () => {
  expect([0, 4, 5, 14, 15].map((amount) => nearestStep(10, amount))).toEqual([0, 0, 10, 10, 20]);
  expect([0, 9, 10, 19].map((amount) => floorTo(10, amount))).toEqual([0, 0, 10, 10]);
});
