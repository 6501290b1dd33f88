import fc from "fast-check";
import { expect, test } from "vitest";
import { meanRating } from "./rating.ts";

test("a mean has one decimal, halves go up", () => {
  expect([meanRating(13, 3), meanRating(89, 20), meanRating(5, 1), meanRating(0, 0)]).toEqual([4.3, 4.5, 5, null]);
});

test("any mean is the nearest tenth, and reads as one", () => {
  const reviews = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 500 });
  fc.assert(
    fc.property(reviews, (stars) => {
      const sum = stars.reduce((a, b) => a + b);
      const mean = meanRating(sum, stars.length) ?? 0;
      expect(String(mean)).toMatch(/^[1-5](\.\d)?$/);
      // In twentieths, so that nothing is rounded here.
      expect(Math.abs(Math.round(mean * 10) * stars.length - sum * 10) * 2).toBeLessThanOrEqual(stars.length);
    }),
  );
});
