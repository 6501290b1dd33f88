/** Durable timers: work due at a time, written in the transaction of the state that needs it. */
import { and, eq, sql } from "drizzle-orm";
import type { Executor } from "./db.ts";
import { timers } from "./tables.ts";

/** The Postgres channel on which a commit with a new timer wakes the runner. */
export const timersChannel = "timers";

/** A timer to set. `key` is what it is about (an order's id); one timer per name and key. */
export type NewTimer = {
  readonly name: string;
  readonly key: string;
  readonly dueAt: Date;
  readonly payload?: unknown;
  readonly traceId?: string;
};

/** A timer as its handler gets it. `attempt` is 1 at the first try; `payload` is null when none was given. */
export type FiredTimer = {
  readonly name: string;
  readonly key: string;
  readonly dueAt: Date;
  readonly payload: unknown;
  readonly attempt: number;
  readonly traceId: string;
};

/**
 * What to do per timer name. Runs outside any transaction, at least once: open your own, and check the state
 * again, since a cancelled or rescheduled timer may have begun already. Throwing means: try again later.
 */
export type TimerHandlers<Deps> = { readonly [name: string]: (timer: FiredTimer, deps: Deps) => Promise<void> };

/** Sets a timer, or moves the one with the same name and key; a moved timer starts over with no attempts. */
export async function schedule(tx: Executor, timer: NewTimer): Promise<void> {
  const fresh = {
    dueAt: timer.dueAt,
    runAt: timer.dueAt,
    payload: timer.payload ?? null,
    traceId: timer.traceId ?? "",
    attempt: 0,
    error: null,
  };
  await tx
    .insert(timers)
    .values({ name: timer.name, key: timer.key, ...fresh })
    .onConflictDoUpdate({
      target: [timers.name, timers.key],
      set: { ...fresh, revision: sql`${timers.revision} + 1` },
    });
  await tx.execute(sql`select pg_notify(${timersChannel}, '')`);
}

/** Removes a timer; nothing happens when it is not there. A run that already began is not stopped. */
export async function cancelTimer(tx: Executor, timer: { readonly name: string; readonly key: string }): Promise<void> {
  await tx.delete(timers).where(and(eq(timers.name, timer.name), eq(timers.key, timer.key)));
}
