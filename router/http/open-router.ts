/** The router over any supergraph, without identities of its own: `authorization` passes on as it came. Never for production. */
import { readFile } from "node:fs/promises";
import type { OperationLimits } from "../../kit/document/operation-limits.ts";
import {
  executeGraphql,
  json,
  listen,
  type HttpRequest,
  type HttpResponse,
  type RunningHttp,
} from "../../kit/server/http.ts";
import type { Log } from "../../kit/server/log.ts";
import { readBody } from "./read-body.ts";
import { maskErrors } from "../../kit/graphql/mask-plugin.ts";
import { traceIdOf, traceparent } from "../../kit/server/trace.ts";
import type { SubgraphRequest } from "../engine/contract.ts";
import { createEngine } from "../engine/engine.ts";
import { createEngineGateway } from "../engine/gateway.ts";
import { createSubgraphClient } from "../engine/transport/subgraph-client.ts";
import { guardGraph } from "../guard/graph-weights.ts";
import { persistedQueryFault } from "../guard/persisted-query.ts";
import { watchFile } from "../supergraph/watch.ts";
import { createAdmission } from "./admission.ts";
import { createApolloServer } from "./apollo.ts";
import { boundedAnswer } from "./bounded-answer.ts";
import { noteLeaving } from "./client-left.ts";
import { createFastLane } from "./fast-lane.ts";
import { delivery } from "./incremental-delivery.ts";
import { tellPlan, tellWarmUp } from "./warm-up.ts";

export type OpenRouterOptions = {
  supergraphFile: string;
  host: string;
  port: number;
  introspection: boolean;
  /** Whether clients see what subgraphs say of their own errors. */
  subgraphErrors: boolean;
  timeoutMs: number;
  maxAnswerBytes: number;
  maxBodyBytes: number;
  /** Most tokens in one document, and the most that one operation may be and ask for. */
  maxTokens: number;
  limits: OperationLimits;
  /** Bytes of memory that kept documents, and kept plans, may take by estimate. */
  documentBytes: number;
  planBytes: number;
  /** Objects and list elements that an answer may have, its bytes, and the longest work on it, milliseconds. */
  maxElements: number;
  maxBytes: number;
  answerTimeoutMs: number;
  /** Whether operations that were let through once go past Apollo Server. */
  fastLane: boolean;
  log: Log;
};

type OpenContext = { authorization: string | undefined; traceId: string; log: Log; signal: AbortSignal };

function createClient({ timeoutMs, maxAnswerBytes, log }: OpenRouterOptions) {
  const contextOf = (request: SubgraphRequest) => request.context as OpenContext;
  return createSubgraphClient({
    urls: {},
    timeoutMs,
    maxAnswerBytes,
    acceptStatus: () => true,
    headers(request) {
      const { authorization, traceId } = contextOf(request);
      const headers: Record<string, string> = { traceparent: traceparent(traceId) };
      if (authorization !== undefined) headers["authorization"] = authorization;
      return headers;
    },
    onFailure: (error, request) => {
      if (!request.signal.aborted) log.warn({ err: error, subgraph: request.subgraph }, "subgraph failed");
    },
  });
}

/** Starts it; rejects when the supergraph cannot be loaded or the port is taken. `GET|POST /graphql`, `GET /health`. */
export async function startOpenRouter(options: OpenRouterOptions): Promise<RunningHttp> {
  const { log, supergraphFile } = options;
  const supergraphSdl = await readFile(supergraphFile, "utf8");
  const admission = createAdmission();
  const client = createClient(options);
  const engine = createEngine({
    supergraphSdl,
    fetchSubgraph: client.fetchSubgraph,
    planCacheBytes: options.planBytes,
    maxElements: options.maxElements,
    onPlan: tellPlan(log),
  });
  const gateway = createEngineGateway(engine, (context) => (context as OpenContext).signal, delivery);
  const unwatch = watchFile({
    file: supergraphFile,
    last: supergraphSdl,
    async onChange(text) {
      const done = await engine.loadWarm(text);
      gateway.announce();
      tellWarmUp(log, "new supergraph", done);
    },
    onError: (error) => log.error({ err: error }, "the new supergraph was refused; the old one stays"),
  });
  const { guard, plugins: guards } = guardGraph<OpenContext>(options.limits);
  const lane = createFastLane<OpenContext>(gateway, guard, options.documentBytes);
  const apollo = createApolloServer<OpenContext>({
    gateway,
    log,
    introspection: options.introspection,
    maxTokens: options.maxTokens,
    documentBytes: options.documentBytes,
    guards,
    csrfPrevention: false,
    plugins: [...(options.subgraphErrors ? [] : [maskErrors]), lane.plugin],
  });
  await apollo.start();
  const execute = options.fastLane ? lane.execute : executeGraphql;
  async function answer(request: HttpRequest): Promise<HttpResponse> {
    const body = readBody(request);
    if (!body.ok) return body.error;
    const fault = persistedQueryFault(request, body.value);
    if (fault) return fault;
    const traceId = traceIdOf(request.headers["traceparent"]);
    noteLeaving(request, log, traceId);
    return execute(apollo, request, body.value, {
      authorization: request.headers.authorization,
      traceId,
      log,
      signal: request.signal,
    });
  }
  const http = await listen({
    host: options.host,
    port: options.port,
    maxBodyBytes: options.maxBodyBytes,
    answerTimeoutMs: options.answerTimeoutMs,
    onError: (error) => log.error({ err: error }, "request failed"),
    routes: {
      "* /graphql": (request) => admission.admit(() => boundedAnswer(request, options.maxBytes, () => answer(request))),
      "GET /health": () => json(200, { status: "ok" }),
    },
  });
  const stop = async () => {
    unwatch();
    engine.stop();
    await http.stop();
    await apollo.stop();
    await client.close();
  };
  return { ...http, stop };
}
