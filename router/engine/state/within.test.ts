import { expect, test } from "vitest";
import { within } from "./within.ts";

test("work within its limit gives its result, or throws what it throws", () => {
  expect(within(10_000, () => ({ done: true }))).toEqual({ done: true });
  expect(() =>
    within(10_000, () => {
      throw new RangeError("no");
    }),
  ).toThrow(RangeError);
});

test("work without an end is broken off, and later work runs", () => {
  expect(() =>
    within(20, () => {
      for (;;);
    }),
  ).toThrow(/timed out/);
  expect(within(10_000, () => 1)).toBe(1);
});
