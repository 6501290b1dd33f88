/** Lets payouts arrive or fail when they are due, also those that were on their way when the process ended. */
import type { Log } from "../../kit/log.ts";
import { arrive } from "./payouts.ts";
import type { Store } from "./store.ts";
import type { Work } from "./work.ts";

export type Arrivals = {
  /** Takes up payouts committed since the last call. */
  wake: () => void;
  stop(): void;
};

/** Starts over the store's payouts; `commit` makes one change durable and tells of it. */
export function startArrivals(
  store: Store,
  commit: (change: (work: Work) => void) => Promise<void>,
  log: Log,
): Arrivals {
  const waiting = new Map<string, NodeJS.Timeout>();
  const land = async (id: string): Promise<void> => {
    waiting.delete(id);
    await commit((work) => arrive(work, id)).catch((error: unknown) => log.error({ err: error }, "a payout got stuck"));
    wake();
  };
  const wake = (): void => {
    for (const { id, due_ms: due } of store.all("payout")) {
      if (due === null || waiting.has(id)) continue;
      waiting.set(
        id,
        setTimeout(() => void land(id), Math.max(0, due - Date.now())),
      );
    }
  };
  wake();
  return { wake, stop: () => waiting.forEach((timer) => clearTimeout(timer)) };
}
