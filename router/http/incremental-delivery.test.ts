/** Answers in parts through the whole router, on sockets: what is written when, to whom, and what ends when a client leaves. */
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RunningHttp } from "../../kit/server/http.ts";
import { composeGraph } from "../engine/in-process-graph.ts";
import { createFetcher } from "../ide/page/fetcher.ts";
import { startOpenRouter } from "./open-router.ts";
import { standaloneLimits } from "./testing/standalone-limits.ts";

const user = { __typename: "User", id: "1", name: "Ann" };
const query = '{ me { name ... @defer(label: "s") { stars } } }';
const partsType = 'multipart/mixed; boundary="-"; deferSpec=20220824';
const accept = "multipart/mixed;deferSpec=20220824, application/json";

/** How the subgraph of later parts answers the request that came last; it does not before it is told. */
let asked: PromiseWithResolvers<ServerResponse>;
let answer: PromiseWithResolvers<unknown>;
const stars = { data: { _entities: [{ stars: 4 }] } };

const servers: Server[] = [];
async function serve(onRequest: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => void request.resume().on("end", () => onRequest(response)));
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const write = (response: ServerResponse, value: unknown) =>
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));

let folder: string;
let router: RunningHttp;
beforeAll(async () => {
  const users = await serve((response) => write(response, { data: { me: user, signIn: user, place: user } }));
  const later = await serve((response) => {
    asked.resolve(response);
    void answer.promise.then((value) => write(response, value));
  });
  const type = `type User @key(fields: "id") { id: ID!`;
  const sdl = composeGraph({
    users: { sdl: `type Query { me: User } type Mutation { signIn: User place: User } ${type} name: String }` },
    later: { sdl: `${type} stars: Int! }` },
  });
  folder = await mkdtemp(join(tmpdir(), "incremental-"));
  const supergraphFile = join(folder, "supergraph.graphql");
  await writeFile(supergraphFile, sdl.replace("http://users", users).replace("http://later", later));
  router = await startOpenRouter({
    supergraphFile,
    host: "127.0.0.1",
    port: 0,
    introspection: false,
    subgraphErrors: false,
    timeoutMs: 30_000,
    maxAnswerBytes: 1_000_000,
    ...standaloneLimits,
    maxBodyBytes: 100_000,
    fastLane: true,
    log: pino({ level: "silent" }),
  });
});
afterAll(async () => {
  await router?.stop();
  for (const server of servers) server.closeAllConnections();
  for (const server of servers) server.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  asked = Promise.withResolvers();
  answer = Promise.withResolvers();
});

