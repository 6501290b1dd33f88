/** The engine as Apollo Server's gateway: schema in, executor out, later schemas announced. */
import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
  GatewayInterface,
  GatewaySchemaLoadOrUpdateCallback,
} from "@apollo/server-gateway-interface";
import type { DocumentNode, ExecutionResult, GraphQLSchema } from "graphql";
import type { Engine, IncrementalResult } from "./contract.ts";

/** What was executed before Apollo Server was asked, in the context of a request that goes through it after all. */
const executed = Symbol("executed");

/** What becomes of parts that come after the first, which is all that Apollo Server takes. */
export type Delivery = {
  takesParts(request: GatewayGraphQLRequestContext): boolean;
  /** Takes the other parts of the answer to the request with this context. */
  deliver(context: unknown, parts: IncrementalResult["subsequentResults"]): void;
};

export type EngineGateway = GatewayInterface & {
  /** Tells Apollo Server of the engine's present schema, after a `load`. */
  announce(): void;
  /** What clients may ask at present; another object after each `load`. */
  apiSchema(): GraphQLSchema;
  /**
   * Runs a query without Apollo Server. `document` has to be valid for the present schema, and defers nothing. A request with the
   * context that comes back is not run again, but given the same result.
   */
  executeAhead<Context extends object>(
    request: {
      document: DocumentNode;
      operationName: string | undefined;
      variables: Record<string, unknown> | undefined;
    },
    context: Context,
  ): { result: Promise<ExecutionResult>; context: Context };
};

/** `signalOf` gives the signal that aborts when the client of a request goes away. Without `delivery` everything comes at once. */
export function createEngineGateway(
  engine: Engine,
  signalOf: (context: unknown) => AbortSignal | undefined,
  delivery?: Delivery,
): EngineGateway {
  const listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  const tell = (listener: GatewaySchemaLoadOrUpdateCallback) =>
    listener({ apiSchema: engine.apiSchema, coreSupergraphSdl: engine.supergraphSdl });
  return {
    announce: () => listeners.forEach(tell),
    apiSchema: () => engine.apiSchema,
    executeAhead({ document, operationName, variables }, context) {
      const request = { query: document, operationName, variables, context, signal: signalOf(context) };
      const result = engine.executeValid(request) as Promise<ExecutionResult>;
      return { result, context: { ...context, [executed]: result } };
    },
    onSchemaLoadOrUpdate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async load() {
      listeners.forEach(tell);
      return {
        executor: async (requestContext) => {
          const { document, request, context, schema, operation } = requestContext;
          const known = (context as { [executed]?: Promise<GatewayExecutionResult> })[executed];
          if (known) return known;
          const result = await engine.executeValid({
            query: document,
            operationName: request.operationName,
            variables: request.variables,
            context,
            schema,
            defer: delivery?.takesParts(requestContext) ?? false,
            // What a mutation has begun, it ends.
            signal: operation.operation === "query" ? signalOf(context) : undefined,
          });
          if (!("initialResult" in result)) return result as GatewayExecutionResult;
          delivery?.deliver(context, result.subsequentResults);
          const { hasNext: _hasNext, ...first } = result.initialResult;
          return first as GatewayExecutionResult;
        },
      };
    },
    stop: async () => {},
  };
}
