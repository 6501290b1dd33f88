/** Stock Apollo Gateway behind the door: the other engine that can be chosen. */
import { ApolloGateway } from "@apollo/gateway";
import { createSigner } from "../../kit/access/identity.ts";
import type { Log } from "../../kit/server/log.ts";
import { withGivenScalars, type GivenScalars } from "../engine/state/given-scalars.ts";
import type { Env } from "../env.ts";
import { loadSupergraph } from "../supergraph/load.ts";
import { servedSupergraph } from "../supergraph/variant.ts";
import { SignedDataSource } from "../supergraph/signed-data-source.ts";

/** A gateway over the environment's supergraph that checks values of `scalars`; rejects when that cannot be loaded. */
export async function createStockGateway(env: Env, log: Log, scalars: GivenScalars): Promise<ApolloGateway> {
  const sign = createSigner({ issuer: "router", privateKey: env.IDENTITY_PRIVATE_KEY });
  const gateway = new ApolloGateway({
    supergraphSdl: servedSupergraph(env, await loadSupergraph(env.SUPERGRAPH_FILE)),
    logger: log,
    buildService: ({ name, url }) => {
      const base = env.SUBGRAPH_URLS[name];
      return new SignedDataSource({
        name,
        sign,
        url: base ? `${base}/graphql` : (url ?? ""),
        timeoutMs: env.SUBGRAPH_TIMEOUT_MS,
      });
    },
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => void withGivenScalars(apiSchema, scalars));
  return gateway;
}
