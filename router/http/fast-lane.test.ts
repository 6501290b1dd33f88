/** The fast lane beside the plain way through Apollo Server: the same answers, headers and requests to subgraphs, whatever came before. */
import type { ApolloServer, ApolloServerPlugin } from "@apollo/server";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { executeGraphql, type HttpRequest, type HttpResponse } from "../../kit/server/http.ts";
import type { Log } from "../../kit/server/log.ts";
import { maskErrors } from "../../kit/graphql/mask-plugin.ts";
import { createEngineGateway, type EngineGateway } from "../engine/gateway.ts";
import { composeGraph, testGraph } from "../engine/in-process-graph.ts";
import { guardGraph } from "../guard/graph-weights.ts";
import { createApolloServer } from "./apollo.ts";
import { createFastLane, type FastLane } from "./fast-lane.ts";
import { delivery } from "./incremental-delivery.ts";
import { standaloneLimits } from "./testing/standalone-limits.ts";

const item = `type Item @key(fields: "id") { id: ID!`;
const limits = { ...standaloneLimits.limits, answerFields: 100 };
let orders = 0;
const graph = testGraph({
  items: {
    sdl: `type Query { item(id: ID!): Item items(first: Int = 2): [Item!]! } type Mutation { order(id: ID!): Int } ${item} name: String! }`,
    resolvers: {
      Query: {
        item: (_: unknown, { id }: { id: string }) => ({ id, name: id === "bad" ? null : `n${id}` }),
        items: (_: unknown, { first }: { first: number }) =>
          Array.from({ length: first }, (_each, n) => ({ id: n, name: `n${n}` })),
      },
      Mutation: { order: () => (orders += 1) },
      Item: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `n${id}` }) },
    },
  },
  stock: {
    sdl: `${item} count: Int }`,
    resolvers: {
      Item: { __resolveReference: ({ id }: { id: string }) => ({ id, count: id === "7" ? "none" : Number(id) }) },
    },
  },
});

type Context = { log: Log; traceId: string };
const context = (): Context => ({ log: pino({ level: "silent" }), traceId: "0" });

/** Documents that a way let through to its Apollo Server. */
function counting(): ApolloServerPlugin<Context> & { count: number } {
  const plugin = {
    count: 0,
    async requestDidStart() {
      plugin.count += 1;
    },
  };
  return plugin;
}

async function open(): Promise<{
  server: ApolloServer<Context>;
  lane: FastLane<Context>;
  gateway: EngineGateway;
  seen: { count: number };
}> {
  const gateway = createEngineGateway(graph.engine, () => undefined, delivery);
  const { guard, plugins: guards } = guardGraph<Context>(limits);
  const lane = createFastLane<Context>(gateway, guard, standaloneLimits.documentBytes);
  const seen = counting();
  const server = createApolloServer<Context>({
    gateway,
    log: pino({ level: "silent" }),
    introspection: true,
    maxTokens: 1_000,
    documentBytes: standaloneLimits.documentBytes,
    guards,
    csrfPrevention: true,
    plugins: [maskErrors, lane.plugin, seen],
  });
  await server.start();
  return { server, lane, gateway, seen };
}

let plain: Awaited<ReturnType<typeof open>>;
let quick: Awaited<ReturnType<typeof open>>;
beforeAll(async () => void (plain = await open()));
beforeEach(async () => {
  await quick?.server.stop();
  quick = await open();
});
afterAll(async () => {
  await plain.server.stop();
  await quick.server.stop();
});

type Sent = { body: unknown; accept?: string | undefined; method?: string; search?: string };

const requestOf = ({ accept, method = "POST", search = "" }: Sent): HttpRequest => ({
  method,
  url: new URL(`http://localhost/graphql${search}`),
  headers: { "content-type": "application/json", ...(accept === undefined ? {} : { accept }) },
  rawBody: Buffer.alloc(0),
  remoteAddress: "",
  signal: new AbortController().signal,
});

async function textOf({ status, headers, body }: HttpResponse): Promise<object> {
  if (typeof body === "object" && !Buffer.isBuffer(body))
    return { status, headers, parts: await Array.fromAsync(body) };
  return { status, headers, body: String(body) };
}

/** What `way` answers, and what it asked subgraphs for. */
async function taken(way: () => Promise<HttpResponse>): Promise<object> {
  graph.answerWith();
  orders = 0;
  const answer = await textOf(await way());
  return { answer, asked: graph.requests.map(({ subgraph, body }) => `${subgraph} ${body}`).toSorted() };
}

/** Both ways, one after the other: a body of its own for each, as from the wire. */
async function compare(sent: Sent): Promise<void> {
  const body = () => structuredClone(sent.body);
  const expected = await taken(() => executeGraphql(plain.server, requestOf(sent), body(), context()));
  const actual = await taken(() => quick.lane.execute(quick.server, requestOf(sent), body(), context()));
  expect(actual).toEqual(expected);
}

const named = "query One($id: ID! = 3) { item(id: $id) { id name count } }";
const texts = [
  named,
  "{ items { name count } __typename }",
  "query ($first: Int) { items(first: $first) { id } }",
  "query A { items { id } } query B { item(id: 1) { name } }",
  "mutation ($id: ID!) { order(id: $id) }",
  "{ item(id: 7) { id count } }",
  '{ item(id: "bad") { name } items { id } }',
  "query ($no: Boolean! = false) { item(id: 2) { id ... @defer(if: $no) { count } } }",
  "{ item(id: 2) { id ... @defer { count } } }",
  "{ __schema { queryType { name } } }",
  "{ nothing }",
  "{ items {",
  "",
];
const accepts = [
  undefined,
  "*/*",
  "application/json",
  "application/graphql-response+json, application/json;q=0.9",
  "multipart/mixed;deferSpec=20220824, application/json",
  "multipart/mixed;deferSpec=20220824",
  "text/plain",
];
const variables = [
  undefined,
  null,
  {},
  { id: "1" },
  { id: "bad" },
  { id: 5, first: 1 },
  { id: null },
  { id: {} },
  { no: true },
  { first: "x" },
  [],
  "{}",
];
const names = [undefined, null, "", "One", "A", "B", "C", 7];
const extensions = [undefined, null, {}, { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } }, "text"];

