import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type KitDatabase, kitDatabase } from "../testing/kit-database.ts";
import { quietLog, sampleEvent } from "../testing/sample-events.ts";
import type { Broker } from "./broker.ts";
import { brokerContract } from "../testing/broker-suite.ts";
import { openPgBossBroker } from "./pg-boss.ts";
import { createLog, prune } from "./pg-boss-log.ts";

brokerContract("pg-boss", async () => {
  const database = await kitDatabase({ tables: false });
  return {
    open: () => openPgBossBroker({ url: database.url, log: quietLog, redeliverSeconds: 1 }),
    restart: database.interrupt,
    close: () => database.close(),
  };
});

describe("the log's retention", () => {
  const patience = { timeout: 20_000, interval: 25 };
  let database: KitDatabase;
  let brokers: Broker[];
  beforeEach(async () => {
    database = await kitDatabase({ tables: false });
    brokers = [];
  });
  afterEach(async () => {
    await Promise.all(brokers.map((broker) => broker.close()));
    await database.close();
  });

  const open = () => {
    const broker = openPgBossBroker({ url: database.url, log: quietLog, redeliverSeconds: 1 });
    brokers.push(broker);
    return broker;
  };
  const collect = async (broker: Broker, durable: string) => {
    const seen: string[] = [];
    const handler = async ({ aggregateId }: { aggregateId: string }) => void seen.push(aggregateId);
    const subscription = broker.subscribe({ durable, topics: ["thing"], handler });
    await subscription.ready;
    return { ...subscription, seen };
  };
  const kept = async () =>
    (await database.sql<{ of: string }[]>`select event ->> 'aggregateId' as of from broker.events order by seq`).map(
      (row) => row.of,
    );
  const age = (aggregateId: string, days: number) => database.sql`
    update broker.events set stored_at = now() - make_interval(days => ${days}) where event ->> 'aggregateId' = ${aggregateId}`;
  const acknowledged = (broker: string, n: number) =>
    vi.waitFor(async () => {
      const [row] = await database.sql`
        select count(*)::int as n from pgboss.job where name = ${broker} and state = 'completed'`;
      expect(row?.["n"]).toBe(n);
    }, patience);

  test("what everyone has goes once it is old enough; young events stay", async () => {
    const broker = open();
    await collect(broker, "one");
    await broker.publish([sampleEvent("old", 1), sampleEvent("edge", 1), sampleEvent("young", 1)]);
    await acknowledged("one", 3);
    await age("old", 15);
    await age("edge", 13);
    expect(await prune(database.sql, { days: 14 })).toBe(1);
    expect(await kept()).toEqual(["edge", "young"]);
  });

  test("what one subscriber has not taken yet stays for it, however old, and goes afterwards", async () => {
    const broker = open();
    await collect(broker, "quick");
    const away = await collect(broker, "away");
    await away.stop();
    await broker.publish([sampleEvent("a", 1), sampleEvent("b", 1)]);
    await acknowledged("quick", 2);
    await age("a", 100);
    await age("b", 100);
    expect(await prune(database.sql, { days: 14 })).toBe(0);
    const back = await collect(open(), "away");
    await vi.waitFor(() => expect(back.seen).toEqual(["a", "b"]), patience);
    await acknowledged("away", 2);
    expect(await prune(database.sql, { days: 14 })).toBe(2);
    expect(await kept()).toEqual([]);
  });

  test("an event of a topic that nobody takes goes by its age alone", async () => {
    const broker = open();
    await collect(broker, "one");
    await broker.publish([sampleEvent("x", 1, { type: "other.made.v1", source: "other" })]);
    await age("x", 15);
    expect(await prune(database.sql, { days: 14 })).toBe(1);
  });

  test("it goes in batches, the oldest first, and a broker does it by itself", async () => {
    const broker = open();
    await (await collect(broker, "one")).stop();
    await broker.publish([sampleEvent("a", 1), sampleEvent("b", 1), sampleEvent("c", 1)]);
    const taken = await collect(broker, "one");
    await vi.waitFor(() => expect(taken.seen).toHaveLength(3), patience);
    await acknowledged("one", 3);
    await age("a", 16);
    await age("b", 17);
    await age("c", 15);
    expect(await prune(database.sql, { days: 14, batch: 1 })).toBe(1);
    expect(await kept()).toEqual(["a", "c"]);
    open();
    await vi.waitFor(async () => expect(await kept()).toEqual([]), patience);
  });

  test("a log of before has its events kept from now on", async () => {
    await database.sql`create schema broker`;
    await database.sql`create table broker.events (seq bigint generated always as identity primary key, id uuid not null unique, topic text not null, event jsonb not null)`;
    await database.sql`insert into broker.events (id, topic, event) values (gen_random_uuid(), 'thing', '{}')`;
    await createLog(database.sql);
    const [row] = await database.sql`select now() - stored_at < interval '1 minute' as fresh from broker.events`;
    expect(row).toEqual({ fresh: true });
  });
});
