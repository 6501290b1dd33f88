/** Starts one subgraph: its graph over HTTP, its events, its timers, and a clean stop. */
import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled } from "@apollo/server/plugin/disabled";
import { buildSubgraphSchema } from "@apollo/subgraph";
import type { DocumentNode, GraphQLSchema } from "graphql";
import type { IncomingHttpHeaders } from "node:http";
import type postgres from "postgres";
import type { Broker } from "./broker/broker.ts";
import { enforceAuthorization, type InternalFields } from "./authorize.ts";
import { systemClock, type Clock } from "./clock.ts";
import { openDatabase, type Db } from "./db.ts";
import type { SubgraphEnv } from "./env.ts";
import { maskError } from "./errors.ts";
import { executeGraphql, graphqlFailure, json, listen, type HttpRequest, type HttpResponse, type Route } from "./http.ts";
import { createSigner, createVerifier, type Caller, type Verifier } from "./identity.ts";
import { createLog, type Log } from "./log.ts";
import { scalarResolvers } from "./scalars.ts";
import { readTypeDefs } from "./sdl.ts";
import { createServiceCalls, type CallSubgraph } from "./service-call.ts";
import { traceIdOf } from "./trace.ts";
import { startEventFlow, type Consumption } from "./event-flow.ts";
import type { EventCatalogue } from "./outbox.ts";
import { startTimers, type TimerHandlers } from "./timers.ts";

/** What every resolver knows of its request. `headers` are those the router or a service sent. */
export type RequestContext = { caller: Caller; traceId: string; log: Log; headers: IncomingHttpHeaders };

/** What every subgraph has to work with. */
export type BaseDeps = { db: Db; sql: postgres.Sql; clock: Clock; log: Log; callSubgraph: CallSubgraph };

/** A started subgraph; `url` has no path. `stop` drains requests, events and timers. */
export type RunningService = { name: string; url: string; port: number; stop(): Promise<void> };

export type SubgraphDefinition<Deps extends BaseDeps> = {
  name: string;
  /** The subgraph's folder, which holds schema.graphql: `import.meta.dirname`. */
  folder: string;
  env: SubgraphEnv;
  resolvers: object;
  /** Adds the subgraph's own dependencies. */
  deps(base: BaseDeps): Deps;
  /** Every event of the system: owner and shape. */
  catalogue: EventCatalogue;
  /** Connects to the broker named by the settings. */
  connectBroker(env: SubgraphEnv, log: Log): Promise<Broker>;
  internalFields?: InternalFields;
  consumes?: Consumption<Deps>;
  timers?: TimerHandlers<Deps>;
  /** Plain HTTP routes beside `/graphql`; they are public, so they check what they are given. */
  routes?: Record<string, (request: HttpRequest, deps: Deps) => Promise<HttpResponse>>;
  clock?: Clock;
};

/** The executable schema of a subgraph, with its security directives enforced. */
export function buildSchema(typeDefs: DocumentNode, resolvers: object, internal: InternalFields = {}): GraphQLSchema {
  const merged = { ...scalarResolvers(typeDefs), ...resolvers } as never;
  return enforceAuthorization(buildSubgraphSchema([{ typeDefs, resolvers: merged }]), internal);
}

function createApollo(schema: GraphQLSchema, log: Log): ApolloServer<RequestContext> {
  return new ApolloServer<RequestContext>({
    schema,
    introspection: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: log,
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      {
        // The mask needs the trace id, which formatError does not get.
        async requestDidStart() {
          return {
            async willSendResponse({ response, contextValue, errors }) {
              if (response.body.kind !== "single" || !response.body.singleResult.errors) return;
              const { traceId } = contextValue;
              response.body.singleResult.errors = response.body.singleResult.errors.map((formatted, index) =>
                maskError(formatted, errors?.[index], { log: contextValue.log, traceId }),
              );
            },
          };
        },
      },
    ],
  });
}

function graphqlRoute<Deps extends BaseDeps>(apollo: ApolloServer<RequestContext>, verify: Verifier, deps: Deps): Route {
  return async (request) => {
    const caller = await verify(request.headers.authorization);
    if (!caller) return graphqlFailure(401, "UNAUTHENTICATED", "This service answers the router and its fellow services only.");
    const traceId = traceIdOf(request.headers["traceparent"]);
    const context = { ...deps, caller, traceId, log: deps.log.child({ traceId }), headers: request.headers };
    return executeGraphql(apollo, request, async () => context);
  };
}

/** Starts the subgraph. Rejects when the database is not migrated, the port is taken or the SDL is broken. */
export async function startSubgraph<Deps extends BaseDeps>(definition: SubgraphDefinition<Deps>): Promise<RunningService> {
  const { name, env } = definition;
  const log = createLog({ service: name, level: env.LOG_LEVEL });
  const clock = definition.clock ?? systemClock(env.CLOCK_OFFSET_MS);
  const sign = createSigner({ issuer: name, privateKey: env.IDENTITY_PRIVATE_KEY });
  const database = openDatabase({ url: env.DATABASE_URL, max: env.DATABASE_POOL, prepare: env.DATABASE_PREPARE });
  const callSubgraph = createServiceCalls({ service: name, sign, urls: env.SUBGRAPH_URLS });
  const deps = definition.deps({ db: database.db, sql: database.sql, clock, log, callSubgraph });
  const apollo = createApollo(buildSchema(readTypeDefs(definition.folder), definition.resolvers, definition.internalFields), log);
  await apollo.start();
  const broker = await definition.connectBroker(env, log);
  const flow = await startEventFlow({ name, broker, deps, databaseUrl: env.DATABASE_URL, catalogue: definition.catalogue, consumes: definition.consumes });
  const timers = startTimers({ deps, databaseUrl: env.DATABASE_URL, handlers: definition.timers ?? {} });
  const verify = createVerifier({ audience: name, issuers: env.IDENTITY_PUBLIC_KEYS });
  const ready = async () => {
    await database.sql`select 1`;
    return json(200, { status: "ready" });
  };
  const own = Object.entries(definition.routes ?? {}).map(([route, answer]) => [route, (request: HttpRequest) => answer(request, deps)]);
  const http = await listen({
    host: env.HOST,
    port: env.PORT,
    maxBodyBytes: 1_000_000,
    onError: (error) => log.error({ err: error }, "request failed"),
    routes: {
      "* /graphql": graphqlRoute(apollo, verify, deps),
      "GET /health": () => json(200, { status: "ok" }),
      "GET /ready": ready,
      ...Object.fromEntries(own),
    },
  });
  log.info({ url: http.url }, "listening");
  return {
    name,
    url: http.url,
    port: http.port,
    async stop() {
      await http.stop();
      await Promise.all([timers.stop(), flow.stop()]);
      await Promise.all([broker.close(), apollo.stop()]);
      await database.close();
    },
  };
}
