import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { manualClock } from "../clock.ts";
import type { Event } from "./event.ts";
import { createInbox, type EventHandlers } from "./inbox.ts";
import { newId } from "../id.ts";
import { idempotencyKeys, parkedEvents } from "../database/tables.ts";
import { type KitDatabase, kitDatabase } from "../testing/kit-database.ts";
import { quietLog, sampleCatalogue, type SampleEvents, sampleEvent } from "../testing/sample-events.ts";

let database: KitDatabase;
const clock = manualClock(new Date("2026-01-01T00:00:00Z"));
/** Events whose handler throws after it has written. */
const poison = new Set<string>();

/** Writes a row per effect, so that effects are counted where roll-backs count. */
const handlers: EventHandlers<object, SampleEvents> = {
  "thing.made.v1": async (tx, event) => {
    await tx.insert(idempotencyKeys).values({
      scope: event.aggregateId,
      operation: newId("evt"),
      key: String(event.data.n),
      fingerprint: "",
      createdAt: new Date(Date.parse(event.time) + event.aggregateVersion),
    });
    if (poison.has(event.id)) throw new Error("poison");
  },
};

const inboxOf = () =>
  createInbox({
    db: database.db,
    catalogue: sampleCatalogue,
    handlers,
    deps: {},
    clock,
    log: quietLog,
    maxAttempts: 3,
  });

const effects = async (aggregateId: string) => {
  const rows = await database.db
    .select()
    .from(idempotencyKeys)
    .where(eq(idempotencyKeys.scope, aggregateId))
    .orderBy(idempotencyKeys.createdAt);
  return rows.map((row) => Number(row.key));
};

const stateOf = async (event: Event) => {
  const [row] = await database.db.select().from(parkedEvents).where(eq(parkedEvents.eventId, event.id));
  return row ? { state: row.state, attempts: row.attempts } : null;
};

beforeAll(async () => {
  database = await kitDatabase();
});
afterAll(() => database.close());

test("the same event twice, even at once, takes effect once", async () => {
  const inbox = inboxOf();
  const event = sampleEvent("twice", 1);
  const receipts = await Promise.all(Array.from({ length: 5 }, () => inbox.receive(event)));
  expect(receipts.toSorted()).toEqual(["applied", "duplicate", "duplicate", "duplicate", "duplicate"]);
  expect(await inbox.receive(sampleEvent("twice", 1))).toBe("duplicate");
  expect(await effects("twice")).toEqual([1]);
});

test("any order of arrival, concurrent too, ends in the order of versions", async () => {
  const inbox = inboxOf();
  const events = [5, 2, 4, 1, 3].map((version) => sampleEvent("shuffled", version));
  await Promise.all(events.map((event) => inbox.receive(event)));
  expect(await effects("shuffled")).toEqual([1, 2, 3, 4, 5]);
  expect(await Promise.all(events.map(stateOf))).toEqual([null, null, null, null, null]);
});

test("types without a handler, known or not, advance the version", async () => {
  const inbox = inboxOf();
  expect(await inbox.receive(sampleEvent("mixed", 1, { type: "thing.moved.v1" }))).toBe("applied");
  expect(await inbox.receive(sampleEvent("mixed", 2, { type: "thing.invented.v9" }))).toBe("applied");
  expect(await inbox.receive(sampleEvent("mixed", 3))).toBe("applied");
  expect(await effects("mixed")).toEqual([3]);
});

test("poison is quarantined after its tries, parks its successors, and a replay lets them through", async () => {
  const inbox = inboxOf();
  const [bad, next] = [sampleEvent("poisoned", 1), sampleEvent("poisoned", 2)];
  poison.add(bad.id);
  expect(await inbox.receive(bad)).toBe("parked");
  expect(await inbox.receive(next)).toBe("parked");
  clock.advance(60_000);
  await inbox.resume();
  expect(await stateOf(bad)).toEqual({ state: "parked", attempts: 2 });
  clock.advance(60_000);
  await inbox.resume();
  expect(await stateOf(bad)).toEqual({ state: "quarantined", attempts: 3 });
  clock.advance(60_000);
  expect(await inbox.resume()).toBe(0);
  expect(await inbox.receive(bad)).toBe("quarantined");
  expect(await stateOf(next)).toEqual({ state: "parked", attempts: 0 });
  expect(await effects("poisoned")).toEqual([]);
  poison.delete(bad.id);
  expect(await inbox.replay(bad.id)).toBe("applied");
  expect(await effects("poisoned")).toEqual([1, 2]);
});

test("an operator may skip a quarantined event", async () => {
  const inbox = inboxOf();
  const [bad, next] = [sampleEvent("skipped", 1, { data: { n: "x" } }), sampleEvent("skipped", 2)];
  for (let n = 0; n < 3; n++) {
    await (n === 0 ? inbox.receive(bad) : inbox.resume());
    clock.advance(60_000);
  }
  await inbox.receive(next);
  expect(await stateOf(bad)).toEqual({ state: "quarantined", attempts: 3 });
  expect(await inbox.skip(next.id)).toBe(false);
  expect(await inbox.skip(bad.id)).toBe(true);
  expect(await effects("skipped")).toEqual([2]);
  expect(await inbox.receive(bad)).toBe("duplicate");
});

test("a source that does not own the type has no effect, and does not hold up the owner", async () => {
  const inbox = inboxOf();
  expect(await inbox.receive(sampleEvent("forged", 1, { source: "other" }))).toBe("parked");
  expect(await effects("forged")).toEqual([]);
  expect(await inbox.receive(sampleEvent("forged", 1))).toBe("applied");
  expect(await effects("forged")).toEqual([1]);
});

test("a database that went away leaves nothing behind, and the event can come again", async () => {
  const inbox = inboxOf();
  const event = sampleEvent("cut", 1);
  const cutting: typeof handlers = {
    "thing.made.v1": async (tx, given, context) => {
      await handlers["thing.made.v1"]?.(tx, given, context);
      await database.interrupt();
      await tx.select().from(parkedEvents);
    },
  };
  const unlucky = createInbox({
    db: database.db,
    catalogue: sampleCatalogue,
    handlers: cutting,
    deps: {},
    clock,
    log: quietLog,
  });
  await expect(unlucky.receive(event)).rejects.toThrow();
  expect(await vi.waitFor(() => stateOf(event), 10_000)).toBeNull();
  expect(await vi.waitFor(() => inbox.receive(event), 10_000)).toBe("applied");
  expect(await effects("cut")).toEqual([1]);
});
