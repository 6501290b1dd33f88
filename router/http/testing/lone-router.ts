/** For tests: the router over the committed graph, for requests that reach no subgraph and need no key. */
import { exportJWK, generateKeyPair } from "jose";
import { join } from "node:path";
import type { RunningHttp } from "../../../kit/server/http.ts";
import { env } from "../../env.ts";
import { startRouter } from "../server.ts";

const schemaFolder = join(import.meta.dirname, "../../../schema");

/** The committed supergraph. */
export const supergraphFile = join(schemaFolder, "supergraph.graphql");

/** Starts it on a free port with `settings` beside the necessary ones. */
export async function startLoneRouter(settings: Record<string, string>): Promise<RunningHttp> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  return startRouter(
    env.parse({
      PORT: "0",
      SUPERGRAPH_FILE: supergraphFile,
      OPERATIONS_FILE: join(schemaFolder, "operations.json"),
      JWKS_URL: "http://127.0.0.1:9/",
      IDENTITY_PRIVATE_KEY: JSON.stringify({ kid: "router", ...(await exportJWK(privateKey)) }),
      LOG_LEVEL: "silent",
      ...settings,
    }),
  );
}
