/** Events that wait in a subgraph's inbox, and what an operator may do about them. */
import { asc, eq, sql } from "drizzle-orm";
import type { Executor, Tx } from "../database/db.ts";
import type { Event } from "./event.ts";
import { lockStream, setVersion } from "./inbox-stream.ts";
import { inbox, parkedEvents } from "../database/tables.ts";

/** One waiting event. `missingVersion` is the version of its aggregate that must be applied first; null when none is. */
export type WaitingEvent = {
  readonly eventId: string;
  readonly type: string;
  readonly source: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly state: "parked" | "quarantined";
  readonly attempts: number;
  readonly missingVersion: number | null;
  readonly error: string | null;
  readonly parkedAt: Date;
};

/** Every parked and quarantined event, the longest waiting first. */
export async function waitingEvents(db: Executor): Promise<WaitingEvent[]> {
  const applied = sql<number>`coalesce((
    select v.version from aggregate_versions v
    where v.side = 'consumed' and v.source = ${parkedEvents.source} and v.topic = ${parkedEvents.topic}
      and v.aggregate_id = ${parkedEvents.aggregateId}), 0)`;
  const rows = await db
    .select({ row: parkedEvents, applied })
    .from(parkedEvents)
    .orderBy(asc(parkedEvents.parkedAt), asc(parkedEvents.eventId));
  return rows.map(({ row, applied: version }) => ({
    eventId: row.eventId,
    type: (row.event as Event).type,
    source: row.source,
    aggregateId: row.aggregateId,
    aggregateVersion: row.aggregateVersion,
    state: row.state,
    attempts: row.attempts,
    missingVersion: row.aggregateVersion > version + 1 ? version + 1 : null,
    error: row.error,
    parkedAt: row.parkedAt,
  }));
}

/** Has the running subgraph try a waiting event once more, at once; a quarantined one that fails is back in quarantine. False when it does not wait. */
export async function retrySoon(tx: Executor, eventId: string, now: Date): Promise<boolean> {
  const due = await tx
    .update(parkedEvents)
    .set({ state: "parked", nextAttemptAt: now })
    .where(eq(parkedEvents.eventId, eventId))
    .returning({ eventId: parkedEvents.eventId });
  return due.length > 0;
}

/**
 * Gives a quarantined event up, as if it had been applied, so that its successors can be. False, and nothing is changed, when it is
 * not quarantined or not the next of its aggregate.
 */
export async function giveUp(tx: Tx, eventId: string, now: Date): Promise<boolean> {
  const [row] = await tx.select().from(parkedEvents).where(eq(parkedEvents.eventId, eventId));
  if (row?.state !== "quarantined") return false;
  if (row.aggregateVersion !== (await lockStream(tx, row)) + 1) return false;
  const { type } = row.event as Event;
  await tx.insert(inbox).values({ eventId, type, receivedAt: now }).onConflictDoNothing();
  await setVersion(tx, row, row.aggregateVersion);
  await tx.delete(parkedEvents).where(eq(parkedEvents.eventId, eventId));
  return true;
}
