import { readEnv } from "../../kit/server/env.ts";
import { runUntilSignal } from "../../kit/server/process.ts";
import { startSubgraph, type StartOptions } from "../../kit/server/subgraph.ts";
import { events } from "../../schema/events.ts";
import { startWatching } from "./actions/watch-outages.ts";
import { cleanups } from "./db/cleanups.ts";
import { depsOf } from "./deps.ts";
import { env, type Env } from "./env.ts";
import { handlers, topics } from "./events/handlers.ts";
import { resolvers } from "./resolvers/resolvers.ts";
import { timers } from "./timers.ts";

/** Starts the subgraph with these settings; `options` replaces parts, for tests. */
export const start = (settings: Env, options: StartOptions = {}) =>
  startSubgraph({
    name: "orders",
    folder: import.meta.dirname,
    env: settings,
    resolvers,
    deps: depsOf(settings),
    catalogue: events,
    internalFields: { "Query.deliveryInstructions": ["delivery"], "Query.ordersPersonalData": ["users"] },
    consumes: { topics, handlers },
    timers,
    cleanups: cleanups(settings),
    begin: ({ outages, log }) => startWatching(outages, settings, log),
    ...options,
  });

if (import.meta.main) await runUntilSignal(async () => start(readEnv(env)));
