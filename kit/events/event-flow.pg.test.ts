import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Broker } from "./broker.ts";
import { openPgBossBroker } from "./pg-boss.ts";
import { systemClock } from "../clock.ts";
import { type EventFlow, startEventFlow } from "./event-flow.ts";
import type { EventHandlers } from "./inbox.ts";
import { createPublisher } from "./outbox.ts";
import { type KitDatabase, kitDatabase } from "../testing/kit-database.ts";
import { quietLog, sampleCatalogue, type SampleEvents } from "../testing/sample-events.ts";
import { schedule } from "./timers.ts";

const publish = createPublisher(sampleCatalogue, "maker");
const patience = { timeout: 20_000, interval: 25 };
let events: KitDatabase;
let maker: KitDatabase;
let taker: KitDatabase;
let brokers: Broker[];
let flows: EventFlow[];

beforeEach(async () => {
  [events, maker, taker] = await Promise.all([kitDatabase({ tables: false }), kitDatabase(), kitDatabase()]);
  brokers = [];
  flows = [];
});
afterEach(async () => {
  await Promise.all(flows.map((flow) => flow.stop()));
  await Promise.all(brokers.map((broker) => broker.close()));
  await Promise.all([events.close(), maker.close(), taker.close()]);
});

/** Two subgraphs: one publishes, the other answers each event with a timer that records it. */
function startBoth() {
  const done: string[] = [];
  const start = (name: string, database: KitDatabase, rest: object) => {
    const broker = openPgBossBroker({ url: events.url, log: quietLog, redeliverSeconds: 1 });
    brokers.push(broker);
    const deps = { db: database.db, clock: systemClock(), log: quietLog };
    flows.push(startEventFlow({ name, broker, deps, databaseUrl: database.url, catalogue: sampleCatalogue, ...rest }));
  };
  const handlers: EventHandlers<object, SampleEvents> = {
    "thing.made.v1": async (tx, event, { now, traceId }) =>
      schedule(tx, { name: "record", key: `${event.aggregateId}-${event.aggregateVersion}`, dueAt: now, traceId }),
  };
  start("taker", taker, {
    consumes: { topics: ["thing"], handlers },
    timers: { record: async ({ key }: { key: string }) => void done.push(key) },
  });
  start("maker", maker, {});
  return done;
}

const make = (aggregateId: string, n: number) =>
  maker.db.transaction((tx) =>
    publish(tx, { type: "thing.made.v1", aggregateId, data: { n } }, { now: new Date(), traceId: "trace" }),
  );

test("an event travels from one subgraph's commit to the other's timer", async () => {
  const done = startBoth();
  await make("a", 1);
  await make("a", 2);
  await vi.waitFor(() => expect(done.toSorted()).toEqual(["a-1", "a-2"]), patience);
});

test("restarts of all three databases in mid-flow lose nothing", async () => {
  const done = startBoth();
  const expected: string[] = [];
  const databases = [events, maker, taker];
  for (let n = 1; n <= 24; n++) {
    if (n % 4 === 0) await databases[(n / 4) % 3]?.interrupt();
    await vi.waitFor(() => make(`r${n}`, 1), patience);
    expected.push(`r${n}-1`);
  }
  await vi.waitFor(() => expect([...new Set(done)].toSorted()).toEqual(expected.toSorted()), patience);
});
