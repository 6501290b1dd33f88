/** The way in: every event takes effect once, in order per aggregate, in the same transaction as what it changes. */
import { and, asc, eq, lte, sql } from "drizzle-orm";
import type { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Db, Tx } from "../database/db.ts";
import { type Catalogue, type Event, topicOf } from "./event.ts";
import { errorText } from "../server/logged-error.ts";
import type { Log } from "../server/log.ts";
import { backoff } from "../server/loop.ts";
import { lockStreamFor, noteApplied, passOver, type Stream, successorOf } from "./inbox-stream.ts";
import { giveUp } from "./quarantine.ts";
import { parkedEvents } from "../database/tables.ts";
import { isTransient } from "../database/transient.ts";

/** What a handler is given beside the subgraph's own dependencies. */
export type HandlerContext = { readonly now: Date; readonly traceId: string; readonly log: Log };

/**
 * What to do per event type, with `Events` (the type of the catalogue) for typed data. Runs inside the inbox's
 * transaction: write through `tx` alone, call nothing outside (schedule a timer for that). Throwing undoes and tries
 * again, and quarantines in the end. Types of a consumed topic without a handler only advance the version.
 */
export type EventHandlers<Deps, C extends Catalogue = Catalogue> = {
  readonly [T in keyof C & string]?: (
    tx: Tx,
    event: Event<T, z.output<C[T]["data"]>>,
    context: Deps & HandlerContext,
  ) => Promise<void>;
};

/** The same map where the catalogue no longer matters. */
export type AnyHandlers<Deps> = {
  readonly [type: string]: ((tx: Tx, event: never, context: Deps & HandlerContext) => Promise<void>) | undefined;
};

/** What became of an event: it took effect now, had before, waits (predecessor or next try), or waits for an operator. */
export type Receipt = "applied" | "duplicate" | "parked" | "quarantined";

/** What an inbox needs. */
export type InboxOptions<Deps> = {
  readonly db: Db;
  readonly catalogue: Catalogue;
  readonly handlers: AnyHandlers<Deps>;
  readonly deps: Deps;
  readonly clock: Clock;
  readonly log: Log;
  /** Tries before quarantine; default 6, about 10 s in all. Trouble with the database itself does not count. */
  readonly maxAttempts?: number;
};

/** Receives events. Throws only when its own database fails, and then nothing took effect: deliver the event again. */
export type Inbox = {
  /** Applies an event, or parks it, then applies what waited for it. */
  receive(event: Event): Promise<Receipt>;
  /** Applies parked events whose predecessor is there and whose next try is due; answers how many it tried. */
  resume(limit?: number): Promise<number>;
  /** For an operator: tries a parked or quarantined event again, and what waited for it. Null when there is none. */
  replay(eventId: string): Promise<Receipt | null>;
  /** For an operator: gives a quarantined event up, so that its successors continue as if it had been applied. */
  skip(eventId: string): Promise<boolean>;
};

/** An inbox over one subgraph's database. */
export function createInbox<Deps>(options: InboxOptions<Deps>): Inbox {
  const { db, clock } = options;
  const take = async (event: Event, why: "arrival" | "retry"): Promise<Receipt> => {
    const { receipt, successorWaits } = (await pass(options, event)) ?? (await attempt(options, event, why));
    if (successorWaits) await drain(options, streamOf(event));
    return receipt;
  };
  const retry = (event: Event) => take(event, "retry");
  return {
    receive: (event) => take(event, "arrival"),
    resume: async (limit = 10) => {
      const due = await dueEvents(db, clock.now(), limit);
      const outcomes = await Promise.allSettled(due.map(retry));
      for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
      return due.length;
    },
    replay: async (eventId) => {
      const [row] = await db.select().from(parkedEvents).where(eq(parkedEvents.eventId, eventId));
      return row ? retry(row.event as Event) : null;
    },
    skip: (eventId) => skip(options, eventId),
  };
}

const streamOf = (event: Event): Stream => ({
  source: event.source,
  topic: topicOf(event.type),
  aggregateId: event.aggregateId,
});

/** What became of an event, and whether the next of its stream may wait for it. */
type Taken = { readonly receipt: Receipt; readonly successorWaits: boolean };

/** Steps over an event that nobody handles here; null when it is handled, not its turn, or breaks its schema. */
async function pass<Deps>(options: InboxOptions<Deps>, event: Event): Promise<Taken | null> {
  if (options.handlers[event.type] || !isSound(options.catalogue, event)) return null;
  const { taken, successorWaits } = await passOver(options.db, streamOf(event), event, options.clock.now());
  return taken ? { receipt: "applied", successorWaits } : null;
}

/** One try. An event that arrives again while it is parked or quarantined stays so; only a retry runs it. */
async function attempt<Deps>(options: InboxOptions<Deps>, event: Event, why: "arrival" | "retry"): Promise<Taken> {
  try {
    return await options.db.transaction((tx) => apply(tx, options, event, why));
  } catch (error) {
    if (isTransient(error)) throw error;
    return { receipt: await recordFailure(options, event, error), successorWaits: false };
  }
}

