import fc from "fast-check";
import { expect, test } from "vitest";
import { growthMs, type Span } from "./windows.ts";

const span = (from: number, to: number): Span => ({ from: new Date(from), to: new Date(to) });
/** Spans that follow one another. */
const spans = fc.array(fc.integer({ min: 1, max: 1_000 }), { maxLength: 9 }).map((steps) => {
  let at = 0;
  const ends = steps.map((step) => (at += step));
  return ends.flatMap((end, index) => (index % 2 === 1 ? [span(ends[index - 1]!, end)] : []));
});

test("people have as long as was promised while the service works, unless the window is twice as long by then", () => {
  fc.assert(
    fc.property(spans, fc.nat(3_000), fc.integer({ min: 1, max: 2_000 }), (outages, from, length) => {
      const growth = growthMs(span(from, from + length), outages.toReversed());
      expect(growth).toBeGreaterThanOrEqual(0);
      expect(growth).toBeLessThanOrEqual(length);
      let working = 0;
      for (let at = from; at < from + length + growth; at++)
        if (!outages.some((outage) => outage.from.getTime() <= at && at < outage.to.getTime())) working++;
      if (growth < length) expect(working).toBe(length);
      else expect(working).toBeLessThanOrEqual(length);
    }),
  );
});

test.each([
  [[], 0],
  [[span(0, 100)], 0],
  [[span(600, 900)], 0],
  [[span(0, 200)], 100],
  [[span(150, 250), span(300, 350)], 150],
  // The window is over in the middle of it: what is left of the window begins when it ends.
  [[span(500, 700)], 200],
  // The second takes time that the first gave back.
  [[span(500, 600), span(650, 700)], 150],
  [[span(0, 10_000)], 500],
])("outages %j cost a window from 100 to 600 %d", (outages, growth) => {
  expect(growthMs(span(100, 600), outages)).toBe(growth);
});
