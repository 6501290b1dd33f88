/** Starts delivery. */
import { readEnv } from "../../kit/server/env.ts";
import { runUntilSignal } from "../../kit/server/process.ts";
import { scheduleFirst } from "../../kit/events/timers.ts";
import { startSubgraph, type RunningSubgraph, type StartOptions } from "../../kit/server/subgraph.ts";
import { events } from "../../schema/events.ts";
import { nextRound } from "./actions/matching-timer.ts";
import type { Deps } from "./deps.ts";
import { env, type Env } from "./env.ts";
import { handlers, topics } from "./events/handlers.ts";
import { timers } from "./events/timers.ts";
import { resolvers } from "./resolvers/resolvers.ts";

/** Starts the subgraph with these settings; `options` replace clock, broker and calls in tests. */
export async function start(settings: Env, options: StartOptions = {}): Promise<RunningSubgraph> {
  const running = await startSubgraph<Deps>({
    name: "delivery",
    folder: import.meta.dirname,
    env: settings,
    resolvers,
    deps: (base) => ({ ...base, settings }),
    catalogue: events,
    internalFields: { "Query.quoteDelivery": ["orders"], "Query.deliveryPersonalData": ["users"] },
    consumes: { topics, handlers },
    timers,
    ...options,
  });
  try {
    const { db, clock } = running.deps;
    await scheduleFirst(db, nextRound(settings, clock.now()));
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

if (import.meta.main) await runUntilSignal(async () => start(readEnv(env)));
