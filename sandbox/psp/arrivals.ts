/** Lets payouts arrive or fail when they are due, and disputes be lost that nobody answered, also those of before a restart. */
import type { Log } from "../../kit/server/log.ts";
import { overdueDispute } from "./disputes.ts";
import { arrive } from "./payouts.ts";
import type { Store } from "./store.ts";
import type { Work } from "./work.ts";

export type Arrivals = {
  /** Takes up what was committed since the last call. */
  wake: () => void;
  stop(): void;
};

type Due = { id: string; due: number; happen: (work: Work, id: string) => void };

/** What will happen by itself, in epoch milliseconds. */
const awaited = (store: Store): Due[] => [
  ...store.all("payout").flatMap(({ id, due_ms: due }): Due[] => (due === null ? [] : [{ id, due, happen: arrive }])),
  ...store
    .all("dispute")
    .flatMap(({ id, status, evidence_details: details }): Due[] =>
      details && status === "needs_response" ? [{ id, due: details.due_by * 1000, happen: overdueDispute }] : [],
    ),
];

/** Starts over the store's payouts and disputes; `commit` makes one change durable and tells of it. */
export function startArrivals(
  store: Store,
  commit: (change: (work: Work) => void) => Promise<void>,
  log: Log,
): Arrivals {
  const waiting = new Map<string, NodeJS.Timeout>();
  const land = async ({ id, happen }: Due): Promise<void> => {
    waiting.delete(id);
    await commit((work) => happen(work, id)).catch((error: unknown) => log.error({ err: error, id }, "it got stuck"));
    wake();
  };
  const wake = (): void => {
    for (const one of awaited(store)) {
      if (waiting.has(one.id)) continue;
      waiting.set(
        one.id,
        setTimeout(() => void land(one), Math.max(0, one.due - Date.now())),
      );
    }
  };
  wake();
  return { wake, stop: () => waiting.forEach((timer) => clearTimeout(timer)) };
}
