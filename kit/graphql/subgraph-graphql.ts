/** The graph of one subgraph over HTTP: who may ask, what is too much to ask, and work that ends with its request. */
import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from "@apollo/server/plugin/disabled";
import type { DocumentNode, GraphQLSchema } from "graphql";
import type { IncomingHttpHeaders } from "node:http";
import { createDocumentStore } from "../document/document-store.ts";
import { readFieldWeights } from "../document/field-weights.ts";
import { createOperationGuard, limitOperations } from "../document/operation-limits.ts";
import { operationLimits } from "../document/operation-settings.ts";
import { formatWithoutValues } from "./error-text.ts";
import type { SubgraphEnv } from "../server/env.ts";
import { errorCatalogue, graphqlError, isErrorCode } from "../errors.ts";
import { executeGraphql, graphqlFailure, readGraphqlBody, type HttpResponse, type Route } from "../server/http.ts";
import type { Caller, Verifier } from "../access/identity.ts";
import type { Log } from "../server/log.ts";
import { maskErrors } from "./mask-plugin.ts";
import { RequestWork, WorkEnded, workEndedError } from "../server/request-work.ts";
import { traceIdOf } from "../server/trace.ts";

/** What every resolver knows of its request. `headers` are those the router or a service sent. */
export type RequestContext = {
  caller: Caller;
  traceId: string;
  log: Log;
  headers: IncomingHttpHeaders;
  work: RequestWork;
};

/** Refuses requests for more entities than `most`. */
const limitRepresentations = (most: number): ApolloServerPlugin<RequestContext> => ({
  async requestDidStart() {
    return {
      async didResolveOperation({ request: { variables } }) {
        for (const value of Object.values(variables ?? {})) {
          if (!Array.isArray(value) || value.length <= most) continue;
          const message = `The request has a list of ${value.length} values; at most ${most} are allowed.`;
          const error = graphqlError("OPERATION_TOO_LARGE", message);
          error.extensions["http"] = { status: errorCatalogue.OPERATION_TOO_LARGE.status };
          throw error;
        }
      },
    };
  },
});

/** Says of queries that their work may end with their request. */
const endReads: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, contextValue }) {
        if (operation?.operation === "query") contextValue.work.markAsRead();
      },
    };
  },
};

/** A server of `schema`, not started yet; `typeDefs` are its SDL. */
export function createApollo(
  schema: GraphQLSchema,
  typeDefs: DocumentNode,
  env: SubgraphEnv,
  log: Log,
): ApolloServer<RequestContext> {
  const weights = readFieldWeights(typeDefs);
  const limits = operationLimits(env);
  const guard = createOperationGuard(limits, () => weights);
  return new ApolloServer<RequestContext>({
    schema,
    introspection: false,
    includeStacktraceInErrorResponses: false,
    formatError: formatWithoutValues,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    logger: log,
    documentStore: createDocumentStore(env.DOCUMENT_CACHE_BYTES),
    parseOptions: { maxTokens: env.MAX_OPERATION_TOKENS },
    plugins: [
      limitOperations(limits, guard),
      limitRepresentations(env.MAX_REPRESENTATIONS),
      endReads,
      // It would follow every single field for a header that the router does not read.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      maskErrors,
    ],
  });
}

/** What answers a request whose work was ended: nobody, or a client that asked for too much. */
function endedAnswer(ended: WorkEnded): HttpResponse {
  const { message, extensions } = workEndedError(ended);
  const code = isErrorCode(extensions["code"]) ? extensions["code"] : "INTERNAL_SERVER_ERROR";
  return graphqlFailure(errorCatalogue[code].status, code, message);
}

/** The route of the graph; `served` counts its requests. */
export function graphqlRoute<Deps extends { log: Log }>(
  apollo: ApolloServer<RequestContext>,
  verify: Verifier,
  deps: Deps,
  env: SubgraphEnv,
  served: { count: number },
): Route {
  const limits = { deadlineMs: env.REQUEST_DEADLINE_MS, maxResolved: env.MAX_RESOLVED_FIELDS };
  return async (request) => {
    served.count += 1;
    const caller = await verify(request.headers.authorization);
    if (!caller)
      return graphqlFailure(401, "UNAUTHENTICATED", "This service answers the router and the other services only.");
    const body = readGraphqlBody(request);
    if (!body.ok) return body.error;
    const traceId = traceIdOf(request.headers["traceparent"]);
    const log = deps.log.child({ traceId });
    const work = new RequestWork(limits);
    const context = { ...deps, caller, traceId, log, headers: request.headers, work };
    try {
      return await work.run(request.signal, () => executeGraphql(apollo, request, body.value, context));
    } catch (error) {
      if (!(error instanceof WorkEnded)) throw error;
      log.debug({ end: error.end }, "the request's work was ended");
      return endedAnswer(error);
    }
  };
}
