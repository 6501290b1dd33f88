/**
 * The broker on Postgres alone: pg-boss on the shared `events` database, one queue per durable subscriber.
 * A log of published ids beside it makes publishing idempotent and lets a new subscriber catch up.
 */
import type postgres from "postgres";
import { type Job, type JobResult, PgBoss } from "pg-boss";
import { openDatabase } from "../database/db.ts";
import { type Event, topicOf } from "./event.ts";
import { toUuid } from "../id.ts";
import { backoff, startLoop } from "../server/loop.ts";
import type { Log } from "../server/log.ts";
import type { Broker, DeliveryHandler, SubscribeOptions, Subscription } from "./broker.ts";
import {
  createLog as createEventLog,
  defaultRetentionDays,
  eventsSince,
  prune,
  register,
  store,
  subscribers,
} from "./pg-boss-log.ts";

/** How to reach the broker. The role of `url` owns the `events` database, since the tables are made at start. */
export type PgBossBrokerOptions = {
  readonly url: string;
  readonly log: Log;
  /** Events handed over at once per subscriber; default 20. */
  readonly batchSize?: number;
  /** A delivery whose process died is handed over again after so many seconds and at most 5 more; default 20. */
  readonly redeliverSeconds?: number;
  /** Events that every subscriber has are forgotten after so many days; default 14. It bounds what a new subscriber can catch up on. */
  readonly retentionDays?: number;
};

const hourMs = 3_600_000;
const pruneBatch = 1_000;

type Connected = { readonly boss: PgBoss; readonly sql: postgres.Sql };

/** Opens the broker; it connects in the background, and operations fail or wait while its database is away. */
export function openPgBossBroker(options: PgBossBrokerOptions): Broker {
  const connection = connect(options);
  const subscriptions = new Set<Subscription>();
  const { retentionDays = defaultRetentionDays } = options;
  const pruning = startLoop("broker-log", options.log, async () => {
    const { sql } = await connection.get();
    return (await prune(sql, { days: retentionDays, batch: pruneBatch })) === pruneBatch ? 0 : hourMs;
  });
  return {
    publish: async (batch) => publish(await connection.get(), batch),
    subscribe: (subscribeOptions) => {
      const subscription = subscribe(connection, options, subscribeOptions);
      subscriptions.add(subscription);
      return subscription;
    },
    close: async () => {
      await pruning.stop();
      await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
      await connection.close();
    },
  };
}

type Connection = { get(): Promise<Connected>; close(): Promise<void> };

/** One start at a time; a failed one is forgotten, so that the next caller tries again. */
function connect({ url, log }: PgBossBrokerOptions): Connection {
  const database = openDatabase({ url, max: 2 });
  let starting: Promise<Connected> | null = null;
  let boss: PgBoss | null = null;
  const start = async () => {
    const starter = new PgBoss({
      connectionString: url,
      application_name: "broker",
      max: 4,
      connectionTimeoutMillis: 3_000,
      useListenNotify: true,
      schedule: false,
      superviseIntervalSeconds: 5,
      monitorIntervalSeconds: 5,
    });
    starter.on("error", (error) => log.warn({ err: error }, "broker"));
    starter.on("warning", (warning) => log.warn({ warning }, "broker"));
    try {
      await createEventLog(database.sql);
      await starter.start();
    } catch (error) {
      await starter.stop({ graceful: false }).catch(() => {});
      throw error;
    }
    boss = starter;
    return { boss: starter, sql: database.sql };
  };
  return {
    get: () => {
      starting ??= start().catch((error: unknown) => {
        starting = null;
        throw error;
      });
      return starting;
    },
    close: async () => {
      await starting?.catch(() => {});
      await boss?.stop({ graceful: true, timeout: 10_000 });
      await database.close();
    },
  };
}

