import { count, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cleanup, cleanUp, deleteBatch, eventCleanups, startCleanup } from "./cleanup.ts";
import { manualClock } from "../clock.ts";
import type { SubgraphEnv } from "../server/env.ts";
import { newId } from "../id.ts";
import { idempotent } from "./idempotency.ts";
import { createInbox } from "../events/inbox.ts";
import { idempotencyKeys, inbox, outbox } from "./tables.ts";
import { type KitDatabase, kitDatabase } from "../testing/kit-database.ts";
import { quietLog, sampleCatalogue, sampleEvent } from "../testing/sample-events.ts";

const day = 86_400_000;
const now = new Date("2026-06-01T00:00:00Z");
const ago = (ms: number) => new Date(now.getTime() - ms);
const clock = manualClock(now);
const settings = {
  KEEP_SENT_EVENTS_MS: 7 * day,
  KEEP_RECEIVED_EVENTS_MS: 30 * day,
  KEEP_IDEMPOTENCY_KEYS_MS: 7 * day,
} as SubgraphEnv;
let database: KitDatabase;

beforeAll(async () => {
  database = await kitDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.sql`truncate outbox, inbox, idempotency_keys, aggregate_versions`);

const clean = (options: { cleanups?: readonly Cleanup[]; batchSize?: number } = {}) =>
  cleanUp({ db: database.db, clock, log: quietLog, cleanups: eventCleanups(settings), ...options });

const sent = (type: string, time: Date, sentAt: Date | null) => ({
  id: newId("evt"),
  type,
  source: "maker",
  time,
  sentAt,
  aggregateId: type,
  aggregateVersion: 1,
  traceId: "",
  data: {},
});

const received = (rows: number, receivedAt: Date) =>
  Array.from({ length: rows }, () => ({ eventId: newId("evt"), type: "thing.made.v1", receivedAt }));

test("events go once they were sent long enough ago; unsent ones never", async () => {
  await database.db
    .insert(outbox)
    .values([
      sent("old", ago(9 * day), ago(8 * day)),
      sent("recent", ago(9 * day), ago(6 * day)),
      sent("unsent", ago(400 * day), null),
    ]);
  expect(await clean()).toMatchObject({ "sent events": 1 });
  const left = await database.db.select({ type: outbox.type }).from(outbox).orderBy(outbox.type);
  expect(left.map(({ type }) => type)).toEqual(["recent", "unsent"]);
});

test("an event whose id is forgotten still takes effect once", async () => {
  let effects = 0;
  const handlers = { "thing.made.v1": async () => void effects++ };
  const options = { db: database.db, catalogue: sampleCatalogue, handlers, deps: {}, log: quietLog };
  const event = sampleEvent("late", 1);
  expect(await createInbox({ ...options, clock: { now: () => ago(31 * day) } }).receive(event)).toBe("applied");
  expect(await clean()).toMatchObject({ "received events": 1 });
  expect(await database.db.$count(inbox)).toBe(0);
  expect(await createInbox({ ...options, clock }).receive(event)).toBe("duplicate");
  expect(effects).toBe(1);
});

test("an idempotency key answers for its time, then it is free", async () => {
  const ask = (key: string, at: Date, answer: number) =>
    idempotent(database.db, { scope: "usr", operation: "place", key, fingerprintOf: {}, now: at }, async () => answer);
  await ask("fresh", ago(2 * day), 1);
  await ask("old", ago(8 * day), 1);
  expect(await clean()).toMatchObject({ "idempotency keys": 1 });
  expect(await ask("fresh", now, 2)).toEqual({ kind: "done", value: 1, replayed: true });
  expect(await ask("old", now, 2)).toEqual({ kind: "done", value: 2, replayed: false });
});

test("many rows go in batches, and two replicas at once delete each row once", async () => {
  await database.db.insert(inbox).values([...received(95, ago(31 * day)), ...received(5, ago(1))]);
  const batches: number[] = [];
  const [receivedEvents] = eventCleanups(settings).filter(({ name }) => name === "received events");
  const counted: Cleanup = {
    name: "received events",
    keepMs: 30 * day,
    run: async (db, before, limit) => {
      const deleted = (await receivedEvents?.run(db, before, limit)) ?? 0;
      batches.push(deleted);
      return deleted;
    },
  };
  await Promise.all([1, 2].map(() => clean({ cleanups: [counted], batchSize: 10 })));
  await clean({ cleanups: [counted], batchSize: 10 });
  expect(Math.max(...batches)).toBe(10);
  expect(batches.reduce((sum, each) => sum + each, 0)).toBe(95);
  expect(await database.db.select({ left: count() }).from(inbox)).toEqual([{ left: 5 }]);
});

test("rows that another transaction holds are left, not waited for", async () => {
  await database.db.insert(inbox).values(received(3, ago(31 * day)));
  const [held] = await database.db.select().from(inbox).limit(1);
  await database.db.transaction(async (tx) => {
    await tx
      .select()
      .from(inbox)
      .where(eq(inbox.eventId, held?.eventId ?? ""))
      .for("update");
    expect(await clean()).toMatchObject({ "received events": 2 });
  });
  expect(await clean()).toMatchObject({ "received events": 1 });
});

test("a kind that fails holds up no other", async () => {
  await database.db.insert(inbox).values(received(1, ago(31 * day)));
  const broken: Cleanup = { name: "broken", keepMs: 0, run: () => Promise.reject(new Error("no such table")) };
  const cleanups = [broken, ...eventCleanups(settings)];
  expect(await clean({ cleanups })).toMatchObject({ broken: 0, "received events": 1 });
});

test("the loop cleans when it starts, and again each interval", async () => {
  const turns = Promise.withResolvers<void>();
  let seen = 0;
  const counting: Cleanup = {
    name: "counting",
    keepMs: day,
    run: async (_db, before) => {
      expect(before).toEqual(ago(day));
      if (++seen === 3) turns.resolve();
      return 0;
    },
  };
  const loop = startCleanup({ db: database.db, clock, log: quietLog, cleanups: [counting], intervalMs: 1 });
  await turns.promise;
  await loop.stop();
  expect(seen).toBeGreaterThanOrEqual(3);
});

test("a batch never takes more than its limit", async () => {
  await database.db
    .insert(idempotencyKeys)
    .values(["a", "b", "c"].map((key) => ({ scope: "s", operation: "o", key, fingerprint: "", createdAt: ago(day) })));
  const all = eq(idempotencyKeys.scope, "s");
  expect(await deleteBatch(database.db, idempotencyKeys, all, 2)).toBe(2);
  expect(await deleteBatch(database.db, idempotencyKeys, all, 2)).toBe(1);
  expect(await deleteBatch(database.db, idempotencyKeys, all, 2)).toBe(0);
});
