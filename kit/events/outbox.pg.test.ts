import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { systemClock } from "../clock.ts";
import type { Event } from "./event.ts";
import { startListening } from "./postgres-listen.ts";
import { createPublisher, outboxChannel } from "./outbox.ts";
import { outboxEvents, relayBatch, startRelay } from "./relay.ts";
import { type KitDatabase, kitDatabase } from "../testing/kit-database.ts";
import { quietLog, sampleCatalogue } from "../testing/sample-events.ts";

const publish = createPublisher(sampleCatalogue, "maker");
const context = { now: new Date("2026-01-01T00:00:00Z"), traceId: "trace" };
let database: KitDatabase;

beforeAll(async () => {
  database = await kitDatabase();
});
afterAll(() => database.close());

const make = (aggregateId: string, n: number) =>
  database.db.transaction((tx) => publish(tx, { type: "thing.made.v1", aggregateId, data: { n } }, context));

const of = async (aggregateId: string) =>
  (await outboxEvents(database.db)).filter((e) => e.aggregateId === aggregateId);

/** A broker that remembers what it was given. */
function recorder() {
  const seen: Event[] = [];
  return { seen, publish: async (batch: readonly Event[]) => void seen.push(...batch) };
}

test("versions have no gaps under concurrency, and a roll-back leaves none", async () => {
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      database.db
        .transaction(async (tx) => {
          await publish(tx, { type: "thing.made.v1", aggregateId: "busy", data: { n } }, context);
          if (n % 4 === 0) throw new Error("changed my mind");
        })
        .catch(() => {}),
    ),
  );
  const versions = (await of("busy")).map((event) => event.aggregateVersion);
  expect(versions).toEqual(Array.from({ length: 15 }, (_, n) => n + 1));
});

test("refuses data that break the schema, and types of another owner", async () => {
  const wrong = { type: "thing.made.v1", aggregateId: "wrong", data: { n: "one" } } as never;
  await expect(database.db.transaction((tx) => publish(tx, wrong, context))).rejects.toThrow(/breaks its schema/);
  const foreign = { type: "other.made.v1", aggregateId: "wrong", data: { n: 1 } } as never;
  await expect(database.db.transaction((tx) => publish(tx, foreign, context))).rejects.toThrow(/does not own/);
  expect(await of("wrong")).toEqual([]);
});

test("an event that committed late is not left behind", async () => {
  const broker = recorder();
  const late = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const slow = database.db.transaction(async (tx) => {
    await publish(tx, { type: "thing.made.v1", aggregateId: "slow", data: { n: 1 } }, context);
    begun.resolve();
    await late.promise;
  });
  await begun.promise;
  await make("quick", 1);
  while ((await relayBatch({ ...database, broker, now: context.now })) > 0);
  late.resolve();
  await slow;
  while ((await relayBatch({ ...database, broker, now: context.now })) > 0);
  const order = broker.seen.map((event) => event.aggregateId).filter((id) => id === "slow" || id === "quick");
  expect(order).toEqual(["quick", "slow"]);
});

test("relays side by side send each event once", async () => {
  const broker = recorder();
  await Promise.all(Array.from({ length: 30 }, (_, n) => make(`each-${n}`, n)));
  const all = async () => {
    while ((await relayBatch({ ...database, broker, now: context.now, batchSize: 3 })) > 0);
  };
  await Promise.all([all(), all(), all()]);
  const ids = broker.seen.map((event) => event.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(broker.seen.filter((event) => event.aggregateId.startsWith("each-")).length).toBe(30);
});

test("what the broker refused is sent again", async () => {
  const broker = recorder();
  await make("refused", 1);
  const away = { publish: () => Promise.reject(new Error("away")) };
  await expect(relayBatch({ ...database, broker: away, now: context.now })).rejects.toThrow("away");
  await relayBatch({ ...database, broker, now: context.now });
  expect(broker.seen.map((event) => event.aggregateId)).toEqual(["refused"]);
});

test("the running relay wakes at a commit, and comes back after the database cut every connection", async () => {
  const broker = recorder();
  const relay = startRelay({ ...database, broker, clock: systemClock(), log: quietLog, pollMs: 3_600_000 });
  const listening = startListening({ url: database.url, log: quietLog, channels: { [outboxChannel]: relay.wake } });
  await make("awake", 1);
  await vi.waitFor(() => expect(broker.seen.some((event) => event.aggregateId === "awake")).toBe(true), 10_000);
  await database.interrupt();
  await vi.waitFor(() => make("again", 1), 10_000);
  await vi.waitFor(() => expect(broker.seen.some((event) => event.aggregateId === "again")).toBe(true), 10_000);
  await listening.stop();
  await relay.stop();
});