async function publish({ boss, sql }: Connected, batch: readonly Event[]): Promise<void> {
  if (batch.length === 0) return;
  await sql.begin(async (tx) => {
    const fresh = await store(tx, batch);
    if (fresh.length === 0) return;
    for (const { durable, topics } of await subscribers(tx)) {
      const wanted = fresh.filter((event) => topics.includes(topicOf(event.type)));
      await enqueue(boss, tx, durable, wanted);
    }
  });
}

async function enqueue(boss: PgBoss, tx: postgres.TransactionSql, durable: string, events: readonly Event[]) {
  const db = {
    executeSql: async (text: string, values: unknown[] = []) => ({
      rows: [...(await tx.unsafe(text, values as never[]))],
    }),
  };
  const jobs = events.map((event) => ({ id: toUuid(event.id), data: event }));
  for (let from = 0; from < jobs.length; from += 1_000)
    await boss.insert(durable, jobs.slice(from, from + 1_000), { db });
}

function subscribe(connection: Connection, options: PgBossBrokerOptions, wanted: SubscribeOptions): Subscription {
  const stopping = new AbortController();
  const ready = (async () => {
    for (let failures = 1; !stopping.signal.aborted; failures++) {
      try {
        const connected = await connection.get();
        await join(connected, options, wanted);
        return connected;
      } catch (error) {
        options.log.warn({ err: error, durable: wanted.durable }, "could not subscribe, trying again");
        await pause(backoff(failures, 100, 5_000), stopping.signal);
      }
    }
    return null;
  })();
  return {
    ready: ready.then(() => {}),
    stop: async () => {
      stopping.abort();
      const connected = await ready;
      await connected?.boss.offWork(wanted.durable, { wait: true });
    },
  };
}

async function join({ boss, sql }: Connected, options: PgBossBrokerOptions, wanted: SubscribeOptions): Promise<void> {
  const { durable, topics, handler } = wanted;
  const { batchSize = 20, redeliverSeconds = 20 } = options;
  await boss.createQueue(durable, {
    notify: true,
    expireInSeconds: redeliverSeconds,
    // The inbox counts the tries of an event; the broker hands it over until it is acknowledged.
    retryLimit: 1_000_000,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 15,
    retentionSeconds: 30 * 86_400,
    deleteAfterSeconds: 3_600,
  });
  await sql.begin(async (tx) => {
    const added = await register(tx, durable, topics);
    if (added.length > 0) await enqueue(boss, tx, durable, await eventsSince(tx, added));
  });
  const work = {
    batchSize,
    perJobResults: true,
    burstWhenBatchFull: true,
    pollingIntervalSeconds: 0.5,
    notifyPollingIntervalSeconds: 1,
  } as const;
  await boss.work(durable, work, (jobs: Job<Event>[]) => handOver(jobs, handler, options.log));
}

/** Aggregates side by side, the events of one in turn; after one fails, the aggregate's others wait for a later batch. */
async function handOver(jobs: Job<Event>[], handler: DeliveryHandler, log: Log): Promise<JobResult[]> {
  const streams = Map.groupBy(jobs, ({ data }) => `${data.source}/${topicOf(data.type)}/${data.aggregateId}`);
  const results = await Promise.all(
    [...streams.values()].map(async (stream) => {
      const outcome: JobResult[] = [];
      for (const { id, data } of stream) {
        const failed = outcome.at(-1)?.status === "failed";
        outcome.push(failed ? { id, status: "failed" } : await handOverOne(id, data, handler, log));
      }
      return outcome;
    }),
  );
  return results.flat();
}

async function handOverOne(id: string, event: Event, handler: DeliveryHandler, log: Log): Promise<JobResult> {
  try {
    await handler(event);
    return { id, status: "completed" };
  } catch (error) {
    const { type, id: eventId, traceId } = event;
    log.warn({ err: error, event: type, eventId, traceId }, "a delivery was refused, it comes again");
    return { id, status: "failed", output: { message: String(error) } };
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timeout = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timeout), resolve()), { once: true });
  });
}