async function apply<Deps>(
  tx: Tx,
  options: InboxOptions<Deps>,
  event: Event,
  why: "arrival" | "retry",
): Promise<Taken> {
  const { clock, deps, handlers, log } = options;
  const stream = streamOf(event);
  const { version, waits } = await lockStreamFor(tx, stream, event.id);
  const unpark = async () => waits && (await tx.delete(parkedEvents).where(eq(parkedEvents.eventId, event.id)));
  if (event.aggregateVersion <= version) {
    await unpark();
    return { receipt: "duplicate", successorWaits: waits !== null };
  }
  if (waits && why === "arrival") return { receipt: waits, successorWaits: false };
  if (event.aggregateVersion > version + 1) {
    await park(tx, event, clock.now());
    return { receipt: "parked", successorWaits: false };
  }
  const now = clock.now();
  const data = check(options.catalogue, event);
  const { traceId } = event;
  const context = { ...deps, now, traceId, log: log.child({ traceId, event: event.type, eventId: event.id }) };
  await handlers[event.type]?.(tx, { ...event, data } as never, context);
  const { successorWaits } = await noteApplied(tx, stream, event, now);
  await unpark();
  return { receipt: "applied", successorWaits };
}

/** The event's data by its schema. A type that this release does not know yet passes: it has no handler either. */
function check(catalogue: Catalogue, event: Event): unknown {
  const entry = catalogue[event.type];
  if (!entry) return event.data;
  if (entry.source !== "*" && entry.source !== event.source) {
    throw new Error(`${event.source} does not own ${event.type}`);
  }
  return entry.data.parse(event.data);
}

function isSound(catalogue: Catalogue, event: Event): boolean {
  try {
    check(catalogue, event);
    return true;
  } catch {
    return false;
  }
}

async function park(tx: Tx, event: Event, now: Date): Promise<void> {
  await tx.insert(parkedEvents).values(parkedRow(event, now)).onConflictDoNothing();
}

const parkedRow = (event: Event, now: Date) => ({
  eventId: event.id,
  ...streamOf(event),
  aggregateVersion: event.aggregateVersion,
  event,
  state: "parked" as const,
  nextAttemptAt: now,
  parkedAt: now,
});

async function recordFailure<Deps>(options: InboxOptions<Deps>, event: Event, error: unknown): Promise<Receipt> {
  const { db, clock, log, maxAttempts = 6 } = options;
  const now = clock.now();
  return db.transaction(async (tx) => {
    await park(tx, event, now);
    const mine = eq(parkedEvents.eventId, event.id);
    const [row] = await tx.select().from(parkedEvents).where(mine).for("update");
    const attempts = (row?.attempts ?? 0) + 1;
    const state = row?.state === "quarantined" || attempts >= maxAttempts ? "quarantined" : "parked";
    const nextAttemptAt = new Date(now.getTime() + backoff(attempts, 250, 60_000));
    await tx
      .update(parkedEvents)
      .set({ attempts, state, nextAttemptAt, error: errorText(error) })
      .where(mine);
    const { type, id, traceId } = event;
    const level = state === "quarantined" ? "error" : "warn";
    log[level]({ err: error, event: type, eventId: id, attempts, state, traceId }, "an event could not be applied");
    return state;
  });
}

/** Applies what waits in a stream, one after the other, until something is missing, fails or is not due. */
async function drain<Deps>(options: InboxOptions<Deps>, stream: Stream): Promise<void> {
  for (;;) {
    const next = await successorOf(options.db, stream);
    if (!next || next.state !== "parked" || next.nextAttemptAt > options.clock.now()) return;
    const { receipt } = await attempt(options, next.event as Event, "retry");
    if (receipt !== "applied" && receipt !== "duplicate") return;
  }
}

async function dueEvents(db: Db, now: Date, limit: number): Promise<Event[]> {
  const rows = await db
    .select({ event: parkedEvents.event })
    .from(parkedEvents)
    .where(
      and(
        eq(parkedEvents.state, "parked"),
        lte(parkedEvents.nextAttemptAt, now),
        sql`${parkedEvents.aggregateVersion} <= 1 + coalesce((
          select v.version from aggregate_versions v
          where v.side = 'consumed' and v.source = ${parkedEvents.source} and v.topic = ${parkedEvents.topic}
            and v.aggregate_id = ${parkedEvents.aggregateId}), 0)`,
      ),
    )
    .orderBy(asc(parkedEvents.nextAttemptAt))
    .limit(limit);
  return rows.map((row) => row.event as Event);
}

async function skip<Deps>(options: InboxOptions<Deps>, eventId: string): Promise<boolean> {
  const { db, clock, log } = options;
  const [row] = await db.select().from(parkedEvents).where(eq(parkedEvents.eventId, eventId));
  if (!row) return false;
  const skipped = await db.transaction((tx) => giveUp(tx, eventId, clock.now()));
  if (skipped) {
    log.warn({ eventId }, "a quarantined event was given up by an operator");
    await drain(options, row);
  }
  return skipped;
}
