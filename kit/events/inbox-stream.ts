/** One aggregate's events from one source: how far they were applied, and what waits next. */
import { and, eq, sql, type SQL } from "drizzle-orm";
import type { Db, Executor, Tx } from "../database/db.ts";
import { aggregateVersions, parkedEvents } from "../database/tables.ts";

/** What one sequence of versions belongs to. */
export type Stream = { readonly source: string; readonly topic: string; readonly aggregateId: string };

const ofStream = ({ source, topic, aggregateId }: Stream) =>
  and(
    eq(aggregateVersions.side, "consumed"),
    eq(aggregateVersions.source, source),
    eq(aggregateVersions.topic, topic),
    eq(aggregateVersions.aggregateId, aggregateId),
  );

/** The version applied so far, 0 at first; holds the stream until the transaction ends, so that its events take turns. */
export async function lockStream(tx: Tx, stream: Stream): Promise<number> {
  const [row] = await tx.execute<{ version: number }>(sql`${locked(stream)}`);
  return row?.version ?? 0;
}

const locked = ({ source, topic, aggregateId }: Stream) => sql`
  insert into aggregate_versions as v (side, source, topic, aggregate_id, version)
  values ('consumed', ${source}, ${topic}, ${aggregateId}, 0)
  on conflict (side, source, topic, aggregate_id) do update set version = v.version
  returning version`;

/** Locks the stream as above, and tells whether the event waits already, and how. */
export async function lockStreamFor(
  tx: Tx,
  stream: Stream,
  eventId: string,
): Promise<{ version: number; waits: "parked" | "quarantined" | null }> {
  const [row] = await tx.execute<{ version: number; waits: "parked" | "quarantined" | null }>(sql`
    with stream as (${locked(stream)})
    select version, (select state from parked_events where event_id = ${eventId}) as waits from stream`);
  return row ?? { version: 0, waits: null };
}

/** Moves a locked stream on. */
export async function setVersion(tx: Executor, stream: Stream, version: number): Promise<void> {
  await tx.update(aggregateVersions).set({ version }).where(ofStream(stream));
}

/** The event whose turn it is, and the version of its aggregate. */
type Turn = { readonly id: string; readonly type: string; readonly aggregateVersion: number };

/** What follows a stream's step: whether it was taken, and whether the next event waits already. */
type Step = { readonly taken: boolean; readonly successorWaits: boolean };

const steps = (
  { source, topic, aggregateId }: Stream,
  { id, type, aggregateVersion }: Turn,
  moved: SQL,
  now: Date,
) => sql`
  with moved as (${moved}),
  noted as (
    insert into inbox (event_id, type, received_at)
    select ${id}, ${type}, ${now.toISOString()}::timestamptz from moved
    returning event_id)
  select exists(select from moved) as taken, exists(
    select from parked_events
    where source = ${source} and topic = ${topic} and aggregate_id = ${aggregateId}
      and aggregate_version = ${aggregateVersion + 1} and state = 'parked') as "successorWaits"`;

const byOne = ({ source, topic, aggregateId }: Stream, version: number) => sql`
  update aggregate_versions set version = ${version}
  where side = 'consumed' and source = ${source} and topic = ${topic} and aggregate_id = ${aggregateId}
    and version = ${version - 1}
  returning version`;

const first = ({ source, topic, aggregateId }: Stream) => sql`
  insert into aggregate_versions as v (side, source, topic, aggregate_id, version)
  values ('consumed', ${source}, ${topic}, ${aggregateId}, 1)
  on conflict (side, source, topic, aggregate_id) do update set version = 1 where v.version = 0
  returning version`;

/** Notes an event that took effect under the stream's lock. A known id breaks the inbox's key. */
export const noteApplied = (tx: Tx, stream: Stream, turn: Turn, now: Date): Promise<Step> =>
  step(tx, stream, turn, byOne(stream, turn.aggregateVersion), now);

/** Moves the stream over an event that nobody handles, in one statement; not taken when it is not the event's turn. */
export const passOver = (db: Db, stream: Stream, turn: Turn, now: Date): Promise<Step> =>
  step(db, stream, turn, turn.aggregateVersion === 1 ? first(stream) : byOne(stream, turn.aggregateVersion), now);

async function step(db: Executor, stream: Stream, turn: Turn, moved: SQL, now: Date): Promise<Step> {
  const [row] = await db.execute<Step>(steps(stream, turn, moved, now));
  return row ?? { taken: false, successorWaits: false };
}

/** The waiting event that comes right after what was applied, if it is there. */
export async function successorOf(db: Db, stream: Stream) {
  const [row] = await db
    .select({
      event: parkedEvents.event,
      state: parkedEvents.state,
      nextAttemptAt: parkedEvents.nextAttemptAt,
    })
    .from(parkedEvents)
    .innerJoin(
      aggregateVersions,
      and(ofStream(stream), eq(parkedEvents.aggregateVersion, sql`${aggregateVersions.version} + 1`)),
    )
    .where(
      and(
        eq(parkedEvents.source, stream.source),
        eq(parkedEvents.topic, stream.topic),
        eq(parkedEvents.aggregateId, stream.aggregateId),
      ),
    );
  return row;
}
