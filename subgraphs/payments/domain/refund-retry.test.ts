import fc from "fast-check";
import { expect, test } from "vitest";
import { retryAfterMs } from "./refund-retry.ts";

test("waits double, from the first wait to the longest, however many attempts there were", () => {
  expect([1, 2, 3, 4, 5].map((number) => retryAfterMs(number, 10, 70))).toEqual([10, 20, 40, 70, 70]);
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e9 }), (number, first, most) => {
      const wait = retryAfterMs(number, first, most);
      expect(wait).toBeLessThanOrEqual(most);
      expect(retryAfterMs(number + 1, first, most)).toBeGreaterThanOrEqual(wait);
    }),
  );
});
