/** What every broker owes, as tests: each implementation runs this suite. */
import { count, eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { manualClock } from "../clock.ts";
import type { Event } from "../events/event.ts";
import { newId } from "../id.ts";
import { createInbox } from "../events/inbox.ts";
import { createPublisher } from "../events/outbox.ts";
import { relayBatch } from "../events/relay.ts";
import { inbox as inboxTable, outbox, parkedEvents } from "../database/tables.ts";
import { type KitDatabase, kitDatabase } from "./kit-database.ts";
import { quietLog, sampleCatalogue, sampleEvent } from "./sample-events.ts";
import type { Broker } from "../events/broker.ts";

/** One broker installation under test, and how to trouble it. */
export type BrokerUnderTest = {
  /** A client of its own, as another process would have. Hands over again soon when a delivery is not acknowledged. */
  open(): Broker;
  /** Cuts everyone off for a moment, as a restart of the broker does. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

const patience = { timeout: 20_000, interval: 25 };
const publish = createPublisher(sampleCatalogue, "maker");
const context = { now: new Date("2026-01-01T00:00:00Z"), traceId: "trace" };

/** Registers the suite for an implementation; `setUp` gives an empty installation to each test. */
export function brokerContract(name: string, setUp: () => Promise<BrokerUnderTest>): void {
  describe(name, () => {
    let installation: BrokerUnderTest;
    let clients: Broker[] = [];
    const open = () => {
      const client = installation.open();
      clients.push(client);
      return client;
    };
    beforeEach(async () => {
      installation = await setUp();
    });
    afterEach(async () => {
      await Promise.all(clients.map((client) => client.close()));
      clients = [];
      await installation.close();
    });
    deliveryTests(open);
    troubleTests(open, () => installation.restart());
    inboxTests(open);
  });
}

/** Subscribes and remembers the ids that were acknowledged. */
function collect(broker: Broker, durable: string, topics: string[]) {
  const seen: Event[] = [];
  const subscription = broker.subscribe({ durable, topics, handler: async (event) => void seen.push(event) });
  const versions = (aggregateId: string) =>
    seen.filter((event) => event.aggregateId === aggregateId).map((event) => event.aggregateVersion);
  return { ...subscription, seen, versions };
}

function deliveryTests(open: () => Broker): void {
  test("fan-out: each subscriber gets its topics, whole and unchanged", async () => {
    const broker = open();
    const [first, second] = [collect(broker, "first", ["thing"]), collect(open(), "second", ["thing", "other"])];
    await Promise.all([first.ready, second.ready]);
    const thing = sampleEvent("a", 1, { data: { n: 1, nested: { text: "é \u2028", none: null, list: [1.5] } } });
    const other = sampleEvent("b", 1, { type: "other.made.v1", source: "other" });
    await broker.publish([thing, other]);
    await vi.waitFor(() => expect([first.seen.length, second.seen.length]).toEqual([1, 2]), patience);
    expect(first.seen).toEqual([thing]);
    expect(second.seen.toSorted((a, b) => (a.type < b.type ? 1 : -1))).toEqual([thing, other]);
  });

  test("instances of one subscriber share its events", async () => {
    const [one, two] = [collect(open(), "shared", ["thing"]), collect(open(), "shared", ["thing"])];
    await Promise.all([one.ready, two.ready]);
    await open().publish(Array.from({ length: 60 }, (_, n) => sampleEvent(`s${n}`, 1)));
    await vi.waitFor(() => expect(one.seen.length + two.seen.length).toBe(60), patience);
  });

  test("durable: a subscriber that was away continues where it left off; a new one gets what went before", async () => {
    const broker = open();
    const before = collect(broker, "durable", ["thing"]);
    await before.ready;
    await broker.publish([sampleEvent("a", 1)]);
    await vi.waitFor(() => expect(before.versions("a")).toEqual([1]), patience);
    await before.stop();
    await broker.publish([sampleEvent("a", 2), sampleEvent("a", 3)]);
    const after = collect(open(), "durable", ["thing"]);
    const late = collect(open(), "late", ["thing"]);
    await vi.waitFor(() => expect(after.versions("a")).toEqual([2, 3]), patience);
    await vi.waitFor(() => expect(late.versions("a")).toEqual([1, 2, 3]), patience);
    expect(before.versions("a")).toEqual([1]);
  });

  test("one aggregate's events arrive in order, however many there are", async () => {
    const broker = open();
    const subscriber = collect(broker, "ordered", ["thing"]);
    await subscriber.ready;
    const events = Array.from({ length: 150 }, (_, n) => sampleEvent(`o${n % 3}`, Math.floor(n / 3) + 1));
    for (let from = 0; from < events.length; from += 30) await broker.publish(events.slice(from, from + 30));
    await vi.waitFor(() => expect(subscriber.seen.length).toBe(150), patience);
    const expected = Array.from({ length: 50 }, (_, n) => n + 1);
    for (const aggregate of ["o0", "o1", "o2"]) expect(subscriber.versions(aggregate)).toEqual(expected);
  });

  test("an event published twice, at once or later, arrives once", async () => {
    const broker = open();
    const subscriber = collect(broker, "once", ["thing"]);
    await subscriber.ready;
    const event = sampleEvent("a", 1);
    await Promise.all([broker.publish([event]), open().publish([event])]);
    await vi.waitFor(() => expect(subscriber.versions("a")).toEqual([1]), patience);
    await broker.publish([event, sampleEvent("a", 2)]);
    await vi.waitFor(() => expect(subscriber.versions("a")).toContain(2), patience);
    expect(subscriber.versions("a")).toEqual([1, 2]);
  });
}

function troubleTests(open: () => Broker, restart: () => Promise<void>): void {
  test("what was refused, or not acknowledged in time, comes again", async () => {
    const broker = open();
    const hung = Promise.withResolvers<void>();
    const tries = new Map<string, number>();
    const subscription = broker.subscribe({
      durable: "again",
      topics: ["thing"],
      handler: async ({ aggregateId }) => {
        const nth = (tries.get(aggregateId) ?? 0) + 1;
        tries.set(aggregateId, nth);
        if (nth === 1 && aggregateId === "refused") throw new Error("no");
        if (nth === 1) await hung.promise;
      },
    });
    await subscription.ready;
    await broker.publish([sampleEvent("refused", 1)]);
    await broker.publish([sampleEvent("hung", 1)]);
    await vi.waitFor(() => expect([tries.get("refused"), tries.get("hung")]).toEqual([2, 2]), patience);
    hung.resolve();
  });

  test("a restart of the broker in mid-flow loses nothing", async () => {
    const broker = open();
    const subscriber = collect(open(), "steady", ["thing"]);
    await subscriber.ready;
    for (let n = 1; n <= 20; n++) {
      if (n % 7 === 0) await restart();
      const event = sampleEvent(`r${n}`, 1);
      await vi.waitFor(() => broker.publish([event]), patience);
    }
    const aggregates = () => new Set(subscriber.seen.map((event) => event.aggregateId)).size;
    await vi.waitFor(() => expect(aggregates()).toBe(20), patience);
  });
}

function inboxTests(open: () => Broker): void {
  let database: KitDatabase;
  beforeAll(async () => {
    database = await kitDatabase();
  });
  afterAll(() => database.close());
  const make = (aggregateId: string, n: number) =>
    database.db.transaction((tx) => publish(tx, { type: "thing.made.v1", aggregateId, data: { n } }, context));

  test("a crash between commit and relay, or between relay and its mark, changes nothing in the end", async () => {
    const broker = open();
    const subscriber = collect(broker, "crash", ["thing"]);
    await subscriber.ready;
    const aggregateId = newId("ord");
    await make(aggregateId, 1);
    const dying = {
      publish: async (batch: readonly Event[]) => {
        await broker.publish(batch);
        throw new Error("died before the mark");
      },
    };
    await expect(relayBatch({ ...database, broker: dying, now: context.now })).rejects.toThrow("died");
    await make(aggregateId, 2);
    expect(await relayBatch({ ...database, broker: open(), now: context.now })).toBe(2);
    await vi.waitFor(() => expect(subscriber.versions(aggregateId)).toEqual([1, 2]), patience);
    const unsent = await database.db.select().from(outbox).where(eq(outbox.aggregateId, aggregateId));
    expect(unsent.every((row) => row.sentAt !== null)).toBe(true);
  });

  test("poison ends in quarantine, its successors parked, others unharmed", async () => {
    const broker = open();
    const clock = manualClock(context.now);
    const handlers = { "thing.made.v1": () => Promise.reject(new Error("poison")) };
    const base = { db: database.db, catalogue: sampleCatalogue, deps: {}, clock, log: quietLog, maxAttempts: 2 };
    const inbox = createInbox({ ...base, handlers });
    const handler = async (event: Event) => void (await inbox.receive(event));
    await broker.subscribe({ durable: "poison", topics: ["thing"], handler }).ready;
    const [bad, next] = [sampleEvent("p", 1), sampleEvent("p", 2)];
    const good = sampleEvent("q", 1, { type: "thing.moved.v1" });
    await broker.publish([bad, next, good]);
    const states = async () =>
      Object.fromEntries((await database.db.select().from(parkedEvents)).map((row) => [row.eventId, row.state]));
    await vi.waitFor(async () => expect(await states()).toEqual({ [bad.id]: "parked", [next.id]: "parked" }), patience);
    clock.advance(60_000);
    await inbox.resume();
    expect(await states()).toEqual({ [bad.id]: "quarantined", [next.id]: "parked" });
    const applied = () => database.db.select({ n: count() }).from(inboxTable).where(eq(inboxTable.eventId, good.id));
    await vi.waitFor(async () => expect(await applied()).toEqual([{ n: 1 }]), patience);
  });
}
