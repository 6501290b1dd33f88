/** The engine as Apollo Server's gateway: schema in, executor out, later schemas announced. */
import type {
  GatewayExecutionResult,
  GatewayInterface,
  GatewaySchemaLoadOrUpdateCallback,
} from "@apollo/server-gateway-interface";
import type { Engine } from "./contract.ts";

export type EngineGateway = GatewayInterface & {
  /** Tells Apollo Server of the engine's present schema, after a `load`. */
  announce(): void;
};

/** `signalOf` gives the signal that aborts when the client of a request goes away. */
export function createEngineGateway(
  engine: Engine,
  signalOf: (context: unknown) => AbortSignal | undefined,
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
        executor: async ({ document, request, context, schema, operation }) => {
          const result = await engine.executeValid({
            query: document,
            operationName: request.operationName,
            variables: request.variables,
            context,
            schema,
            // What a mutation has begun, it ends.
            signal: operation.operation === "query" ? signalOf(context) : undefined,
          });
          return ("initialResult" in result ? result.initialResult : result) as GatewayExecutionResult;
        },
      };
    },
    stop: async () => {},
  };
}
