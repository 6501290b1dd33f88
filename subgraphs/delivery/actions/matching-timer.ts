/** The rounds of matching: they come by themselves, so that nobody who changes a delivery or a courier has to wait for their one timer. */
import type { NewTimer } from "../../../kit/events/timers.ts";
import type { Settings } from "../deps.ts";

/** Name of the timer of the rounds; there is one for the whole subgraph. */
export const matchTimer = "delivery.match";

/** The next round lies on a grid of `matchIntervalMs`. */
export function nextRound({ MATCH_INTERVAL_MS: matchIntervalMs }: Settings, now: Date): NewTimer {
  const dueAt = new Date((Math.floor(now.getTime() / matchIntervalMs) + 1) * matchIntervalMs);
  return { name: matchTimer, key: "all", dueAt };
}
