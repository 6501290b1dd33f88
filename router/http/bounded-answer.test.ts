/** The most that an answer may take, through the whole router: time, bytes, and work for a client that has left. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunningHttp } from "../../kit/server/http.ts";
import { composeGraph } from "../engine/in-process-graph.ts";
import { startOpenRouter, type OpenRouterOptions } from "./open-router.ts";
import { standaloneLimits } from "./testing/standalone-limits.ts";

let folder: string;
let subgraph: Server;
let answer: (response: ServerResponse, body: string) => void;
let router: RunningHttp | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bounded-"));
  subgraph = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => answer(response, body));
  });
  await new Promise<void>((listening) => subgraph.listen(0, "127.0.0.1", listening));
});
afterEach(async () => {
  await router?.stop();
  subgraph.closeAllConnections();
  subgraph.close();
  await rm(folder, { recursive: true });
});

async function start(limits: Partial<OpenRouterOptions>): Promise<void> {
  const { port } = subgraph.address() as AddressInfo;
  const supergraphFile = join(folder, "supergraph.graphql");
  const sdl = composeGraph({ a: { sdl: "type Query { fast: String slow: String } type Mutation { act: String }" } });
  await writeFile(supergraphFile, sdl.replace("http://a", `http://127.0.0.1:${port}`));
  router = await startOpenRouter({
    supergraphFile,
    host: "127.0.0.1",
    port: 0,
    introspection: false,
    subgraphErrors: false,
    timeoutMs: 30_000,
    maxAnswerBytes: 1_000_000,
    maxBodyBytes: 100_000,
    fastLane: true,
    log: pino({ level: "silent" }),
    ...standaloneLimits,
    ...limits,
  });
}

async function ask(query: string) {
  const response = await fetch(`${router?.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] };
  return { status: response.status, data, codes: errors?.map(({ extensions }) => extensions.code) };
}

const json = (response: ServerResponse, data: object) =>
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data }));

test("when the time of an answer is over, what has not come is missing from it, and is waited for no longer", async () => {
  const closed = Promise.withResolvers<void>();
  answer = (response) => void response.once("close", closed.resolve);
  await start({ answerTimeoutMs: 200 });
  expect(await ask("{ slow }")).toEqual({ status: 200, data: { slow: null }, codes: ["SUBGRAPH_UNAVAILABLE"] });
  await closed.promise;
});

test("a mutation is waited for nevertheless", async () => {
  const held: ServerResponse[] = [];
  answer = (response, body) => {
    if (body.includes("mutation")) held.push(response);
    // The query's time is over only after the mutation's would have been.
    else response.once("close", () => json(held[0] as ServerResponse, { act: "done" }));
  };
  await start({ answerTimeoutMs: 200 });
  const acting = ask("mutation { act }");
  await expect.poll(() => held.length).toBe(1);
  await ask("{ slow }");
  expect(await acting).toEqual({ status: 200, data: { act: "done" }, codes: undefined });
});

test("an answer of more bytes than may be sent is refused, also on the fast lane", async () => {
  let length = 10;
  answer = (response) => void json(response, { fast: "x".repeat(length) });
  await start({ maxBytes: 1_000 });
  expect(await ask("{ fast }")).toMatchObject({ status: 200, codes: undefined });
  length = 2_000;
  for (let count = 0; count < 2; count++)
    expect(await ask("{ fast }")).toEqual({ status: 400, data: undefined, codes: ["OPERATION_TOO_LARGE"] });
});
