/** A subgraph that takes requests and never answers, or never ends its answer: it costs its own fields, nothing else. */
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { exportJWK, generateKeyPair } from "jose";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readEnv } from "../../kit/server/env.ts";
import type { RunningHttp } from "../../kit/server/http.ts";
import { env } from "../env.ts";
import { startRouter } from "../http/server.ts";

const restaurant = {
  __typename: "Restaurant",
  id: "rst_1",
  name: "Warung",
  prepSeconds: 600,
  location: { __typename: "Location", latitude: -6.2, longitude: 106.8 },
};
const estimateQuery = `query Estimate {
  restaurant(id: "rst_1") { name deliveryEstimate(to: { latitude: -6.21, longitude: 106.81 }) { etaSeconds } } }`;

// Planning on a busy machine takes its time; a missing deadline shows all the same, as the answer then never comes.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let servers: Server[];
let router: RunningHttp;
beforeEach(() => void (servers = []));
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await router.stop();
});

/** A subgraph by hand: `answer` gets each query. */
async function subgraph(answer: (query: string, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    void text(request).then((body) => answer((JSON.parse(body) as { query: string }).query, response));
  });
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (data: object) =>
  subgraph((_query, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ data }));
  });

/** The router over these subgraphs, with a short deadline. */
async function open(urls: Record<string, string>): Promise<void> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: "router-1", alg: "EdDSA" };
  router = await startRouter(
    readEnv(env, {
      PORT: "0",
      SUBGRAPH_URLS: JSON.stringify(urls),
      JWKS_URL: "http://127.0.0.1:9/jwks.json",
      IDENTITY_PRIVATE_KEY: JSON.stringify(key),
      ROUTER_ENGINE: "apollo",
      SUBGRAPH_TIMEOUT_MS: "1000",
      LOG_LEVEL: "silent",
    }),
  );
}

type Answer = { status: number; data: unknown; errors?: { path?: string[]; code?: string }[] };

async function ask(query: string): Promise<Answer> {
  const response = await fetch(`${router.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const body = (await response.json()) as {
    data: unknown;
    errors?: { path?: string[]; extensions?: { code?: string } }[];
  };
  const errors = (body.errors ?? []).map(({ path, extensions }) => ({ ...(path && { path }), ...extensions }));
  return { status: response.status, data: body.data, errors };
}

/** The answer's codes, once each error is seen to name the field's path; stock gateway leaves the path of a failed fetch out. */
function codes({ errors = [] }: Answer, path: string): (string | undefined)[] {
  for (const error of errors) expect([path, undefined]).toContain(error.path?.join("."));
  return errors.map(({ code }) => code);
}

const unavailable = ["SUBGRAPH_UNAVAILABLE"];
const kept = { restaurant: { name: "Warung", deliveryEstimate: null } };

test("a subgraph that accepts and never answers costs the fields it was asked for, the rest is kept", async () => {
  let asked = 0;
  const silent = await subgraph(() => void asked++);
  await open({ menu: await answering({ restaurant }), delivery: silent });
  const answer = await ask(estimateQuery);
  expect(answer).toMatchObject({ status: 200, data: kept });
  expect(codes(answer, "restaurant.deliveryEstimate")).toEqual(unavailable);
  expect(asked).toBeGreaterThan(0);
});

test("so does one that begins to answer and never ends", async () => {
  const stalling = await subgraph((_query, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write(`{"data":{`);
  });
  await open({ menu: await answering({ restaurant }), delivery: stalling });
  const answer = await ask(estimateQuery);
  expect(answer).toMatchObject({ status: 200, data: kept });
  expect(codes(answer, "restaurant.deliveryEstimate")).toEqual(unavailable);
});

test("a root field fails at its own path, beside one that is answered", async () => {
  const silent = await subgraph(() => {});
  await open({ menu: await answering({ restaurant }), delivery: silent });
  const answer = await ask(`{ restaurant(id: "rst_1") { name } zones { id } }`);
  expect(answer).toMatchObject({ status: 200, data: { restaurant: { name: "Warung" }, zones: null } });
  expect(codes(answer, "zones")).toEqual(unavailable);
});

test("the deadline cuts the connection, so that a silent subgraph holds nothing of the router's", async () => {
  const closed = Promise.withResolvers<void>();
  const silent = await subgraph((_query, response) => void response.once("close", () => closed.resolve()));
  await open({ menu: await answering({ restaurant }), delivery: silent });
  await ask(estimateQuery);
  await closed.promise;
});
