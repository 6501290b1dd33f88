/** Starts one subgraph: its graph over HTTP, its events, its timers, and a clean stop. */
import type { ApolloServer } from "@apollo/server";
import { buildSubgraphSchema } from "@apollo/subgraph";
import type { DocumentNode, GraphQLSchema } from "graphql";
import type postgres from "postgres";
import type { Broker } from "../events/broker.ts";
import { openPgBossBroker } from "../events/pg-boss.ts";
import { enforceAuthorization, type InternalFields } from "../access/authorize.ts";
import { type Cleanup, cleanUp, eventCleanups, startCleanup } from "../database/cleanup.ts";
import { systemClock, type Clock } from "../clock.ts";
import { openDatabase, type Db } from "../database/db.ts";
import { guardEntities } from "../graphql/entities.ts";
import { createEndedSessions, followEndedSessions, readEnded, type EndedSessions } from "../access/ended-sessions.ts";
import type { SubgraphEnv } from "./env.ts";
import { json, listen, type HttpRequest, type HttpResponse, type Route } from "./http.ts";
import { join } from "node:path";
import { checkInputs } from "../graphql/input-check.ts";
import { createSigner, createVerifier } from "../access/identity.ts";
import { createLog, type Log } from "./log.ts";
import { followSessions, forgetEndedSessions, refuseEndedSessions } from "../access/revoked-sessions.ts";
import { resolveWhileWanted } from "./request-work.ts";
import { scalarResolvers } from "../graphql/scalars.ts";
import { readTypeDefs } from "../graphql/sdl.ts";
import { createServiceCalls, type CallSubgraph } from "../access/service-call.ts";
import { createApollo, graphqlRoute, type RequestContext } from "../graphql/subgraph-graphql.ts";
import { startEventFlow, type Consumption } from "../events/event-flow.ts";
import type { Catalogue } from "../events/event.ts";
import { assertMigrated } from "../database/migrate.ts";
import { createInbox, type Inbox } from "../events/inbox.ts";
import { whileBusy } from "./patience.ts";
import { runDueTimers, type TimerHandlers } from "../events/timers.ts";

export type { RequestContext } from "../graphql/subgraph-graphql.ts";

type Stoppable = { stop(): Promise<unknown> };

/** What every subgraph has to work with. */
export type BaseDeps = { db: Db; sql: postgres.Sql; clock: Clock; log: Log; callSubgraph: CallSubgraph };

/** A started subgraph; `url` has no path. `stop` drains requests, events and timers. */
export type RunningService = { name: string; url: string; port: number; stop(): Promise<void> };

/**
 * A started subgraph with the doors that tests use: its inbox, its due timers (answers how many it fired), its cleanup (how many
 * rows of each kind), and a look at the sessions that have ended.
 */
export type RunningSubgraph = RunningService & {
  inbox: Inbox;
  fireTimers(): Promise<number>;
  clean(): Promise<Record<string, number>>;
  learnEnded(): Promise<void>;
  deps: BaseDeps;
};

export type SubgraphDefinition<Deps extends BaseDeps> = {
  name: string;
  /** The subgraph's folder, which holds schema.graphql: `import.meta.dirname`. */
  folder: string;
  env: SubgraphEnv;
  resolvers: object;
  /** Adds the subgraph's own dependencies. */
  deps(base: BaseDeps): Deps;
  /** Every event of the system: owner and shape. */
  catalogue: Catalogue;
  internalFields?: InternalFields;
  /** The topic of sessions is taken beside these: what ended sessions ask is refused everywhere. */
  consumes?: Consumption<Deps>;
  /** Rows of the subgraph's own that are kept for a time only. */
  cleanups?: readonly Cleanup[];
  timers?: TimerHandlers<Deps>;
  /** Runs once the subgraph listens: sets first timers, or starts work of its own that the answer stops. */
  begin?(deps: Deps): Promise<void | Stoppable> | Stoppable;
  /** Plain HTTP routes beside `/graphql`; they are public, so they check what they are given. */
  routes?: Record<string, (request: HttpRequest, deps: Deps) => Promise<HttpResponse>>;
} & StartOptions;

/** What may be replaced at start; tests do. */
export type StartOptions = {
  clock?: Clock;
  /** Carries events; default: the broker in EVENTS_DATABASE_URL. */
  broker?: Broker;
  /** Makes calls to other subgraphs; default: GraphQL over HTTP to SUBGRAPH_URLS. */
  callSubgraph?: CallSubgraph;
  /** True starts nothing in the background: events, timers and ended sessions are then fed by hand. Default false. */
  manual?: boolean;
};

/** The executable schema of a subgraph, with its security directives enforced and its arguments checked. */
export function buildSchema(typeDefs: DocumentNode, resolvers: object, internal: InternalFields = {}): GraphQLSchema {
  const merged = { ...scalarResolvers(typeDefs), ...resolvers } as never;
  const schema = guardEntities(checkInputs(buildSubgraphSchema([{ typeDefs, resolvers: merged }])));
  return enforceAuthorization(schema, internal);
}

/** The subgraph's dependencies, and its way to close them. */
function openDeps<Deps extends BaseDeps>(definition: SubgraphDefinition<Deps>) {
  const { name, env } = definition;
  const log = createLog({ service: name, level: env.LOG_LEVEL, format: env.LOG_FORMAT });
  const clock = definition.clock ?? systemClock(env.CLOCK_OFFSET_MS);
  const sign = createSigner({ issuer: name, privateKey: env.IDENTITY_PRIVATE_KEY });
  const database = openDatabase({ url: env.DATABASE_URL, max: env.DATABASE_POOL, prepare: env.DATABASE_PREPARE });
  const callSubgraph = definition.callSubgraph ?? createServiceCalls({ service: name, sign, urls: env.SUBGRAPH_URLS });
  return { database, deps: definition.deps({ db: database.db, sql: database.sql, clock, log, callSubgraph }) };
}

