/** Whether memory is bounded: the last quarter of a run against its second, when everything has been asked for once. */
import type { Held } from "./probe.ts";

/** What was held after so many requests. */
export type MemorySample = Held & { requests: number; elapsedMs: number; failed: number };

/** What the last quarter may hold more than the second, as a share of it. */
export const bounds = { heap: 0.05, resident: 0.1 } as const;

export type Growth = { second: number; last: number; share: number; bound: number; isBounded: boolean };

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Medians of the two quarters; of fewer than four samples nothing can be said, so they count as unbounded. */
function growthOf(values: readonly number[], bound: number): Growth {
  const quarter = values.length / 4;
  const second = median(values.slice(Math.floor(quarter), Math.floor(2 * quarter)));
  const last = median(values.slice(Math.floor(3 * quarter)));
  const share = last / second - 1;
  return { second, last, share, bound, isBounded: values.length >= 4 && share <= bound };
}

/** The growth of what lives (heap after a collection) and of what the process takes (resident memory, before one), bytes. */
export const judgeGrowth = (samples: readonly MemorySample[]) => ({
  heap: growthOf(
    samples.map(({ heapBytes }) => heapBytes),
    bounds.heap,
  ),
  resident: growthOf(
    samples.map(({ residentBytes }) => residentBytes),
    bounds.resident,
  ),
});
