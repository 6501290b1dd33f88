/** Sets the timer of the next matching batch. */
import type { Executor } from "../../../kit/db.ts";
import { schedule } from "../../../kit/timers.ts";
import type { Rules } from "../deps.ts";

/** Name of the timer of the matching batch; there is one for the whole subgraph. */
export const matchTimer = "delivery.match";

/** The next batch lies on a grid of `matchIntervalMs`, so that many calls within an interval make one batch, never a later one. */
export async function scheduleMatching(tx: Executor, rules: Rules, now: Date): Promise<void> {
  const interval = rules.matchIntervalMs;
  const dueAt = new Date((Math.floor(now.getTime() / interval) + 1) * interval);
  await schedule(tx, { name: matchTimer, key: "all", dueAt });
}
