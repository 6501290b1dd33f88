/** Our engine behind the door: over HTTP to the subgraphs, over a file that may change. */
import { readFile } from "node:fs/promises";
import { createSigner } from "../../kit/identity.ts";
import type { Log } from "../../kit/log.ts";
import type { SubgraphRequest } from "../engine/contract.ts";
import { createEngine } from "../engine/engine.ts";
import { createEngineGateway, type EngineGateway } from "../engine/gateway.ts";
import { createSubgraphClient } from "../engine/transport/subgraph-client.ts";
import type { Env } from "../env.ts";
import { subgraphHeaders } from "../supergraph/subgraph-headers.ts";
import { servedSupergraph } from "../supergraph/variant.ts";
import { watchFile } from "../supergraph/watch.ts";
import type { RouterContext } from "./context.ts";
import { delivery } from "./incremental-delivery.ts";

/** A gateway over the environment's supergraph, which is read again whenever its file changes; rejects when it cannot be loaded. */
export async function createAntarGateway(env: Env, log: Log): Promise<EngineGateway> {
  const sign = createSigner({ issuer: "router", privateKey: env.IDENTITY_PRIVATE_KEY });
  const supergraphSdl = await readFile(env.SUPERGRAPH_FILE, "utf8");
  const contextOf = (request: SubgraphRequest) => request.context as RouterContext;
  const client = createSubgraphClient({
    urls: Object.fromEntries(Object.entries(env.SUBGRAPH_URLS).map(([name, base]) => [name, `${base}/graphql`])),
    timeoutMs: env.SUBGRAPH_TIMEOUT_MS,
    maxAnswerBytes: env.SUBGRAPH_MAX_ANSWER_BYTES,
    acceptFailedStatus: false,
    headers: (request) => subgraphHeaders(sign, request.subgraph, contextOf(request)),
    onFailure: (error, request) =>
      contextOf(request).log.warn({ err: error, subgraph: request.subgraph }, "subgraph failed"),
  });
  const engine = createEngine({
    supergraphSdl: servedSupergraph(env, supergraphSdl),
    fetchSubgraph: client.fetchSubgraph,
  });
  const gateway = createEngineGateway(engine, (context) => (context as RouterContext).signal, delivery);
  const unwatch = watchFile(
    env.SUPERGRAPH_FILE,
    supergraphSdl,
    async (text) => {
      await engine.loadWarm(servedSupergraph(env, text));
      gateway.announce();
      log.info("the supergraph was replaced");
    },
    (error) => log.error({ err: error }, "the new supergraph was refused; the old one stays"),
  );
  return {
    ...gateway,
    async stop() {
      unwatch();
      await client.close();
    },
  };
}
