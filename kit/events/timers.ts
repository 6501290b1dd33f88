/** Durable timers: work due at a time, written in the transaction of the state that needs it. */
import { randomInt } from "node:crypto";
import { and, asc, eq, inArray, lte, min, sql } from "drizzle-orm";
import type { Clock } from "../clock.ts";
import type { Db, Executor } from "../database/db.ts";
import { errorText } from "../server/logged-error.ts";
import type { Log } from "../server/log.ts";
import { backoff, type Loop, startLoop } from "../server/loop.ts";
import { timers } from "../database/tables.ts";

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
export async function schedule(tx: Executor, { name, key, dueAt, payload, traceId }: NewTimer): Promise<void> {
  const at = sql`${dueAt.toISOString()}::timestamptz`;
  const about = sql`${payload === undefined || payload === null ? null : JSON.stringify(payload)}::text::jsonb`;
  // A random start, so that a run of a timer since cancelled cannot take a new one with the same key for its own.
  await tx.execute(sql`
    with set_timer as (
      insert into timers as t (name, key, due_at, run_at, payload, trace_id, attempt, revision)
      values (${name}, ${key}, ${at}, ${at}, ${about}, ${traceId ?? ""}, 0, ${randomInt(2 ** 30)})
      on conflict (name, key) do update set due_at = excluded.due_at, run_at = excluded.run_at, payload = excluded.payload,
        trace_id = excluded.trace_id, attempt = 0, error = null, revision = t.revision + 1)
    select pg_notify(${timersChannel}, '')`);
}

/** Sets a timer unless there is one of its name and key, which then stays as it is: for those that come back by themselves. */
export async function scheduleFirst(db: Db, timer: NewTimer): Promise<void> {
  await db.transaction(async (tx) => {
    const [known] = await tx.select({ name: timers.name }).from(timers).where(named(timer));
    if (!known) await schedule(tx, timer);
  });
}

const named = ({ name, key }: { readonly name: string; readonly key: string }) =>
  and(eq(timers.name, name), eq(timers.key, key));

/** Has a waiting timer run at once, one that backs off after a failure for instance; its due time and tries stay. False when there is none. */
export async function runSoon(tx: Executor, timer: Pick<NewTimer, "name" | "key">, now: Date): Promise<boolean> {
  const moved = await tx.update(timers).set({ runAt: now }).where(named(timer)).returning({ name: timers.name });
  if (moved.length > 0) await tx.execute(sql`select pg_notify(${timersChannel}, '')`);
  return moved.length > 0;
}

/** Removes a timer; nothing happens when it is not there. A run that already began is not stopped. */
export async function cancelTimer(tx: Executor, timer: { readonly name: string; readonly key: string }): Promise<void> {
  await tx.delete(timers).where(named(timer));
}

/** What firing timers takes. */
export type TimerRunOptions<Deps> = {
  readonly db: Db;
  readonly handlers: TimerHandlers<Deps>;
  readonly deps: Deps;
  readonly clock: Clock;
  readonly log: Log;
  /** Another runner takes a timer over when its handler has not ended after so long, in ms; default 60 000. */
  readonly leaseMs?: number;
  /** Timers in hand at once; default 20. */
  readonly limit?: number;
};

const mostInHand = 20;

type Claimed = typeof timers.$inferSelect;

/**
 * Starts the runner; it sleeps until the next due time or `wake` (call that on `timersChannel`), at most `pollMs` (default 1 000).
 * A handler that takes long, because a provider does not answer, holds its own place and nobody else's.
 */
export function startTimers<Deps>(options: TimerRunOptions<Deps> & { readonly pollMs?: number }): Loop {
  const { db, handlers, clock, log, pollMs = 1_000, limit = mostInHand } = options;
  const inHand = new Set<Promise<void>>();
  const begin = (timer: Claimed) => {
    const run = fire(timer, options).finally(() => {
      // A place is free again.
      if (inHand.size === limit) loop.wake();
      inHand.delete(run);
    });
    inHand.add(run);
  };
  const loop = startLoop("timers", log, async () => {
    const free = limit - inHand.size;
    const claimed = free > 0 ? await claim({ ...options, limit: free }) : [];
    claimed.forEach(begin);
    if (inHand.size === limit) return pollMs;
    const next = await nextRunAt(db, Object.keys(handlers));
    if (next === null) return pollMs;
    return Math.min(pollMs, Math.max(1, next.getTime() - clock.now().getTime()));
  });
  return {
    wake: loop.wake,
    stop: async () => {
      await loop.stop();
      await Promise.all(inHand);
    },
  };
}

/**
 * Fires the timers that are due by the clock, at most `limit`, side by side, and answers how many it took.
 * One that throws is logged and comes back after 1 s, doubling to 5 min; it is never given up.
 * For tests: set the clock, call it until it answers 0.
 */
export async function runDueTimers<Deps>(options: TimerRunOptions<Deps>): Promise<number> {
  const claimed = await claim(options);
  await Promise.all(claimed.map((timer) => fire(timer, options)));
  return claimed.length;
}

async function claim<Deps>(options: TimerRunOptions<Deps>): Promise<Claimed[]> {
  const { db, handlers, clock, leaseMs = 60_000, limit = mostInHand } = options;
  const names = Object.keys(handlers);
  if (names.length === 0) return [];
  const now = clock.now();
  return db.transaction(async (tx) => {
    const due = await tx
      .select({ name: timers.name, key: timers.key })
      .from(timers)
      .where(and(lte(timers.runAt, now), inArray(timers.name, names)))
      .orderBy(asc(timers.runAt))
      .limit(limit)
      .for("update", { skipLocked: true });
    if (due.length === 0) return [];
    const keys = sql.join(
      due.map((timer) => sql`(${timer.name}, ${timer.key})`),
      sql`, `,
    );
    return tx
      .update(timers)
      .set({ runAt: new Date(now.getTime() + leaseMs), attempt: sql`${timers.attempt} + 1` })
      .where(sql`(${timers.name}, ${timers.key}) in (${keys})`)
      .returning();
  });
}

async function fire<Deps>(timer: Claimed, { db, handlers, deps, clock, log }: TimerRunOptions<Deps>): Promise<void> {
  const { name, key, dueAt, payload, attempt, traceId } = timer;
  // Rescheduled while it ran, or taken over after the lease: then the row belongs to someone else.
  const ours = and(eq(timers.name, name), eq(timers.key, key), eq(timers.revision, timer.revision));
  try {
    await handlers[name]?.({ name, key, dueAt, payload, attempt, traceId }, deps);
    await db.delete(timers).where(ours);
  } catch (error) {
    log.warn({ err: error, timer: name, key, attempt, traceId }, "timer failed, trying again later");
    const runAt = new Date(clock.now().getTime() + backoff(attempt, 1_000, 300_000));
    await db
      .update(timers)
      .set({ runAt, error: errorText(error) })
      .where(and(ours, eq(timers.attempt, attempt)))
      .catch((cause: unknown) => log.warn({ err: cause, timer: name, key }, "the lease will bring the timer back"));
  }
}

async function nextRunAt(db: Db, names: string[]): Promise<Date | null> {
  if (names.length === 0) return null;
  const [row] = await db
    .select({ at: min(timers.runAt) })
    .from(timers)
    .where(inArray(timers.name, names));
  return row?.at ?? null;
}
