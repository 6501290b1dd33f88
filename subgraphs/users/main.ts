import { readEnv } from "../../kit/server/env.ts";
import { runUntilSignal } from "../../kit/server/process.ts";
import { startSubgraph, type StartOptions } from "../../kit/server/subgraph.ts";
import { events } from "../../schema/events.ts";
import { cleanups } from "./db/cleanup.ts";
import { depsOf, type Replaceable } from "./deps.ts";
import { env, type Env } from "./env.ts";
import { handlers, topics } from "./events/handlers.ts";
import { resolvers } from "./resolvers/resolvers.ts";
import { routesOf } from "./routes.ts";
import { timers } from "./timers.ts";

/** Starts users. Rejects when the database is not migrated or the port is taken. */
export const start = async (settings: Env, { pause, hasher, ...options }: StartOptions & Replaceable = {}) =>
  startSubgraph({
    name: "users",
    folder: import.meta.dirname,
    env: settings,
    resolvers,
    catalogue: events,
    deps: await depsOf(settings, { pause, hasher }),
    internalFields: { "Query.addressForOrder": ["orders"] },
    consumes: { topics, handlers },
    timers,
    cleanups: cleanups(settings),
    routes: routesOf(settings),
    ...options,
  });

if (import.meta.main) await runUntilSignal(async () => start(readEnv(env)));
