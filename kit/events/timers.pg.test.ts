import { afterAll, beforeEach, beforeAll, expect, test, vi } from "vitest";
import { manualClock, systemClock } from "../clock.ts";
import { startListening } from "./postgres-listen.ts";
import { timers as timersTable } from "../database/tables.ts";
import { type KitDatabase, kitDatabase } from "../testing/kit-database.ts";
import { quietLog } from "../testing/sample-events.ts";
import { cancelTimer, runDueTimers, schedule, startTimers, type TimerHandlers, timersChannel } from "./timers.ts";

const start = new Date("2026-01-01T00:00:00Z");
const after = (ms: number) => new Date(start.getTime() + ms);
let database: KitDatabase;

beforeAll(async () => {
  database = await kitDatabase();
});
afterAll(() => database.close());
beforeEach(async () => void (await database.db.delete(timersTable)));

function runner(handlers: TimerHandlers<object>) {
  const clock = manualClock(start);
  const options = { db: database.db, handlers, deps: {}, clock, log: quietLog };
  return { clock, options, run: () => runDueTimers(options) };
}

test("fires once, when due, with what was scheduled", async () => {
  const fired: unknown[] = [];
  const { clock, run } = runner({ ring: async (timer) => void fired.push(timer) });
  await schedule(database.db, { name: "ring", key: "a", dueAt: after(1_000), payload: { n: 1 }, traceId: "t" });
  expect(await run()).toBe(0);
  clock.advance(1_000);
  expect(await run()).toBe(1);
  expect(await run()).toBe(0);
  expect(fired).toEqual([{ name: "ring", key: "a", dueAt: after(1_000), payload: { n: 1 }, traceId: "t", attempt: 1 }]);
});

test("a roll-back takes its timer along; cancel and reschedule hold", async () => {
  const fired: string[] = [];
  const { clock, run } = runner({ ring: async ({ key }) => void fired.push(key) });
  const undone = database.db.transaction(async (tx) => {
    await schedule(tx, { name: "ring", key: "undone", dueAt: start });
    throw new Error("undo");
  });
  await expect(undone).rejects.toThrow("undo");
  await schedule(database.db, { name: "ring", key: "cancelled", dueAt: start });
  await cancelTimer(database.db, { name: "ring", key: "cancelled" });
  await schedule(database.db, { name: "ring", key: "moved", dueAt: start });
  await schedule(database.db, { name: "ring", key: "moved", dueAt: after(5_000) });
  expect(await run()).toBe(0);
  clock.advance(5_000);
  expect(await run()).toBe(1);
  expect(fired).toEqual(["moved"]);
});

test("runners side by side share the work", async () => {
  const fired: string[] = [];
  const { run } = runner({ ring: async ({ key }) => void fired.push(key) });
  for (let n = 0; n < 30; n++) await schedule(database.db, { name: "ring", key: String(n), dueAt: start });
  const all = async () => {
    while ((await run()) > 0);
  };
  await Promise.all([all(), all(), all()]);
  expect(fired.length).toBe(30);
  expect(new Set(fired).size).toBe(30);
});

test("a failure comes back later, and counts its attempts", async () => {
  const attempts: number[] = [];
  const { clock, run } = runner({
    ring: async ({ attempt }) => {
      attempts.push(attempt);
      if (attempt < 3) throw new Error("not yet");
    },
  });
  await schedule(database.db, { name: "ring", key: "a", dueAt: start });
  expect(await run()).toBe(1);
  expect(await run()).toBe(0);
  clock.advance(1_000);
  expect(await run()).toBe(1);
  clock.advance(2_000);
  expect(await run()).toBe(1);
  clock.advance(3_600_000);
  expect(await run()).toBe(0);
  expect(attempts).toEqual([1, 2, 3]);
});

test("a runner that died is followed by another after the lease", async () => {
  const hung = Promise.withResolvers<void>();
  const dead = runner({ ring: () => hung.promise });
  await schedule(database.db, { name: "ring", key: "a", dueAt: start });
  const never = dead.run();
  await vi.waitFor(async () => expect((await database.db.select().from(timersTable))[0]?.attempt).toBe(1));
  const fired: number[] = [];
  const { clock, run } = runner({ ring: async ({ attempt }) => void fired.push(attempt) });
  expect(await run()).toBe(0);
  clock.advance(60_000);
  expect(await run()).toBe(1);
  expect(fired).toEqual([2]);
  hung.resolve();
  await never;
});

test("a handler may schedule its own timer again, also after cancelling it", async () => {
  let rounds = 0;
  const { clock, run } = runner({
    ring: async ({ name, key }) => {
      rounds++;
      if (rounds === 2) await cancelTimer(database.db, { name, key });
      if (rounds < 3) await schedule(database.db, { name, key, dueAt: after(rounds * 1_000) });
    },
  });
  await schedule(database.db, { name: "ring", key: "a", dueAt: start });
  for (let n = 0; n < 4; n++) {
    await run();
    clock.advance(1_000);
  }
  expect(rounds).toBe(3);
});

test("the running loop wakes at a commit, survives a cut connection, and stops after the work in flight", async () => {
  const fired: string[] = [];
  const { options } = runner({ ring: async ({ key }) => void fired.push(key) });
  const loop = startTimers({ ...options, clock: systemClock(), pollMs: 3_600_000 });
  const listening = startListening({ url: database.url, log: quietLog, channels: { [timersChannel]: loop.wake } });
  await schedule(database.db, { name: "ring", key: "first", dueAt: start });
  await vi.waitFor(() => expect(fired).toContain("first"), 10_000);
  await database.interrupt();
  await vi.waitFor(() => schedule(database.db, { name: "ring", key: "second", dueAt: start }), 10_000);
  await vi.waitFor(() => expect(fired).toContain("second"), 10_000);
  await listening.stop();
  await loop.stop();
});

test("handlers that hang keep no other timer waiting while there is a place left", async () => {
  const hung = Promise.withResolvers<void>();
  const fired: string[] = [];
  const { options } = runner({
    ring: async ({ key }) => {
      if (key.startsWith("hung")) await hung.promise;
      fired.push(key);
    },
  });
  const loop = startTimers({ ...options, clock: systemClock(), pollMs: 20, limit: 3 });
  for (const key of ["hung 1", "hung 2"]) await schedule(database.db, { name: "ring", key, dueAt: start });
  for (let n = 0; n < 10; n++) await schedule(database.db, { name: "ring", key: String(n), dueAt: after(1_000 + n) });
  await vi.waitFor(() => expect(fired.length).toBe(10), 10_000);
  hung.resolve();
  await loop.stop();
  expect(fired.slice(-2).toSorted()).toEqual(["hung 1", "hung 2"]);
});
