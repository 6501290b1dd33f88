/** How long failed sign-ins slow the next one down. */

/** Failures that cost nothing: people mistype. */
export const freeFailures = 3;

/**
 * Milliseconds to wait before the next try: 0 up to the third failure, then 250, 500, 1000 … up to `maxMs`.
 * It is always bounded, so nobody is locked out by another's failures.
 */
export function delayFor(failures: number, maxMs: number): number {
  if (failures < freeFailures) return 0;
  return Math.min(250 * 2 ** Math.min(failures - freeFailures, 20), maxMs);
}
