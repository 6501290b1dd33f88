/** One aggregate's events from one source: how far they were applied, and what waits next. */
import { and, eq, sql } from "drizzle-orm";
import type { Db, Executor, Tx } from "./db.ts";
import { aggregateVersions, parkedEvents } from "./tables.ts";

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
  const { source, topic, aggregateId } = stream;
  const [row] = await tx
    .insert(aggregateVersions)
    .values({ side: "consumed", source, topic, aggregateId, version: 0 })
    .onConflictDoUpdate({
      target: [
        aggregateVersions.side,
        aggregateVersions.source,
        aggregateVersions.topic,
        aggregateVersions.aggregateId,
      ],
      set: { version: sql`${aggregateVersions.version}` },
    })
    .returning({ version: aggregateVersions.version });
  return row?.version ?? 0;
}

/** Moves a locked stream on. */
export async function setVersion(tx: Executor, stream: Stream, version: number): Promise<void> {
  await tx.update(aggregateVersions).set({ version }).where(ofStream(stream));
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
