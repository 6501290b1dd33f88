import fc from "fast-check";
import { expect, test } from "vitest";
import { bounds, judgeGrowth, type MemorySample } from "./growth.ts";

const mb = 2 ** 20;

/** A curve of 40 samples from what is held at each, megabytes. */
const curve = (heldMb: (index: number) => number, residentMb: (index: number) => number = () => 200): MemorySample[] =>
  Array.from({ length: 40 }, (_, index) => ({
    requests: index + 1,
    elapsedMs: index,
    failed: 0,
    heapBytes: heldMb(index) * mb,
    residentBytes: residentMb(index) * mb,
    residentAfterBytes: residentMb(index) * mb,
    externalBytes: 0,
  }));

const verdict = (samples: readonly MemorySample[]) => {
  const { heap, resident } = judgeGrowth(samples);
  return { heap: heap.isBounded, resident: resident.isBounded };
};

test("a cache that fills in the first quarter is bounded", () => {
  expect(verdict(curve((index) => Math.min(100, 40 + index * 6)))).toEqual({ heap: true, resident: true });
});

test("what grows with every request is found, in the heap as outside it", () => {
  const leak = (index: number) => 100 + index;
  expect(verdict(curve(leak))).toEqual({ heap: false, resident: true });
  expect(
    verdict(
      curve(
        () => 100,
        (index) => 200 + 3 * index,
      ),
    ),
  ).toEqual({ heap: true, resident: false });
});

test("one sample that is off decides nothing", () => {
  expect(verdict(curve((index) => (index === 35 ? 500 : 100)))).toEqual({ heap: true, resident: true });
});

test("too few samples prove nothing", () => {
  expect(verdict(curve(() => 100).slice(0, 2))).toEqual({ heap: false, resident: false });
});

test("whatever the noise below half the bound, a flat curve is bounded and one of twice the bound is not", () => {
  const noise = fc.array(fc.double({ min: -bounds.heap / 4, max: bounds.heap / 4, noNaN: true }), {
    minLength: 40,
    maxLength: 40,
  });
  fc.assert(
    fc.property(noise, (shares) => {
      const noisy = (level: (index: number) => number) => curve((index) => level(index) * (1 + (shares[index] ?? 0)));
      expect(verdict(noisy(() => 100)).heap).toBe(true);
      expect(verdict(noisy((index) => (index < 25 ? 100 : 100 * (1 + 2 * bounds.heap)))).heap).toBe(false);
    }),
  );
});
