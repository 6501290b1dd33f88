/** When weekly payouts run, and how long earnings are held back. */

/** The first run after `now`: runs are `periodMs` apart, and one of them is at `anchor`. */
export function nextRun(now: Date, anchor: Date, periodMs: number): Date {
  const since = now.getTime() - anchor.getTime();
  return new Date(anchor.getTime() + (Math.floor(since / periodMs) + 1) * periodMs);
}

/** Earnings of after this instant are still held back. */
export const heldSince = (now: Date, delayDays: number, dayMs: number): Date =>
  new Date(now.getTime() - delayDays * dayMs);
