/** Everything of one subgraph that runs in the background: events out, events in, timers. */
import type { Broker } from "./broker.ts";
import type { Clock } from "../clock.ts";
import type { Db } from "../database/db.ts";
import type { Catalogue } from "./event.ts";
import { type AnyHandlers, createInbox, type Inbox } from "./inbox.ts";
import { startListening } from "./postgres-listen.ts";
import type { Log } from "../server/log.ts";
import { startLoop } from "../server/loop.ts";
import { outboxChannel } from "./outbox.ts";
import { startRelay } from "./relay.ts";
import { startTimers, type TimerHandlers, timersChannel } from "./timers.ts";

/** Which topics a subgraph takes, and what it does with their events. */
export type Consumption<Deps> = { readonly topics: readonly string[]; readonly handlers: AnyHandlers<Deps> };

/** What the flow of a subgraph needs. `databaseUrl` must allow LISTEN, so no pooler in transaction mode. */
export type EventFlowOptions<Deps> = {
  /** The subgraph's name, which is also its durable name at the broker. */
  readonly name: string;
  readonly broker: Broker;
  readonly deps: Deps;
  readonly databaseUrl: string;
  readonly catalogue: Catalogue;
  readonly consumes?: Consumption<Deps> | undefined;
  readonly timers?: TimerHandlers<Deps> | undefined;
  /** See `TimerRunOptions`. */
  readonly timerLeaseMs?: number;
};

/** A running flow. `stop` ends intake first, then waits for what is in flight; the broker stays open. */
export type EventFlow = { readonly inbox: Inbox; readonly stop: () => Promise<void> };

/** Starts relay, inbox, subscription and timers over one listening connection. */
export function startEventFlow<Deps extends { db: Db; clock: Clock; log: Log }>(
  options: EventFlowOptions<Deps>,
): EventFlow {
  const { name, broker, deps, databaseUrl, catalogue, consumes, timers: handlers = {}, timerLeaseMs } = options;
  const { db, clock, log } = deps;
  const relay = startRelay({ db, broker, clock, log });
  const timers = startTimers({ db, handlers, deps, clock, log, ...(timerLeaseMs ? { leaseMs: timerLeaseMs } : {}) });
  const listening = startListening({
    url: databaseUrl,
    log,
    channels: { [outboxChannel]: relay.wake, [timersChannel]: timers.wake },
  });
  const inbox = createInbox({ db, catalogue, handlers: consumes?.handlers ?? {}, deps, clock, log });
  const parked = startLoop("parked-events", log, async () => ((await inbox.resume()) > 0 ? 50 : 500));
  const subscription =
    consumes &&
    broker.subscribe({
      durable: name,
      topics: consumes.topics,
      handler: async (event) => void (await inbox.receive(event)),
    });
  return {
    inbox,
    stop: async () => {
      await Promise.all([subscription?.stop(), parked.stop(), timers.stop(), listening.stop()]);
      await relay.stop();
    },
  };
}
