/** The events database's own record beside pg-boss: every published event once, and who subscribes to what. */
import type postgres from "postgres";
import type { Event } from "./event.ts";
import { toUuid } from "../id.ts";
import { topicOf } from "./event.ts";

/** Publishing holds it shared and subscribing alone: a new subscriber misses nothing between the log and its queue. */
const lockKey = 7_318_204;

/** Makes the tables when they are missing; safe to run by several processes at once. */
export async function createLog(sql: postgres.Sql): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${lockKey})`;
    await tx`create schema if not exists broker`;
    await tx`create table if not exists broker.subscribers (durable text primary key, topics text[] not null)`;
    await tx`create table if not exists broker.events (
      seq bigint generated always as identity primary key,
      id uuid not null unique,
      topic text not null,
      event jsonb not null,
      stored_at timestamptz not null default now()
    )`;
    await addStoredAt(tx);
    await tx`create index if not exists events_topic on broker.events (topic, seq)`;
    await tx`create index if not exists events_stored_at on broker.events (stored_at)`;
  });
}

/** For a log made before events were pruned; asked first, since the change itself waits for everyone who uses the table. */
async function addStoredAt(tx: postgres.TransactionSql): Promise<void> {
  const [column] = await tx`
    select 1 from information_schema.columns
    where table_schema = 'broker' and table_name = 'events' and column_name = 'stored_at'`;
  if (!column) await tx`alter table broker.events add column stored_at timestamptz not null default now()`;
}

/** Adds what the log does not have yet, and answers that, in the batch's order. */
export async function store(tx: postgres.TransactionSql, batch: readonly Event[]): Promise<Event[]> {
  await tx`select pg_advisory_xact_lock_shared(${lockKey})`;
  const rows = batch.map((event) => ({ id: toUuid(event.id), topic: topicOf(event.type), event }));
  const stored = await tx<{ id: string }[]>`
    insert into broker.events (id, topic, event)
    select id, topic, event from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as rows (id uuid, topic text, event jsonb)
    on conflict (id) do nothing
    returning id`;
  const fresh = new Set(stored.map((row) => row.id));
  return rows.filter((row) => fresh.delete(row.id)).map((row) => row.event);
}

/** Everyone who subscribed, running or not. */
export async function subscribers(tx: postgres.TransactionSql): Promise<{ durable: string; topics: string[] }[]> {
  return tx<{ durable: string; topics: string[] }[]>`
    select durable, to_jsonb(topics) as topics from broker.subscribers order by durable`;
}

/** Topics as the text of an array; they are plain words. */
const listOf = (topics: readonly string[]): string => `{${topics.join(",")}}`;

/** Records a subscriber's topics and answers those it did not have before. Publishing waits until the transaction ends. */
export async function register(
  tx: postgres.TransactionSql,
  durable: string,
  topics: readonly string[],
): Promise<string[]> {
  await tx`select pg_advisory_xact_lock(${lockKey})`;
  const [known] = await tx<{ topics: string[] }[]>`
    select to_jsonb(topics) as topics from broker.subscribers where durable = ${durable}`;
  const added = topics.filter((topic) => !known?.topics.includes(topic));
  await tx`
    insert into broker.subscribers (durable, topics) values (${durable}, ${listOf(topics)}::text::text[])
    on conflict (durable) do update set topics = excluded.topics`;
  return added;
}

/** What the log holds of some topics, oldest first. */
export async function eventsSince(tx: postgres.TransactionSql, topics: readonly string[]): Promise<Event[]> {
  const rows = await tx<{ event: Event }[]>`
    select event from broker.events where topic = any(${listOf(topics)}::text::text[]) order by seq`;
  return rows.map((row) => row.event);
}

/** How long events are kept when no setting says otherwise, days. */
export const defaultRetentionDays = 14;

/** What `prune` may remove: whatever is older than so many days, at most `batch` events (default 1 000) at once. */
export type Retention = { readonly days: number; readonly batch?: number };

/**
 * Forgets the oldest events that are older than the retention and that every subscriber of their topic has acknowledged; answers how
 * many. Several processes may do it side by side. What is forgotten reaches no later subscriber, and is no longer known as published.
 */
export async function prune(sql: postgres.Sql, { days, batch = 1_000 }: Retention): Promise<number> {
  const pruned = await sql`
    delete from broker.events where seq in (
      select old.seq from broker.events old
      where old.stored_at < now() - make_interval(days => ${days})
        and not exists (
          select 1 from broker.subscribers s join pgboss.job j on j.name = s.durable and j.id = old.id
          where old.topic = any(s.topics) and j.state <> 'completed')
      order by old.stored_at
      limit ${batch}
      for update skip locked)`;
  return pruned.count;
}
