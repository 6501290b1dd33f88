import { readEnv } from "../../kit/server/env.ts";
import { runUntilSignal } from "../../kit/server/process.ts";
import { startSubgraph, type StartOptions } from "../../kit/server/subgraph.ts";
import { events } from "../../schema/events.ts";
import { env, type Env } from "./env.ts";
import { handlers, topics } from "./events/handlers.ts";
import { resolvers } from "./resolvers/resolvers.ts";
import { timers } from "./timers.ts";

/** Starts the menu: restaurants, what they sell and when, stock, reviews. Rejects when its database is not migrated or its port is taken. */
export const start = (settings: Env, options: StartOptions = {}) =>
  startSubgraph({
    name: "menu",
    folder: import.meta.dirname,
    env: settings,
    resolvers,
    deps: (base) => base,
    catalogue: events,
    internalFields: {
      "Query.priceItems": ["orders"],
      "Query.knownInMenu": "ANY_SERVICE",
      "Mutation.reserveStock": ["orders"],
      "Query.menuPersonalData": ["users"],
    },
    consumes: { topics, handlers },
    timers,
    ...options,
  });

if (import.meta.main) await runUntilSignal(async () => start(readEnv(env)));
