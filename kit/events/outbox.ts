/** The way out: events are written with the change that caused them, and a relay carries them to the broker. */
import { sql } from "drizzle-orm";
import type { z } from "zod";
import type { Tx } from "../database/db.ts";
import { type Catalogue, type OwnedTypes, topicOf } from "./event.ts";
import { newId } from "../id.ts";

/** The Postgres channel on which a commit with events wakes the relay. */
export const outboxChannel = "outbox";

/** What `publish` needs to know of the moment: business time, and the trace that the event continues. */
export type PublishContext = { readonly now: Date; readonly traceId: string };

/** An event to publish: a type that the subgraph owns, with the data that the catalogue prescribes. */
export type NewEvent<C extends Catalogue, Source extends string> = {
  [T in OwnedTypes<C, Source>]: {
    readonly type: T;
    readonly aggregateId: string;
    readonly data: z.input<C[T]["data"]>;
  };
}[OwnedTypes<C, Source>];

/**
 * Binds `publish` to a catalogue and to the subgraph that publishes:
 * `export const publish = createPublisher(events, "orders")` in `events/published.ts`.
 *
 * `publish(tx, event, context)` must run in the transaction of the change. It numbers the event within its
 * aggregate without gaps, which locks the aggregate's counter until commit. Throws when the data break the schema.
 */
export function createPublisher<C extends Catalogue, Source extends string>(catalogue: C, source: Source) {
  return async function publish(tx: Tx, event: NewEvent<C, Source>, context: PublishContext): Promise<void> {
    const entry = catalogue[event.type];
    if (!entry) throw new Error(`${event.type} is not in the catalogue of events`);
    if (entry.source !== source && entry.source !== "*") throw new Error(`${source} does not own ${event.type}`);
    const parsed = entry.data.safeParse(event.data);
    if (!parsed.success) throw new Error(`${event.type} breaks its schema: ${parsed.error.message}`);
    const { type, aggregateId } = event;
    // Numbered, written and announced in one statement: there are many events to an order.
    await tx.execute(sql`
      with numbered as (
        insert into aggregate_versions as v (side, source, topic, aggregate_id, version)
        values ('published', ${source}, ${topicOf(type)}, ${aggregateId}, 1)
        on conflict (side, source, topic, aggregate_id) do update set version = v.version + 1
        returning version),
      written as (
        insert into outbox (id, type, source, time, aggregate_id, aggregate_version, trace_id, data)
        select ${newId("evt")}, ${type}, ${source}, ${context.now.toISOString()}::timestamptz, ${aggregateId}, version,
          ${context.traceId}, ${JSON.stringify(parsed.data)}::text::jsonb
        from numbered)
      select pg_notify(${outboxChannel}, '')`);
  };
}
