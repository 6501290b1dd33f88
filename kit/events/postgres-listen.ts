/** One connection that hears Postgres notifications, and comes back after every loss. */
import postgres from "postgres";
import { startLoop } from "../server/loop.ts";
import type { Log } from "../server/log.ts";

/** What to listen for. `url` must reach Postgres itself: a pooler in transaction mode loses LISTEN. */
export type ListenOptions = {
  readonly url: string;
  readonly log: Log;
  /** Called at each notification on the channel, and once after every (re)connection, since what was sent in between is lost. */
  readonly channels: Readonly<Record<string, () => void>>;
  /** How often the connection is checked, in ms; default 10 000. */
  readonly heartbeatMs?: number;
};

/** Listens until stopped. A notification is only a hint to look: whoever is woken must also look now and then by itself. */
export function startListening({ url, log, channels, heartbeatMs = 10_000 }: ListenOptions): { stop(): Promise<void> } {
  let end = async () => {};
  const loop = startLoop("listen", log, async (signal) => {
    const lost = Promise.withResolvers<void>();
    const options = {
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: 3,
      fetch_types: false,
      onnotice: () => {},
      onclose: () => lost.resolve(),
      onnotify: (channel: string) => channels[channel]?.(),
    };
    const connection = postgres(url, options);
    end = () => connection.end({ timeout: 1 });
    try {
      for (const channel of Object.keys(channels)) await within(3_000, connection`listen ${connection(channel)}`);
      for (const wake of Object.values(channels)) wake();
      while (!signal.aborted && !(await settledWithin(heartbeatMs, lost.promise))) {
        await within(3_000, connection`select 1`);
      }
      if (!signal.aborted) log.warn("the listening connection was lost");
      return 50;
    } finally {
      await connection.end({ timeout: 1 }).catch(() => {});
    }
  });
  return {
    stop: async () => {
      const stopped = loop.stop();
      await end().catch(() => {});
      await stopped;
    },
  };
}

async function settledWithin(ms: number, promise: Promise<void>): Promise<boolean> {
  let timeout: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timeout = setTimeout(() => resolve(false), ms)));
  return Promise.race([promise.then(() => true), late]).finally(() => clearTimeout(timeout));
}

async function within(ms: number, query: PromiseLike<unknown>): Promise<void> {
  const answered = Promise.resolve(query).then(() => {});
  if (!(await settledWithin(ms, answered))) throw new Error(`the listening connection did not answer within ${ms} ms`);
}
