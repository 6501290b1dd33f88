/** Carries committed events from the outbox to the broker. */
import { asc, inArray, isNull, sql } from "drizzle-orm";
import type { Broker } from "./broker.ts";
import type { Clock } from "../clock.ts";
import type { Db } from "../database/db.ts";
import type { Event } from "./event.ts";
import type { Log } from "../server/log.ts";
import { type Loop, startLoop } from "../server/loop.ts";
import { outbox } from "../database/tables.ts";

/** What the relay needs; wake the returned loop on `outboxChannel`. */
export type RelayOptions = {
  readonly db: Db;
  readonly broker: Pick<Broker, "publish">;
  readonly clock: Clock;
  readonly log: Log;
  /** Events per round trip; default 100. */
  readonly batchSize?: number;
  /** How often to look without being woken, in ms; default 1 000. */
  readonly pollMs?: number;
};

/** Starts the relay: a full batch is followed by the next at once, otherwise it waits to be woken. */
export function startRelay(options: RelayOptions): Loop {
  const { db, broker, clock, log, batchSize = 100, pollMs = 1_000 } = options;
  return startLoop("outbox-relay", log, async () => {
    const sent = await relayBatch({ db, broker, now: clock.now(), batchSize });
    return sent === batchSize ? 0 : pollMs;
  });
}

/**
 * Sends the oldest unsent events, at most `batchSize`, and answers how many.
 * Rows stay locked until the broker has them; a crash in between sends them again, and the broker knows their ids.
 * Relays work side by side: a row that another one holds is skipped, so ids may leave out of order.
 */
export async function relayBatch(options: {
  db: Db;
  broker: Pick<Broker, "publish">;
  now: Date;
  batchSize?: number;
}): Promise<number> {
  const { db, broker, now, batchSize = 100 } = options;
  return db.transaction(async (tx) => {
    const rows = await tx
      .select()
      .from(outbox)
      .where(isNull(outbox.sentAt))
      .orderBy(asc(outbox.seq))
      .limit(batchSize)
      .for("update", { skipLocked: true });
    if (rows.length === 0) return 0;
    await broker.publish(rows.map(toEvent));
    const seqs = rows.map((row) => row.seq);
    await tx.update(outbox).set({ sentAt: now }).where(inArray(outbox.seq, seqs));
    return rows.length;
  });
}

function toEvent(row: typeof outbox.$inferSelect): Event {
  const { id, type, source, aggregateId, aggregateVersion, traceId, data } = row;
  return { id, type, source, time: row.time.toISOString(), aggregateId, aggregateVersion, traceId, data };
}

/** Every event in the outbox in order of writing, sent or not: for tests and operators. */
export async function outboxEvents(db: Db): Promise<Event[]> {
  return (
    await db
      .select()
      .from(outbox)
      .orderBy(sql`${outbox.seq}`)
  ).map(toEvent);
}
