/** Apollo Server as the router uses it: GraphQL over HTTP around whichever engine runs the queries. */
import { ApolloServer, type ApolloServerPlugin, type BaseContext } from "@apollo/server";
import { ApolloServerPluginLandingPageDisabled } from "@apollo/server/plugin/disabled";
import type { GatewayInterface } from "@apollo/server-gateway-interface";
import type { Log } from "../../kit/log.ts";
import { deferRules } from "../engine/state/defer-rules.ts";
import { incrementalDelivery } from "./incremental-delivery.ts";
import { refuseUnresolvedOperations } from "./resolve-operation.ts";

/** Most tokens in one document. */
const maxTokens = 5_000;

/** A server that is not started yet. Plugins run in the given order. */
export const createApolloServer = <Context extends BaseContext>(options: {
  gateway: GatewayInterface;
  log: Log;
  introspection: boolean;
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
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens },
    validationRules: [...deferRules],
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      refuseUnresolvedOperations,
      incrementalDelivery,
      ...options.plugins,
    ],
  });
