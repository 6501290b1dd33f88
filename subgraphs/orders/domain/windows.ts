/** Windows in which people may act, and how they grow when the service was away. */

/** From a moment to a later one. */
export type Span = { from: Date; to: Date };

/** By how much of it two spans overlap, milliseconds. */
const overlapMs = (one: Span, other: Span): number =>
  Math.max(0, Math.min(one.to.getTime(), other.to.getTime()) - Math.max(one.from.getTime(), other.from.getTime()));

/**
 * By how many milliseconds a window grows: by what outages took of it, at most to double. `outages` do not overlap one
 * another. A provider's date, or one of the calendar, is no such window and never moves.
 */
export function growthMs(window: Span, outages: readonly Span[]): number {
  const lost = outages.reduce((sum, outage) => sum + overlapMs(window, outage), 0);
  return Math.min(lost, window.to.getTime() - window.from.getTime());
}
