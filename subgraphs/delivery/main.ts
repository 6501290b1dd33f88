import { scheduleFirst } from "../../kit/events/timers.ts";
import { readEnv } from "../../kit/server/env.ts";
import { runUntilSignal } from "../../kit/server/process.ts";
import { startSubgraph, type StartOptions } from "../../kit/server/subgraph.ts";
import { events } from "../../schema/events.ts";
import { nextRound } from "./actions/matching-timer.ts";
import { env, type Env } from "./env.ts";
import { handlers, topics } from "./events/handlers.ts";
import { resolvers } from "./resolvers/resolvers.ts";
import { timers } from "./timers.ts";

/** Starts the subgraph with these settings; `options` replace clock, broker and calls in tests. */
export const start = (settings: Env, options: StartOptions = {}) =>
  startSubgraph({
    name: "delivery",
    folder: import.meta.dirname,
    env: settings,
    resolvers,
    deps: (base) => ({ ...base, settings }),
    catalogue: events,
    internalFields: { "Query.quoteDelivery": ["orders"], "Query.deliveryPersonalData": ["users"] },
    consumes: { topics, handlers },
    timers,
    begin: ({ db, clock }) => scheduleFirst(db, nextRound(settings, clock.now())),
    ...options,
  });

if (import.meta.main) await runUntilSignal(async () => start(readEnv(env)));
