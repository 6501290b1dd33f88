/** Starts the orders subgraph. */
import { readEnv } from "../../kit/server/env.ts";
import { runUntilSignal } from "../../kit/server/process.ts";
import { startSubgraph, type RunningSubgraph, type StartOptions } from "../../kit/server/subgraph.ts";
import { events } from "../../schema/events.ts";
import { timers } from "./actions/timers.ts";
import { startWatching, watchOutages, type OutageWatch } from "./actions/watch-outages.ts";
import { codeTriesCleanup, quoteCleanup } from "./db/cleanups.ts";
import type { Deps } from "./deps.ts";
import { env, type Env } from "./env.ts";
import { handlers } from "./events/handlers.ts";
import { resolvers } from "./resolvers/resolvers.ts";

/** Starts the subgraph with these settings; `options` replaces parts, for tests. */
export async function start(settings: Env, options: StartOptions = {}): Promise<RunningSubgraph> {
  const watches: OutageWatch[] = [];
  const running = await startSubgraph<Deps>({
    name: "orders",
    folder: import.meta.dirname,
    env: settings,
    resolvers,
    deps: (base) => {
      const outages = watchOutages(base, settings);
      watches.push(outages);
      return { ...base, settings, outages };
    },
    catalogue: events,
    internalFields: { "Query.deliveryInstructions": ["delivery"], "Query.ordersPersonalData": ["users"] },
    consumes: { topics: ["payment", "delivery", "membership", "courier", "user", "restaurant"], handlers },
    timers,
    cleanups: [quoteCleanup(settings.KEEP_QUOTES_MS), codeTriesCleanup(settings.PROMOTION_CODE_WINDOW_MS)],
    ...options,
  });
  const loops = watches.map((watch) => startWatching(watch, settings, running.deps.log));
  return {
    ...running,
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
      await running.stop();
    },
  };
}

if (import.meta.main) await runUntilSignal(async () => start(readEnv(env)));
