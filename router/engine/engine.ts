/** The engine: one supergraph in, answers out, pure of HTTP. */
import type { Engine, EngineOptions } from "./contract.ts";

export type * from "./contract.ts";

/** An engine over `supergraphSdl`; throws when that is no supergraph. */
export function createEngine(_options: EngineOptions): Engine {
  throw new Error("not built yet");
}
