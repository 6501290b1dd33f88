/** The source of business time; SQL never calls `now()` for it. */
export type Clock = { now(): Date };

/** The machine's clock, moved by `offsetMs` (default 0): how tests and fault injection skew one process. */
export const systemClock = (offsetMs = 0): Clock => ({ now: () => new Date(Date.now() + offsetMs) });

/** A clock that stands still until moved, for tests. */
export function manualClock(start: Date): Clock & { advance(ms: number): void } {
  let time = start.getTime();
  return { now: () => new Date(time), advance: (ms) => void (time += ms) };
}
