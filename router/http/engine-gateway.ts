/** Our engine behind the door: over HTTP to the subgraphs, over a file that may change. */
import { readFile } from "node:fs/promises";
import { createSigner } from "../../kit/access/identity.ts";
import type { Log } from "../../kit/server/log.ts";
import type { SubgraphRequest } from "../engine/contract.ts";
import { createEngine } from "../engine/engine.ts";
import type { GivenScalars } from "../engine/state/given-scalars.ts";
import { createEngineGateway, type EngineGateway } from "../engine/gateway.ts";
import { createSubgraphClient, refusesRequest } from "../engine/transport/subgraph-client.ts";
import type { Env } from "../env.ts";
import { subgraphHeaders } from "../supergraph/subgraph-headers.ts";
import { servedSupergraph } from "../supergraph/variant.ts";
import { watchFile } from "../supergraph/watch.ts";
import type { RouterContext } from "./context.ts";
import { delivery } from "./incremental-delivery.ts";
import { tellPlan, tellWarmUp, type Registered } from "./warm-up.ts";

/**
 * A gateway over the environment's supergraph, which is read again whenever its file changes; rejects when it cannot be loaded.
 * Values of `scalars` are checked before a subgraph is asked. Registered operations are planned in the background: now, for a new graph before that is served, and when others are registered.
 */
export async function createAntarGateway(
  env: Env,
  log: Log,
  registered: Registered,
  scalars: GivenScalars,
): Promise<EngineGateway> {
  const sign = createSigner({ issuer: "router", privateKey: env.IDENTITY_PRIVATE_KEY });
  const supergraphSdl = await readFile(env.SUPERGRAPH_FILE, "utf8");
  const contextOf = (request: SubgraphRequest) => request.context as RouterContext;
  const client = createSubgraphClient({
    urls: Object.fromEntries(Object.entries(env.SUBGRAPH_URLS).map(([name, base]) => [name, `${base}/graphql`])),
    timeoutMs: env.SUBGRAPH_TIMEOUT_MS,
    maxAnswerBytes: env.SUBGRAPH_MAX_ANSWER_BYTES,
    acceptStatus: refusesRequest,
    headers: (request) => subgraphHeaders(sign, request.subgraph, contextOf(request)),
    onFailure: (error, request) => {
      // Whoever has left is told of once, where the request came in.
      if (!request.signal.aborted)
        contextOf(request).log.warn({ err: error, subgraph: request.subgraph }, "subgraph failed");
    },
  });
  const engine = createEngine({
    supergraphSdl: servedSupergraph(env, supergraphSdl),
    fetchSubgraph: client.fetchSubgraph,
    scalars,
    planCacheBytes: env.PLAN_CACHE_BYTES,
    maxElements: env.MAX_ANSWER_ELEMENTS,
    onPlan: tellPlan(log),
  });
  const documents = () => registered.documents().values();
  const warm = async (occasion: string) => tellWarmUp(log, occasion, await engine.warm(documents()));
  void warm("start");
  registered.onReplaced(() => void warm("registered operations were replaced"));
  const gateway = createEngineGateway(engine, (context) => (context as RouterContext).signal, delivery);
  const unwatch = watchFile({
    file: env.SUPERGRAPH_FILE,
    last: supergraphSdl,
    async onChange(text) {
      const done = await engine.loadWarm(servedSupergraph(env, text), documents());
      gateway.announce();
      tellWarmUp(log, "new supergraph", done);
      log.info("the supergraph was replaced");
    },
    onError: (error) => log.error({ err: error }, "the new supergraph was refused; the old one stays"),
  });
  return {
    ...gateway,
    async stop() {
      unwatch();
      engine.stop();
      await client.close();
    },
  };
}