const post = (body: object, headers: Record<string, string>, signal?: AbortSignal): Promise<Response> =>
  fetch(`${router.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });

/** Reads until `end` has come. */
async function readUntil(reader: ReadableStreamDefaultReader<string>, end: string): Promise<string> {
  let text = "";
  while (!text.includes(end)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`ended after ${text}`);
    text += value;
  }
  return text;
}

const readerOf = (response: Response) => response.body!.pipeThrough(new TextDecoderStream()).getReader();
const head = "content-type: application/json; charset=utf-8\r\n\r\n";
const firstPart = `\r\n---\r\n${head}{"data":{"me":{"name":"Ann"}},"hasNext":true}\r\n---\r\n`;
const lastPart = `${head}{"incremental":[{"label":"s","path":["me"],"data":{"stars":4}}],"hasNext":false}\r\n-----\r\n`;

test("each part is written when it is there, the first before the others' subgraphs have answered", async () => {
  const response = await post({ query }, { accept });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe(partsType);
  const reader = readerOf(response);
  expect(await readUntil(reader, '"hasNext":true}\r\n---\r\n')).toBe(firstPart);
  await asked.promise;
  answer.resolve(stars);
  expect(await readUntil(reader, "-----\r\n")).toBe(lastPart);
  expect((await reader.read()).done).toBe(true);
});

describe("who gets parts", () => {
  beforeEach(() => answer.resolve(stars));
  const whole = { data: { me: { name: "Ann", stars: 4 } } };

  test.each([
    "multipart/mixed;deferSpec=20220824",
    'multipart/mixed; deferSpec="20220824"',
    "Multipart/Mixed ; DEFERSPEC=20220824",
    "multipart/mixed",
    'multipart/mixed; boundary="a,b"; deferSpec=20220824;q=1',
    "multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9",
    'multipart/mixed;boundary="graphql";subscriptionSpec=1.0, multipart/mixed;deferSpec=20220824, application/json',
    "application/json;q=0.5, multipart/mixed;deferSpec=20220824;q=0.8",
  ])("accept: %s", async (header) => {
    const response = await post({ query }, { accept: header });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, partsType]);
    expect(await response.text()).toBe(firstPart + lastPart);
  });

  test.each([
    "application/json",
    "*/*",
    "application/json, multipart/mixed;deferSpec=20220824;q=0",
    "application/json, multipart/mixed;deferSpec=20220824;q=0.1",
    "application/json, multipart/mixed;deferSpec=20991231",
    "multipart/mixed;subscriptionSpec=1.0, application/json",
    "multipart/mixed;incrementalSpec=v0.2, application/json",
    "multipart/mixed;deferSpec=20991231",
    "application/json, multipart/mixedup;deferSpec=20220824",
  ])("not with accept: %s", async (header) => {
    const response = await post({ query }, { accept: header });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json; charset=utf-8"]);
    expect(await response.json()).toEqual(whole);
  });

  test("an answer that has one part only is JSON, whatever else is taken", async () => {
    for (const header of [accept, "multipart/mixed;deferSpec=20220824"]) {
      const response = await post({ query: "{ me { name } }" }, { accept: header });
      expect([response.status, await response.json()]).toEqual([200, { data: { me: { name: "Ann" } } }]);
    }
  });

  test("by GET, and by the hash of a known text", async () => {
    const byGet = await fetch(`${router.url}/graphql?query=${encodeURIComponent(query)}`, { headers: { accept } });
    expect(await byGet.text()).toBe(firstPart + lastPart);
    const sha256Hash = createHash("sha256").update(query).digest("hex");
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    await (await post({ query, extensions }, { accept })).text();
    const byHash = await post({ extensions }, { accept });
    expect([byHash.headers.get("content-type"), await byHash.text()]).toEqual([partsType, firstPart + lastPart]);
  });

  test("results that hold a token come whole", async () => {
    const mutation = (field: string) =>
      post({ query: `mutation { ${field} { name ... @defer { stars } } }` }, { accept });
    expect((await mutation("place")).headers.get("content-type")).toBe(partsType);
    expect(await (await mutation("signIn")).json()).toEqual({ data: { signIn: { name: "Ann", stars: 4 } } });
  });

  test("the IDE, which reads them", async () => {
    const results = (await createFetcher(`${router.url}/graphql`)({ query })) as AsyncIterable<object>;
    expect(await Array.fromAsync(results)).toEqual([
      { data: { me: { name: "Ann" } }, hasNext: true },
      { incremental: [{ label: "s", path: ["me"], data: { stars: 4 } }], hasNext: false },
    ]);
  });
});

test("nothing of the inside is told in later parts", async () => {
  answer.resolve({
    data: null,
    errors: [{ message: "secret", extensions: { code: "PG_42P01", url: "http://inside" } }],
  });
  const text = await (await post({ query }, { accept })).text();
  expect(text).toContain('"data":null');
  expect(text).toContain('"message":"Something went wrong on our side.","path":["me"]');
  expect(text).not.toMatch(/secret|PG_|inside/);
});

test("an invalid @defer is told as any other invalid operation", async () => {
  const twice = '{ me { ... @defer(label: "a") { name } ... @defer(label: "a") { name } } }';
  const response = await post({ query: twice }, { accept });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] });
});

test("a client that leaves after the first part ends the requests for the others", async () => {
  const client = new AbortController();
  const response = await post({ query }, { accept }, client.signal);
  await readUntil(readerOf(response), '"hasNext":true}\r\n---\r\n');
  const later = await asked.promise;
  expect(later.destroyed).toBe(false);
  const closed = new Promise((resolve) => later.once("close", resolve));
  client.abort();
  await closed;
  expect(later.writableFinished).toBe(false);
});
