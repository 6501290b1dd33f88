/** The public door: one graph on one port. */
import { operationLimits } from "../../kit/document/operation-settings.ts";
import { errorCatalogue } from "../../kit/errors.ts";
import {
  executeGraphql,
  graphqlFailure,
  json,
  listen,
  type HttpRequest,
  type HttpResponse,
  type RunningHttp,
} from "../../kit/server/http.ts";
import { createSigner } from "../../kit/access/identity.ts";
import { readBody } from "./read-body.ts";
import { createLog, type Log } from "../../kit/server/log.ts";
import { maskErrors } from "../../kit/graphql/mask-plugin.ts";
import { graphScalars } from "../../kit/graphql/scalars.ts";
import { traceIdOf } from "../../kit/server/trace.ts";
import type { GivenScalars } from "../engine/state/given-scalars.ts";
import type { Env } from "../env.ts";
import { guardGraph } from "../guard/graph-weights.ts";
import { openDocumentGate, type DocumentGate } from "../guard/document-gate.ts";
import { limitMutations } from "../guard/mutation-limit.ts";
import { persistedQueryFault } from "../guard/persisted-query.ts";
import {
  createIdentifier,
  InvalidToken,
  KeysUnavailable,
  type Identifier,
  type Identity,
  type TokenFault,
} from "../identity/access-token.ts";
import { clientAddressOf } from "../identity/client-address.ts";
import { refuseDeadTokens } from "../identity/dead-token.ts";
import { openEndedSessions, type Followed } from "../identity/ended-sessions.ts";
import { createAdmission } from "./admission.ts";
import { createApolloServer } from "./apollo.ts";
import { noteLeaving } from "./client-left.ts";
import type { RouterContext } from "./context.ts";
import { boundedAnswer } from "./bounded-answer.ts";
import { corsHeaders, preflight } from "./cors.ts";
import { createAntarGateway } from "./engine-gateway.ts";
import { createFastLane } from "./fast-lane.ts";
import { pageInstead, pageRoutes } from "./pages.ts";
import { refreshCookiePlugin } from "./refresh-cookie.ts";
import { sayRetryAfter } from "./retry-after.ts";
import { returnOriginOf } from "./return-origin.ts";
import { sandboxOrigins } from "./sandbox.ts";
import { createStockGateway } from "./stock-gateway.ts";

/** Largest request body, bytes (security.md). */
const maxBodyBytes = 100_000;

type Execute = (request: HttpRequest, body: unknown, context: RouterContext) => Promise<HttpResponse>;

/** Apollo Server over the engine that `env` names, and the way of requests through both. */
async function openGraph(
  env: Env,
  log: Log,
  gate: DocumentGate,
  scalars: GivenScalars,
): Promise<{ execute: Execute; stop(): Promise<void> }> {
  const antar = env.ROUTER_ENGINE === "antar" ? await createAntarGateway(env, log, gate, scalars) : undefined;
  const { guard, plugins: guards } = guardGraph<RouterContext>(operationLimits(env));
  const lane =
    antar && env.FAST_LANE ? createFastLane<RouterContext>(antar, guard, env.DOCUMENT_CACHE_BYTES) : undefined;
  const apollo = createApolloServer<RouterContext>({
    gateway: antar ?? (await createStockGateway(env, log, scalars)),
    log,
    introspection: env.INTROSPECTION ?? env.NODE_ENV !== "production",
    maxTokens: env.MAX_OPERATION_TOKENS,
    documentBytes: env.DOCUMENT_CACHE_BYTES,
    guards,
    csrfPrevention: true,
    plugins: [
      limitMutations(env.MAX_MUTATIONS),
      refuseDeadTokens,
      refreshCookiePlugin(env.CORS_ORIGINS),
      maskErrors,
      sayRetryAfter,
      ...(lane ? [lane.plugin] : []),
    ],
  });
  await apollo.start();
  return {
    execute: (request, body, context) =>
      // A token that does not hold is a plugin's business.
      (context.deadToken ? executeGraphql : (lane?.execute ?? executeGraphql))(apollo, request, body, context),
    stop: () => apollo.stop(),
  };
}

type Identified = { identity: Identity; deadToken?: TokenFault };

const dead = (fault: TokenFault): Identified => ({ identity: { caller: { kind: "anonymous" } }, deadToken: fault });

