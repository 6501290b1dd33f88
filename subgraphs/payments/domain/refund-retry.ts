/** When a refund that is owed is tried again. */

/** Milliseconds until the attempt after attempt `number` (from 1): doubles from `firstMs` up to `mostMs`. */
export const retryAfterMs = (number: number, firstMs: number, mostMs: number): number =>
  Math.min(firstMs * 2 ** Math.min(Math.max(number, 1) - 1, 40), mostMs);
