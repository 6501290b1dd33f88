/** Windows in which people may act, and how they grow when the service was away. */

/** From a moment to a later one. */
export type Span = { from: Date; to: Date };

/** How long two spans overlap, milliseconds. */
const overlapMs = (one: Span, other: Span): number =>
  Math.max(0, Math.min(one.to.getTime(), other.to.getTime()) - Math.max(one.from.getTime(), other.from.getTime()));

/** The longest that a window can become: twice as long. */
export const doubled = ({ from, to }: Span): Span => ({ from, to: new Date(2 * to.getTime() - from.getTime()) });

/**
 * By how many milliseconds a window grows: by what outages took of it, and of what it grew by, at most to double.
 * `outages` do not overlap one another. A provider's date, or one of the calendar, is no such window and never moves.
 */
export function growthMs(window: Span, outages: readonly Span[]): number {
  const { from, to } = doubled(window);
  let end = window.to.getTime();
  for (const outage of outages.toSorted((one, other) => one.from.getTime() - other.from.getTime())) {
    if (outage.from.getTime() >= end) break;
    end += overlapMs({ from, to }, outage);
  }
  return Math.min(end, to.getTime()) - window.to.getTime();
}
