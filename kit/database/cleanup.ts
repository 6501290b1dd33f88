/** Rows that are kept for a time only: deleted in small batches, by any replica, without one waiting for another. */
import { and, isNotNull, lt, sql, type SQL } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Clock } from "../clock.ts";
import type { Db } from "./db.ts";
import type { SubgraphEnv } from "../server/env.ts";
import type { Log } from "../server/log.ts";
import { type Loop, startLoop } from "../server/loop.ts";
import { idempotencyKeys, inbox, outbox } from "./tables.ts";

/** One kind of row and how long it is kept. `run` deletes at most `limit` rows that are older than `before`, and answers how many. */
export type Cleanup = {
  readonly name: string;
  readonly keepMs: number;
  readonly run: (db: Db, before: Date, limit: number) => Promise<number>;
};

/** What cleaning takes. */
export type CleanupOptions = {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly cleanups: readonly Cleanup[];
  /** Rows per statement; default 1 000. */
  readonly batchSize?: number;
};

/** Deletes at most `limit` rows of `table` that fit `where`; leaves out those that another transaction holds. Answers how many. */
export async function deleteBatch(db: Db, table: PgTable, where: SQL | undefined, limit: number): Promise<number> {
  const chosen = sql`select ctid from ${table} where ${where} limit ${limit} for update skip locked`;
  return (await db.execute(sql`delete from ${table} where ctid = any(array(${chosen}))`)).count;
}

/**
 * What every subgraph forgets: events that the broker has, ids of events that took effect (the aggregate's version
 * still tells a late repetition), and idempotency keys. Unsent events stay whatever their age.
 */
export const eventCleanups = (settings: SubgraphEnv): Cleanup[] => [
  {
    name: "sent events",
    keepMs: settings.KEEP_SENT_EVENTS_MS,
    run: (db, before, limit) =>
      deleteBatch(db, outbox, and(isNotNull(outbox.sentAt), lt(outbox.sentAt, before)), limit),
  },
  {
    name: "received events",
    keepMs: settings.KEEP_RECEIVED_EVENTS_MS,
    run: (db, before, limit) => deleteBatch(db, inbox, lt(inbox.receivedAt, before), limit),
  },
  {
    name: "idempotency keys",
    keepMs: settings.KEEP_IDEMPOTENCY_KEYS_MS,
    run: (db, before, limit) => deleteBatch(db, idempotencyKeys, lt(idempotencyKeys.createdAt, before), limit),
  },
];

/** Deletes whatever has had its time, and answers how many rows of each kind. One kind that fails is logged and holds up no other. */
export async function cleanUp(options: CleanupOptions, signal?: AbortSignal): Promise<Record<string, number>> {
  const { db, clock, log, cleanups, batchSize = 1_000 } = options;
  const deleted: Record<string, number> = {};
  for (const { name, keepMs, run } of cleanups) {
    const before = new Date(clock.now().getTime() - keepMs);
    deleted[name] = 0;
    try {
      for (let count = batchSize; count === batchSize && !signal?.aborted;) {
        count = await run(db, before, batchSize);
        deleted[name] += count;
      }
    } catch (error) {
      log.warn({ err: error, cleanup: name }, "a cleanup failed, it comes again");
    }
  }
  return deleted;
}

/** Cleans at the start and then every `intervalMs`. Every replica may do so: each row is deleted by one of them. */
export function startCleanup(options: CleanupOptions & { readonly intervalMs: number }): Loop {
  return startLoop("cleanup", options.log, async (signal) => {
    const deleted = await cleanUp(options, signal);
    if (Object.values(deleted).some((count) => count > 0)) options.log.info({ deleted }, "cleaned up");
    return options.intervalMs;
  });
}
