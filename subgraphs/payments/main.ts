import { readEnv } from "../../kit/server/env.ts";
import { runUntilSignal } from "../../kit/server/process.ts";
import { startSubgraph, type StartOptions } from "../../kit/server/subgraph.ts";
import { events } from "../../schema/events.ts";
import { receiveWebhook } from "./actions/receive-webhook.ts";
import { depsOf } from "./deps.ts";
import { env, type Env } from "./env.ts";
import { handlers, topics } from "./events/handlers.ts";
import { resolvers } from "./resolvers/resolvers.ts";
import { beginTimers, timers } from "./timers.ts";

/** Starts payments: the money of orders, and the ledger. Rejects when the database is not migrated or the port is taken. */
export const start = (settings: Env, options: StartOptions = {}) =>
  startSubgraph({
    name: "payments",
    folder: import.meta.dirname,
    env: settings,
    catalogue: events,
    resolvers,
    deps: depsOf(settings),
    internalFields: { "Query.paymentsPersonalData": ["users"] },
    consumes: { topics, handlers },
    timers,
    begin: beginTimers,
    routes: { "POST /webhooks/stripe": receiveWebhook },
    ...options,
  });

if (import.meta.main) await runUntilSignal(async () => start(readEnv(env)));
