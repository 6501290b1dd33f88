import { readEnv } from "../../kit/server/env.ts";
import { runUntilSignal } from "../../kit/server/process.ts";
import { startSubgraph, type StartOptions } from "../../kit/server/subgraph.ts";
import { events } from "../../schema/events.ts";
import { env, type Env } from "./env.ts";
import { resolvers } from "./resolvers/resolvers.ts";

/** Starts the subgraph; rejects when its database is not migrated or its port is taken. */
export const start = (settings: Env, options: StartOptions = {}) =>
  startSubgraph({
    name: "template",
    folder: import.meta.dirname,
    env: settings,
    resolvers,
    deps: (base) => base,
    catalogue: events,
    ...options,
  });

if (import.meta.main) await runUntilSignal(async () => start(readEnv(env)));
