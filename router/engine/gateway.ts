/** The engine as Apollo Server's gateway: schema in, executor out, later schemas announced. */
import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
  GatewayInterface,
  GatewaySchemaLoadOrUpdateCallback,
} from "@apollo/server-gateway-interface";
import type { Engine, IncrementalResult } from "./contract.ts";

/** What becomes of parts that come after the first, which is all that Apollo Server takes. */
export type Delivery = {
  takesParts(request: GatewayGraphQLRequestContext): boolean;
  /** Takes the other parts of the answer to the request with this context. */
  deliver(context: unknown, parts: IncrementalResult["subsequentResults"]): void;
};

export type EngineGateway = GatewayInterface & {
  /** Tells Apollo Server of the engine's present schema, after a `load`. */
  announce(): void;
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
    onSchemaLoadOrUpdate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async load() {
      listeners.forEach(tell);
      return {
        executor: async (requestContext) => {
          const { document, request, context, schema, operation } = requestContext;
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
