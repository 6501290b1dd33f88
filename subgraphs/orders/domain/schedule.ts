/** Orders for later: when they are due, when it is too late, and when the kitchen should be done. */

type Timing = { scheduledFor: Date | null; travelSeconds: number | null };

const later = (time: Date, ms: number): Date => new Date(time.getTime() + ms);

/** When a scheduled order goes to payments and restaurant: `leadMs` before its time. */
export const dueAtOf = (scheduledFor: Date, leadMs: number): Date => later(scheduledFor, -leadMs);

/** Whether an order that could not be placed all the while is no use any more: `graceMs` past its time. */
export const isMissed = (scheduledFor: Date, now: Date, graceMs: number): boolean => now > later(scheduledFor, graceMs);

/**
 * When the kitchen promises to be done. Food for later is not cooked as soon as possible: it leaves in time to arrive at
 * `scheduledFor`, where the kitchen can make it by then.
 */
export function promisedReadyAt({ scheduledFor, travelSeconds }: Timing, prepSeconds: number, now: Date): Date {
  const soonest = later(now, prepSeconds * 1000);
  if (scheduledFor === null) return soonest;
  const wanted = later(scheduledFor, -(travelSeconds ?? 0) * 1000);
  return wanted > soonest ? wanted : soonest;
}

/** The earliest time at which an order made now can be at the door or at the counter, whole minutes: kitchen, then way. */
export function earliestAt(now: Date, kitchenAndWaySeconds: number): Date {
  const minute = 60_000;
  return new Date(Math.ceil((now.getTime() + kitchenAndWaySeconds * 1000) / minute) * minute);
}

type Problem = { itemId: string | null; problem: string };

/** What the customer reads when a due order cannot be cooked. */
export function whyUnavailable(
  problems: readonly Problem[],
  lines: readonly { itemId: string; name: string }[],
): string {
  if (problems.some(({ problem }) => problem === "RESTAURANT_CLOSED"))
    return "The restaurant does not take orders at that time.";
  const names = lines.filter((line) => problems.some(({ itemId }) => itemId === line.itemId)).map((line) => line.name);
  if (names.length === 0) return "The dishes could not be had at that time.";
  return `No longer to be had: ${[...new Set(names)].join(", ")}.`.slice(0, 500);
}
