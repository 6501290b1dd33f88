/**
 * The tables that every subgraph carries beside its own: events out, events in, timers, idempotency, ended sessions.
 * A subgraph's `db/tables.ts` re-exports them, so they are part of its migrations.
 */
import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** Events written with the change that caused them; the relay hands unsent rows to the broker and marks them. */
export const outbox = pgTable(
  "outbox",
  {
    seq: bigint("seq", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    id: text("id").notNull().unique(),
    type: text("type").notNull(),
    source: text("source").notNull(),
    time: instant("time").notNull(),
    aggregateId: text("aggregate_id").notNull(),
    aggregateVersion: integer("aggregate_version").notNull(),
    traceId: text("trace_id").notNull(),
    data: jsonb("data").notNull(),
    sentAt: instant("sent_at"),
  },
  (table) => [
    index("outbox_unsent")
      .on(table.seq)
      .where(sql`${table.sentAt} is null`),
    index("outbox_sent_at").on(table.sentAt),
  ],
);

/** Ids of the events that took effect here; a second delivery finds its id and does nothing. */
export const inbox = pgTable(
  "inbox",
  {
    eventId: text("event_id").primaryKey(),
    type: text("type").notNull(),
    receivedAt: instant("received_at").notNull(),
  },
  (table) => [index("inbox_received_at").on(table.receivedAt)],
);

/**
 * The last version of each aggregate, per side: `published` counts what this subgraph sent,
 * `consumed` what it has applied. Its row lock is what puts one aggregate's events in order.
 */
export const aggregateVersions = pgTable(
  "aggregate_versions",
  {
    side: text("side", { enum: ["published", "consumed"] }).notNull(),
    source: text("source").notNull(),
    topic: text("topic").notNull(),
    aggregateId: text("aggregate_id").notNull(),
    version: integer("version").notNull(),
  },
  (table) => [primaryKey({ columns: [table.side, table.source, table.topic, table.aggregateId] })],
);

/**
 * Events that cannot take effect yet: `parked` waits for a predecessor or for its next try,
 * `quarantined` failed too often and waits for an operator.
 */
export const parkedEvents = pgTable(
  "parked_events",
  {
    eventId: text("event_id").primaryKey(),
    source: text("source").notNull(),
    topic: text("topic").notNull(),
    aggregateId: text("aggregate_id").notNull(),
    aggregateVersion: integer("aggregate_version").notNull(),
    event: jsonb("event").notNull(),
    state: text("state", { enum: ["parked", "quarantined"] }).notNull(),
    attempts: integer("attempts").notNull().default(0),
    nextAttemptAt: instant("next_attempt_at").notNull(),
    error: text("error"),
    parkedAt: instant("parked_at").notNull(),
  },
  (table) => [
    index("parked_events_aggregate").on(table.source, table.topic, table.aggregateId, table.aggregateVersion),
    index("parked_events_due").on(table.state, table.nextAttemptAt),
  ],
);

/**
 * Work that must happen at a time, written with the state that needs it. `runAt` is when a runner may take it:
 * the due time at first, then the end of a lease or of a back-off. `revision` tells a rescheduled timer from the run that began before.
 */
export const timers = pgTable(
  "timers",
  {
    name: text("name").notNull(),
    key: text("key").notNull(),
    dueAt: instant("due_at").notNull(),
    runAt: instant("run_at").notNull(),
    payload: jsonb("payload"),
    traceId: text("trace_id").notNull(),
    attempt: integer("attempt").notNull().default(0),
    revision: integer("revision").notNull().default(0),
    error: text("error"),
  },
  (table) => [primaryKey({ columns: [table.name, table.key] }), index("timers_run_at").on(table.runAt)],
);

/** What a caller's idempotent operation answered the first time, and the fingerprint of what was asked. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    scope: text("scope").notNull(),
    operation: text("operation").notNull(),
    key: text("key").notNull(),
    fingerprint: text("fingerprint").notNull(),
    response: jsonb("response"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.scope, table.operation, table.key] }),
    index("idempotency_keys_created_at").on(table.createdAt),
  ],
);

/**
 * Sessions that ended before their access tokens do: no mutation on their behalf. `revokedAt` is when this subgraph
 * learnt of it, by its own clock; a row may go once every token of the session has expired.
 */
export const revokedSessions = pgTable(
  "revoked_sessions",
  {
    sessionId: text("session_id").primaryKey(),
    revokedAt: instant("revoked_at").notNull(),
  },
  (table) => [index("revoked_sessions_revoked_at").on(table.revokedAt)],
);