/** Null when it cannot be told; a token that does not hold, or whose session has ended, makes its sender anonymous. */
async function identified(
  identifier: Identifier,
  sessions: Followed,
  authorization: string | undefined,
): Promise<Identified | null> {
  try {
    const identity = await identifier.identify(authorization);
    const { caller } = identity;
    return caller.kind === "user" && sessions.has(caller.sessionId) ? dead("ENDED") : { identity };
  } catch (error) {
    if (error instanceof KeysUnavailable) return null;
    if (error instanceof InvalidToken) return dead(error.fault);
    throw error;
  }
}

function graphqlRoute(
  execute: Execute,
  door: { identifier: Identifier; sessions: Followed; gate: DocumentGate; env: Env },
  log: Log,
) {
  const { identifier, sessions, gate, env } = door;
  const { TRUSTED_PROXIES: trusted, MAX_ANSWER_BYTES: maxBytes } = env;
  const admission = createAdmission();
  return async (sent: HttpRequest): Promise<HttpResponse> => {
    const admitted = gate.admit(sent);
    if (!admitted.ok) return admitted.error;
    const request = admitted.value;
    const body = readBody(request);
    if (!body.ok) return body.error;
    const fault = persistedQueryFault(request, body.value);
    if (fault) return fault;
    const traceId = traceIdOf(request.headers["traceparent"]);
    const who = await identified(identifier, sessions, request.headers.authorization);
    if (!who) return graphqlFailure(503, "SUBGRAPH_UNAVAILABLE", errorCatalogue.SUBGRAPH_UNAVAILABLE.message);
    const { origin } = request.headers;
    const returnOrigin = returnOriginOf(env, request);
    const context: RouterContext = {
      ...who,
      traceId,
      log: log.child({ traceId }),
      clientAddress: clientAddressOf(request, trusted),
      signal: request.signal,
      ...(origin === undefined ? {} : { origin }),
      ...(returnOrigin === null ? {} : { returnOrigin }),
    };
    noteLeaving(request, log, traceId);
    return admission.admit(() => boundedAnswer(request, maxBytes, () => execute(request, body.value, context)));
  };
}

/**
 * Starts the router; rejects when the supergraph cannot be loaded or the port is taken. It checks values of `scalars` itself:
 * by default those of our own graph; over another graph there are none that it knows.
 */
export async function startRouter(env: Env, scalars: GivenScalars = graphScalars): Promise<RunningHttp> {
  const log = createLog({ service: "router", level: env.LOG_LEVEL, format: env.LOG_FORMAT });
  const production = env.NODE_ENV === "production";
  const gate = await openDocumentGate({
    file: env.OPERATIONS_FILE,
    onlyTrusted: env.TRUSTED_DOCUMENTS ?? production,
    log,
  });
  const graph = await openGraph(env, log, gate, scalars);
  const identifier = createIdentifier({
    jwksUrl: env.JWKS_URL,
    issuer: env.ACCESS_TOKEN_ISSUER,
    audience: env.ACCESS_TOKEN_AUDIENCE,
  });
  const sessions = openEndedSessions({
    url: env.ENDED_SESSIONS_URL,
    everyMs: env.ENDED_SESSIONS_POLL_MS,
    sign: createSigner({ issuer: "router", privateKey: env.IDENTITY_PRIVATE_KEY }),
    log,
  });
  const answer = graphqlRoute(graph.execute, { identifier, sessions, gate, env }, log);
  const ready = async (): Promise<HttpResponse> => {
    if (!identifier.keysLoaded())
      await identifier.loadKeys().catch((error: unknown) => log.warn({ err: error }, "keys not loaded"));
    if (!identifier.keysLoaded()) return json(503, { status: "waiting for keys" });
    return sessions.isLoaded() ? json(200, { status: "ready" }) : json(503, { status: "waiting for ended sessions" });
  };
  const pages = pageRoutes(env, log);
  const origins = [...env.CORS_ORIGINS, ...sandboxOrigins(env)];
  const http = await listen({
    host: env.HOST,
    port: env.PORT,
    maxBodyBytes,
    answerTimeoutMs: env.ANSWER_TIMEOUT_MS,
    headersOf: (request) => corsHeaders(request, origins),
    onError: (error) => log.error({ err: error }, "request failed"),
    routes: {
      "OPTIONS /graphql": (request) => preflight(request, origins),
      "* /graphql": async (request) => {
        const response = pageInstead(request) ?? (await answer(request));
        return { ...response, headers: { ...response.headers, ...corsHeaders(request, origins) } };
      },
      "GET /health": () => json(200, { status: "ok" }),
      "GET /ready": ready,
      ...pages.routes,
    },
  });
  log.info({ url: http.url }, "listening");
  const stop = async () => {
    gate.close();
    await sessions.stop();
    pages.close();
    await http.stop();
    await graph.stop();
  };
  return { ...http, stop };
}
