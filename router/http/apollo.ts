/** Apollo Server as the router uses it: GraphQL over HTTP around whichever engine runs the queries. */
import { ApolloServer, type ApolloServerPlugin, type BaseContext } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from "@apollo/server/plugin/disabled";
import type { GatewayInterface } from "@apollo/server-gateway-interface";
import type { FormattedExecutionResult } from "graphql";
import { createDocumentStore, createTextStore } from "../../kit/document/document-store.ts";
import { formatWithoutValues } from "../../kit/graphql/error-text.ts";
import type { Log } from "../../kit/server/log.ts";
import { deferRules } from "../engine/state/defer-rules.ts";
import { exactSearchVariables } from "./read-body.ts";
import { incrementalDelivery } from "./incremental-delivery.ts";
import { refuseUnresolvedOperations } from "./resolve-operation.ts";

/**
 * The text of an answer, without the line's end of the default, for which a large one would be copied once more. The data of a
 * whole answer is let go: V8 keeps what Apollo Server made for a gateway's request, which has accessors of its own, until a full
 * collection, and with it all that hangs from it.
 */
function answerText(answer: FormattedExecutionResult): string {
  const text = JSON.stringify(answer);
  if (answer.data && !("hasNext" in answer)) for (const key in answer.data) answer.data[key] = null;
  return text;
}

/** A server that is not started yet. Plugins run in the given order. */
export const createApolloServer = <Context extends BaseContext>(options: {
  gateway: GatewayInterface;
  log: Log;
  introspection: boolean;
  /** Most tokens in one document. */
  maxTokens: number;
  /** Bytes of memory that kept documents and texts of persisted queries may each take. */
  documentBytes: number;
  /** Refuse operations before any other plugin looks at them. */
  guards: ApolloServerPlugin<Context>[];
  /** Whether requests that a browser sends without asking first are refused. */
  csrfPrevention: boolean;
  plugins: ApolloServerPlugin<Context>[];
}): ApolloServer<Context> =>
  new ApolloServer<Context>({
    gateway: options.gateway,
    logger: options.log,
    introspection: options.introspection,
    csrfPrevention: options.csrfPrevention,
    includeStacktraceInErrorResponses: false,
    formatError: formatWithoutValues,
    stopOnTerminationSignals: false,
    documentStore: createDocumentStore(options.documentBytes),
    persistedQueries: { cache: createTextStore(options.documentBytes) },
    parseOptions: { maxTokens: options.maxTokens },
    stringifyResult: answerText,
    validationRules: [...deferRules],
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // Nothing here is kept (kit/server/http.ts); its hooks into every field take a tenth of a small answer's time.
      ApolloServerPluginCacheControlDisabled(),
      ...options.guards,
      refuseUnresolvedOperations,
      exactSearchVariables,
      incrementalDelivery,
      ...options.plugins,
    ],
  });
