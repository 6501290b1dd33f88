/** What the menu does when its timers fire. */
import type { BaseDeps } from "../../kit/server/subgraph.ts";
import type { TimerHandlers } from "../../kit/events/timers.ts";
import { releaseExpired, releaseTimer } from "./actions/reserve-stock.ts";

/** By the name of the timer: a hold on stock ends by itself when its time is up. */
export const timers: TimerHandlers<BaseDeps> = {
  [releaseTimer]: ({ key }, { db, clock }) => releaseExpired(db, key, clock.now()),
};
