/** What Apollo Sandbox sends from a browser, at the public door of a development system. */
import { exportJWK, generateKeyPair } from "jose";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getIntrospectionQuery } from "graphql";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunningHttp } from "../../kit/server/http.ts";
import { composeGraph } from "../engine/in-process-graph.ts";
import { env } from "../env.ts";
import { startRouter } from "./server.ts";

const studio = "https://studio.apollographql.com";
const embedded = "https://sandbox.embed.apollographql.com";
let folder: string;
let supergraph: string;
let router: RunningHttp | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sandbox-"));
  supergraph = join(folder, "supergraph.graphql");
  await writeFile(supergraph, composeGraph({ menu: { sdl: "type Query { greeting: String }" } }));
  await writeFile(join(folder, "operations.json"), JSON.stringify({ operations: {} }));
});
afterEach(async () => {
  await router?.stop();
  await rm(folder, { recursive: true });
});

async function start(settings: Record<string, string> = {}): Promise<string> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  router = await startRouter(
    env.parse({
      PORT: "0",
      SUPERGRAPH_FILE: supergraph,
      OPERATIONS_FILE: join(folder, "operations.json"),
      JWKS_URL: "http://127.0.0.1:9/",
      ENDED_SESSIONS_URL: "http://127.0.0.1:9/",
      IDENTITY_PRIVATE_KEY: JSON.stringify({ kid: "router", ...(await exportJWK(privateKey)) }),
      LOG_LEVEL: "silent",
      ...settings,
    }),
    {},
  );
  return router.url;
}

/** The preflight of a request to a machine of the private network, with the headers that the Explorer sends. */
const ask = (url: string, origin: string) =>
  fetch(`${url}/graphql`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "apollo-require-preflight,authorization,content-type,x-apollo-operation-name",
      "access-control-request-private-network": "true",
    },
  });

test.for([studio, embedded])("the preflight of %s is answered, for the private network too", async (origin) => {
  const response = await ask(await start(), origin);
  expect(response.status).toBe(204);
  const headers = Object.fromEntries(response.headers);
  expect(headers).toMatchObject({
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-allow-private-network": "true",
    "access-control-allow-methods": expect.stringContaining("POST"),
  });
  const allowed = headers["access-control-allow-headers"]?.split(", ") ?? [];
  for (const name of ["apollo-require-preflight", "authorization", "content-type", "x-apollo-operation-name"])
    expect(allowed).toContain(name);
});

test("its introspection query is answered, and the answer may be read", async () => {
  const url = await start();
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: {
      origin: studio,
      accept: "multipart/mixed;deferSpec=20220824,application/json",
      "content-type": "application/json",
      "apollo-require-preflight": "true",
      "x-apollo-operation-name": "IntrospectionQuery",
    },
    body: JSON.stringify({ operationName: "IntrospectionQuery", query: getIntrospectionQuery(), variables: {} }),
  });
  expect(response.headers.get("access-control-allow-origin")).toBe(studio);
  const { data } = (await response.json()) as { data: { __schema: { queryType: { name: string } } } };
  expect(data.__schema.queryType.name).toBe("Query");
});

test("`/` and the IDE link to it with the endpoint filled in as the browser reaches it", async () => {
  const url = await start();
  const link = `${studio}/sandbox/explorer?endpoint=${encodeURIComponent(`${url}/graphql`)}`;
  expect(await (await fetch(`${url}/`)).text()).toContain(`href="${link}"`);
  expect(await (await fetch(`${url}/ide/setup.json`)).json()).toMatchObject({ sandbox: link });
});

test.for([
  ["in production", { NODE_ENV: "production" }, studio],
  ["where others reach the router", { HOST: "0.0.0.0" }, studio],
  ["where its setting is off", { APOLLO_SANDBOX: "off" }, studio],
  ["for any other origin", {}, "https://studio.apollographql.com.evil.test"],
] as const)("nobody is let in %s", async ([, settings, origin]) => {
  const url = (await start(settings)).replace("0.0.0.0", "127.0.0.1");
  const { headers } = await ask(url, origin);
  expect(headers.get("access-control-allow-origin")).toBeNull();
  expect(headers.get("access-control-allow-private-network")).toBeNull();
  if (origin === studio) expect(await (await fetch(`${url}/`)).text()).not.toContain(studio);
});