function routesOf<Deps extends BaseDeps>(
  definition: SubgraphDefinition<Deps>,
  apollo: ApolloServer<RequestContext>,
  deps: Deps,
) {
  const verify = createVerifier({ audience: definition.name, issuers: definition.env.IDENTITY_PUBLIC_KEYS });
  const own = Object.entries(definition.routes ?? {}).map(([route, answer]): [string, Route] => [
    route,
    (request) => answer(request, deps),
  ]);
  const ready: Route = async () => {
    const answered = await deps.sql`select 1`.then(
      () => true,
      () => false,
    );
    return answered ? json(200, { status: "ready" }) : json(503, { status: "the database does not answer" });
  };
  const served = { count: 0 };
  const metrics: Route = () => ({
    status: 200,
    headers: { "content-type": "text/plain; version=0.0.4" },
    body: `# TYPE graphql_requests_total counter\ngraphql_requests_total{service="${definition.name}"} ${served.count}\n`,
  });
  return {
    "* /graphql": graphqlRoute(apollo, verify, deps, definition.env, served),
    "GET /metrics": metrics,
    "GET /health": () => json(200, { status: "ok" }),
    "GET /ready": ready,
    ...Object.fromEntries(own),
  };
}

/** Starts the subgraph. Rejects when the database is not migrated, the port is taken or the SDL is broken. */
export async function startSubgraph<Deps extends BaseDeps>(
  definition: SubgraphDefinition<Deps>,
): Promise<RunningSubgraph> {
  const { name, env, folder } = definition;
  const { database, deps } = openDeps(definition);
  const closing: (() => Promise<unknown>)[] = [database.close];
  try {
    const migrations = join(folder, "db/migrations");
    await whileBusy(
      () => assertMigrated({ sql: database.sql, folder: migrations }),
      (line) => deps.log.warn(line),
    );
    const typeDefs = readTypeDefs(folder);
    const schema = buildSchema(typeDefs, definition.resolvers, definition.internalFields);
    const sessions = createEndedSessions((after) => readEnded(deps.db, after));
    await sessions.learn();
    const apollo = createApollo(resolveWhileWanted(refuseEndedSessions(schema, sessions.has)), typeDefs, env, deps.log);
    await apollo.start();
    closing.unshift(() => apollo.stop());
    const { log } = deps;
    const onError = (error: unknown) => log.error({ err: error }, "request failed");
    const http = await listen({
      host: env.HOST,
      port: env.PORT,
      maxBodyBytes: 1_000_000,
      onError,
      routes: routesOf(definition, apollo, deps),
    });
    const inbox = startBackground(definition, deps, sessions, closing);
    // Requests end first, then the background work, then what both stand on.
    closing.unshift(http.stop);
    const begun = await definition.begin?.(deps);
    if (begun) closing.unshift(() => begun.stop());
    log.info({ url: http.url }, "listening");
    const fireTimers = () => runDueTimers({ ...deps, deps, handlers: definition.timers ?? {} });
    const clean = () => cleanUp({ ...deps, cleanups: cleanupsOf(definition) });
    return {
      name,
      url: http.url,
      port: http.port,
      inbox,
      fireTimers,
      clean,
      deps,
      learnEnded: () => sessions.learn(),
      stop: () => closeAll(closing),
    };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

/** Everything that the subgraph keeps for a time only. */
const cleanupsOf = <Deps extends BaseDeps>({ env, catalogue, cleanups }: SubgraphDefinition<Deps>): Cleanup[] => [
  ...eventCleanups(env),
  forgetEndedSessions(catalogue, env.KEEP_REVOKED_SESSIONS_MS),
  ...(cleanups ?? []),
];

/** Starts relay, inbox, timers, cleanup and the following of ended sessions unless they are fed by hand; adds to `closing` what ends them. */
function startBackground<Deps extends BaseDeps>(
  definition: SubgraphDefinition<Deps>,
  deps: Deps,
  sessions: EndedSessions,
  closing: (() => Promise<unknown>)[],
): Inbox {
  const { name, env, catalogue, timers } = definition;
  const consumes = followSessions(definition.consumes);
  if (definition.manual) return createInbox({ ...deps, deps, catalogue, handlers: consumes.handlers });
  const broker =
    definition.broker ??
    openPgBossBroker({
      url: env.EVENTS_DATABASE_URL,
      log: deps.log,
      redeliverSeconds: env.EVENTS_REDELIVER_SECONDS,
      retentionDays: env.EVENTS_RETENTION_DAYS,
    });
  const { DATABASE_URL: databaseUrl, TIMER_LEASE_MS: timerLeaseMs } = env;
  const flow = startEventFlow({ name, broker, deps, databaseUrl, catalogue, consumes, timers, timerLeaseMs });
  const cleanups = cleanupsOf(definition);
  const cleaning = startCleanup({ ...deps, cleanups, intervalMs: env.CLEANUP_INTERVAL_MS });
  const following = followEndedSessions(sessions, deps.log, env.ENDED_SESSIONS_POLL_MS);
  closing.unshift(following.stop, cleaning.stop, flow.stop, broker.close);
  return flow.inbox;
}

async function closeAll(closing: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const close of closing) await close();
}
