/** Deferred parts at the public door: registered documents alone are answered, and those that defer come in parts. */
import { exportJWK, generateKeyPair } from "jose";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningHttp } from "../../kit/server/http.ts";
import { composeGraph } from "../engine/in-process-graph.ts";
import { env } from "../env.ts";
import { startRouter } from "./server.ts";

const document = "query Me { me { name ... @defer { stars } } }";
const sha256 = (value: string) => createHash("sha256").update(value).digest("hex");
const accept = "multipart/mixed;deferSpec=20220824, application/json";
const origin = "https://app.test";

let folder: string;
let subgraph: Server;
let router: RunningHttp;
beforeAll(async () => {
  subgraph = createServer((request, response) => {
    void text(request).then((body) => {
      const data = body.includes("stars") ? { _entities: null } : { me: { __typename: "User", id: "1", name: "Ann" } };
      const errors = [{ message: "relation users does not exist", path: ["_entities"] }];
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(data._entities === null ? { data, errors } : { data }));
    });
  });
  await new Promise<void>((listening) => subgraph.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(subgraph.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), "deferred-documents-"));
  const [supergraph, operations] = [join(folder, "supergraph.graphql"), join(folder, "operations.json")];
  const sdl = composeGraph({
    users: { sdl: `type Query { me: User } type User @key(fields: "id") { id: ID! name: String stars: Int }` },
  });
  await writeFile(supergraph, sdl);
  await writeFile(operations, JSON.stringify({ operations: { [sha256(document)]: { document } } }));
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  router = await startRouter(
    env.parse({
      PORT: "0",
      SUPERGRAPH_FILE: supergraph,
      OPERATIONS_FILE: operations,
      TRUSTED_DOCUMENTS: "on",
      SUBGRAPH_URLS: JSON.stringify({ users: url }),
      CORS_ORIGINS: origin,
      // Nobody signs in here.
      JWKS_URL: "http://127.0.0.1:9/",
      IDENTITY_PRIVATE_KEY: JSON.stringify({ kid: "router", ...(await exportJWK(privateKey)) }),
      LOG_LEVEL: "silent",
    }),
  );
});
afterAll(async () => {
  await router?.stop();
  subgraph.closeAllConnections();
  subgraph.close();
  await rm(folder, { recursive: true });
});

const ask = (body: object) =>
  fetch(`${router.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept, origin },
    body: JSON.stringify(body),
  });

test("a registered document is answered in parts by its hash; what goes wrong later is told under the trace id alone", async () => {
  const response = await ask({ documentId: `sha256:${sha256(document)}` });
  expect(response.headers.get("content-type")).toBe('multipart/mixed; boundary="-"; deferSpec=20220824');
  expect(response.headers.get("access-control-allow-origin")).toBe(origin);
  const [first, later] = (await response.text()).split("\r\n---").flatMap((part) => {
    const json = part.slice(part.indexOf("{"));
    return part.includes("{") ? [JSON.parse(json) as object] : [];
  });
  expect(first).toEqual({ data: { me: { name: "Ann" } }, hasNext: true });
  expect(later).toEqual({
    incremental: [
      {
        path: ["me"],
        data: { stars: null },
        errors: [
          {
            message: "Something went wrong on our side.",
            path: ["me"],
            extensions: { code: "INTERNAL_SERVER_ERROR", traceId: expect.any(String) },
          },
        ],
      },
    ],
    hasNext: false,
  });
});

test("another document is refused, deferred or not", async () => {
  expect((await ask({ query: document.replace("Me", "Other") })).status).toBe(403);
});
