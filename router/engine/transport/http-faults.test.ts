/** Subgraphs behind real sockets that do everything wrong: the rest of the answer stays, and so does the process. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ExecutionResult } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEngine, type Engine } from "../engine.ts";
import { composeGraph } from "../in-process-graph.ts";
import { createSubgraphClient, refusesRequest } from "./subgraph-client.ts";

type Answer = (response: ServerResponse) => void;

const supergraphSdl = composeGraph({
  shop: { sdl: `type Query { items: [Item!] shop: String } type Item @key(fields: "id") { id: ID! name: String }` },
  stock: { sdl: `type Item @key(fields: "id") { id: ID! count: Int place: Place } type Place { row: Int! }` },
});
const json = { "content-type": "application/json" };
const shop = { data: { shop: "open", items: [{ __typename: "Item", id: "1", name: "n1" }] } };
const stock = { data: { _entities: [{ count: 3, place: { row: 1 } }] } };

let answer: Answer = () => {};
const servers: Server[] = [];
let client: ReturnType<typeof createSubgraphClient>;
let engine: Engine;
let address = "";

async function serve(respond: Answer): Promise<string> {
  const server = createServer((request, response) => request.resume().on("end", () => respond(response)));
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  address = await serve((response) => answer(response));
  client = createSubgraphClient({
    urls: { shop: await serve((response) => response.writeHead(200, json).end(JSON.stringify(shop))), stock: address },
    timeoutMs: 300,
    maxAnswerBytes: 1_000_000,
    acceptStatus: refusesRequest,
    headers: () => ({}),
    onFailure: () => {},
  });
  engine = createEngine({ supergraphSdl, fetchSubgraph: client.fetchSubgraph });
});
afterAll(async () => {
  await client.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const ask = async (): Promise<ExecutionResult> =>
  JSON.parse(
    JSON.stringify(await engine.execute({ query: "{ shop items { name count place { row } } }" })),
  ) as ExecutionResult;
const body =
  (text: string): Answer =>
  (response) =>
    response.writeHead(200, json).end(text);

test.each<[string, Answer]>([
  ["never answers", () => {}],
  ["stalls in the middle of its answer", (response) => response.writeHead(200, json).write('{"data":')],
  ["breaks off before its answer", (response) => response.destroy()],
  [
    "breaks off in the middle of its answer",
    (response) => response.writeHead(200, { ...json, "content-length": "1000" }).write("{", () => response.destroy()),
  ],
  ["answers ten megabytes", body(`{"data":{"_entities":[{"count":"${"x".repeat(10_000_000)}"}]}}`)],
  ["answers a page", (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>")],
  ["answers half of its JSON", body('{"data":{"_entities":[{"count"')],
  ["answers an error of its server", (response) => response.writeHead(502, json).end('{"errors":[]}')],
  ["answers a list", body("[1]")],
  ["answers entities of another shape", body('{"data":{"_entities":{"0":{"count":1}}}}')],
])("a subgraph that %s: an error at the place, other data kept, nothing told", async (_case, respond) => {
  answer = respond;
  const { data, errors } = await ask();
  expect(data).toEqual({ shop: "open", items: [{ name: "n1", count: null, place: null }] });
  expect(errors).toEqual([
    expect.objectContaining({ path: ["items", 0], extensions: { code: "SUBGRAPH_UNAVAILABLE" } }),
  ]);
  expect(JSON.stringify(errors)).not.toContain(address.slice("http://".length));
});

test("after all of that the subgraph is asked again and its answer counts", async () => {
  answer = body(JSON.stringify(stock));
  expect(await ask()).toEqual({ data: { shop: "open", items: [{ name: "n1", count: 3, place: { row: 1 } }] } });
});

test("a key named __proto__ in the answer is a key like any other, and nobody's prototype", async () => {
  answer = body(
    '{"data":{"_entities":[{"__proto__":{"count":9,"polluted":true},"place":{"__proto__":{"row":9},"row":1}}]}}',
  );
  expect(await ask()).toMatchObject({ data: { items: [{ count: null, place: { row: 1 } }] } });
  expect("polluted" in {}).toBe(false);
});

test("when the one who asks goes away, the subgraph's request ends", async () => {
  const asked = Promise.withResolvers<ServerResponse>();
  answer = asked.resolve;
  const leaving = new AbortController();
  const result = engine.execute({ query: "{ items { count } }", signal: leaving.signal });
  const response = await asked.promise;
  const closed = new Promise((close) => response.once("close", close));
  leaving.abort();
  await closed;
  expect(await result).toMatchObject({ data: { items: [{ count: null }] } });
});
