/** Starts delivery. */
import { readEnv } from "../../kit/env.ts";
import { runUntilSignal } from "../../kit/process.ts";
import { startSubgraph, type RunningSubgraph, type StartOptions } from "../../kit/subgraph.ts";
import { events } from "../../schema/events.ts";
import { rulesOf, type Deps } from "./deps.ts";
import { env, type Env } from "./env.ts";
import { handlers, topics } from "./events/handlers.ts";
import { timers } from "./events/timers.ts";
import { resolvers } from "./resolvers/resolvers.ts";

export type { Context } from "./deps.ts";

/** Starts the subgraph with these settings; `options` replace clock, broker and calls in tests. */
export const start = (settings: Env, options: StartOptions = {}): Promise<RunningSubgraph> =>
  startSubgraph<Deps>({
    name: "delivery",
    folder: import.meta.dirname,
    env: settings,
    resolvers,
    deps: (base) => ({ ...base, rules: rulesOf(settings) }),
    catalogue: events,
    internalFields: { "Query.quoteDelivery": ["orders"], "Query.deliveryPersonalData": ["users"] },
    consumes: { topics, handlers },
    timers,
    ...options,
  });

if (import.meta.main) await runUntilSignal(async () => start(readEnv(env)));
