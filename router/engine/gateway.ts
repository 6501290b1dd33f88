/** The engine as Apollo Server's gateway: schema in, executor out, later schemas announced. */
import type { GatewayInterface, GatewaySchemaLoadOrUpdateCallback } from "@apollo/server-gateway-interface";
import type { Engine } from "./contract.ts";
import { ReadyJson } from "./ready-json.ts";

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
        executor: async ({ document, request, operation, context, schema }) => {
          const result = await engine.executeText({
            query: document,
            operationName: request.operationName,
            variables: request.variables,
            context,
            schema,
            signal: signalOf(context),
          });
          const { dataText, errors } = "initial" in result ? result.initial : result;
          if (dataText === undefined) return errors ? { errors } : {};
          // Plugins look into what mutations answer; queries pass as text.
          const data = operation.operation === "mutation" ? JSON.parse(dataText) : new ReadyJson(dataText);
          return errors ? { errors, data } : { data };
        },
      };
    },
    stop: async () => {},
  };
}