/** Mostly what clients send, now and then anything. */
const mostly = <T>(usual: readonly T[], all: readonly T[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.constantFrom(...all) });
const anyBody = fc
  .record({
    query: mostly(texts.slice(0, 3), texts),
    variables: mostly(variables.slice(0, 4), variables),
    operationName: mostly(names.slice(0, 1), names),
    extensions: mostly(extensions.slice(0, 1), extensions),
  })
  .map((body) => Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)));
const anySent: fc.Arbitrary<Sent> = fc.record({
  body: fc.oneof(
    { weight: 12, arbitrary: anyBody },
    fc.constantFrom(undefined, null, [], [{ query: "{ items { id } }" }], "text", {}),
  ),
  accept: mostly(accepts.slice(0, 2), accepts),
  method: mostly(["POST"], ["POST", "GET", "PUT"]),
  search: mostly([""], ["", "?query={items{id}}"]),
});

const inParts = "multipart/mixed;deferSpec=20220824, application/json";

test.each<[string, ...Sent[]]>([
  [
    "a variable that makes the answer come in parts",
    {
      accept: inParts,
      body: { query: "query ($no: Boolean! = false) { item(id: 2) { id ... @defer(if: $no) { count } } }" },
    },
    {
      accept: inParts,
      body: {
        query: "query ($no: Boolean! = false) { item(id: 2) { id ... @defer(if: $no) { count } } }",
        variables: { no: true },
      },
    },
  ],
  [
    "the mutation of a document with a query",
    { body: { query: "query A { items { id } } mutation B { order(id: 1) }", operationName: "A" } },
    { body: { query: "query A { items { id } } mutation B { order(id: 1) }", operationName: "B" } },
  ],
  [
    "a variable that makes the answer too large",
    { body: { query: "query ($first: Int) { items(first: $first) { id } }", variables: { first: 3 } } },
    { body: { query: "query ($first: Int) { items(first: $first) { id } }", variables: { first: 500 } } },
  ],
  [
    "an operation that the document does not have",
    { body: { query: named, operationName: "One" } },
    { body: { query: named, operationName: "Two" } },
  ],
])("%s, after what the lane may have learned", async (_, first, second) => {
  await compare(first);
  await compare(first);
  const before = quick.seen.count;
  await compare(second);
  expect(quick.seen.count).toBe(before + 1);
});

test("any sequence of requests is answered as without the lane", async () => {
  let past = 0;
  let all = 0;
  await fc.assert(
    fc
      .asyncProperty(fc.array(anySent, { minLength: 10, maxLength: 30 }), async (requests) => {
        const before = quick.seen.count - plain.seen.count;
        for (const sent of requests) await compare(sent);
        past += before - (quick.seen.count - plain.seen.count);
        all += requests.length;
      })
      .beforeEach(async () => {
        await quick.server.stop();
        quick = await open();
      }),
    { numRuns: 60 },
  );
  // Else nothing was compared.
  expect(past / all).toBeGreaterThan(0.1);
});

describe("a query that was let through", () => {
  const send = (text: string, given: object = {}, accept?: string) =>
    quick.lane.execute(quick.server, requestOf({ body: null, accept }), { query: text, ...given }, context());

  test("goes past Apollo Server the next time, also by its name and with other variables", async () => {
    await send(named);
    expect(quick.seen.count).toBe(1);
    const { body } = await send(named, { operationName: "One", variables: { id: "5" } });
    expect(body).toBe('{"data":{"item":{"id":"5","name":"n5","count":5}}}');
    expect(quick.seen.count).toBe(1);
  });

  test("so does one that was named by a hash, which the document gate has put the text for", async () => {
    await send(named, { extensions: {} });
    await send(named, { extensions: { other: 1 } });
    expect(quick.seen.count).toBe(1);
  });

  test("goes through it for another form of answer, until that is known as well", async () => {
    await send(named);
    await send(named, {}, "application/json");
    expect(quick.seen.count).toBe(2);
    await send("{ items { id } }", {}, "application/json");
    await send("{ items { id } }");
    expect(quick.seen.count).toBe(3);
  });

  test("goes through it where it has errors, and is not run twice", async () => {
    await send(named);
    const answer = await taken(() => send(named, { variables: { id: "bad" } }));
    expect(answer).toMatchObject({
      answer: { status: 200, body: expect.stringContaining('"code":') },
      asked: [expect.stringContaining("items ")],
    });
    expect(quick.seen.count).toBe(2);
  });

  test("goes through it again once the graph is another one", async () => {
    await send(named);
    graph.engine.load(graph.supergraphSdl);
    try {
      quick.gateway.announce();
      plain.gateway.announce();
      await send(named);
      expect(quick.seen.count).toBe(2);
      await send(named);
      expect(quick.seen.count).toBe(2);
      graph.engine.load(composeGraph({ items: { sdl: "type Query { other: Int }" } }));
      quick.gateway.announce();
      expect(await send(named)).toMatchObject({ status: 400 });
    } finally {
      graph.engine.load(graph.supergraphSdl);
      quick.gateway.announce();
      plain.gateway.announce();
    }
  });
});
