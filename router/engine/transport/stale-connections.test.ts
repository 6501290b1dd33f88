/** A subgraph, or a load balancer before it, that gives up a kept connection in the moment in which it is used again. */
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { SubgraphRequest } from "../contract.ts";
import { createSubgraphClient, refusesRequest } from "./subgraph-client.ts";

const body = '{"data":{"x":"x"}}';
const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
const answer = (socket: Socket): void => void socket.write(`${head}${body}`);
const reset = (socket: Socket): void => void socket.resetAndDestroy();
const close = (socket: Socket): void => void socket.end();

const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** What to do with the n-th request of the n-th connection. */
type Behaviour = (socket: Socket, request: number, connection: number) => void;

/** Serves requests and counts them per connection. The client has so few of these that they are used again. */
async function serve(behave: Behaviour, connections = 1) {
  const requests: number[] = [];
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    const connection = requests.push(0) - 1;
    sockets.push(socket);
    let text = "";
    socket.on("error", () => {});
    socket.on("data", (data) => {
      text += data.toString("latin1");
      if (!text.endsWith("}")) return;
      text = "";
      behave(socket, (requests[connection] as number)++, connection);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const failures: unknown[] = [];
  const client = createSubgraphClient({
    urls: { a: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` },
    timeoutMs: 5_000,
    maxAnswerBytes: 1_000_000,
    connections,
    acceptStatus: refusesRequest,
    headers: () => ({}),
    onFailure: (error) => failures.push(error),
  });
  ends.push(client.close, () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const ask = (kind: SubgraphRequest["kind"]): Promise<unknown> =>
    client.fetchSubgraph({
      subgraph: "a",
      url: "",
      query: "{x}",
      variables: {},
      body: '{"query":"{x}"}',
      kind,
      context: undefined,
      signal: new AbortController().signal,
    });
  return { ask, requests, failures };
}

test.each([
  ["reset", reset],
  ["closed", close],
])("a query over a kept connection that is %s before the answer is sent once more", async (_how, end) => {
  const { ask, requests, failures } = await serve((socket, request, connection) =>
    request === 1 && connection === 0 ? end(socket) : answer(socket),
  );
  for (let i = 0; i < 3; i++) expect(await ask("query")).toEqual({ body });
  expect(requests.slice(0, 2)).toEqual([2, 1]);
  expect(failures).toEqual([]);
});

test.each([
  ["reset", reset],
  ["closed", close],
])("a mutation over a kept connection that is %s is not sent again", async (_how, end) => {
  const { ask, requests, failures } = await serve((socket, request) => (request === 1 ? end(socket) : answer(socket)));
  expect(await ask("query")).toEqual({ body });
  await expect(ask("mutation")).rejects.toThrow();
  expect(requests).toEqual([2]);
  expect(failures).toHaveLength(1);
});

test("the second try is over a new connection, though other kept ones are at hand", async () => {
  const waiting: Socket[] = [];
  const { ask, requests } = await serve((socket, request, connection) => {
    if (request > 0) return reset(socket);
    if (connection > 3) return answer(socket);
    // Four connections come to be since none is answered before all have asked.
    if (waiting.push(socket) === 4) waiting.forEach(answer);
  }, 4);
  // Mutations, since equal queries share one request.
  await Promise.all([1, 2, 3, 4].map(() => ask("mutation")));
  expect(await ask("query")).toEqual({ body });
  expect(requests).toEqual([2, 1, 1, 1, 1].toSorted((one, other) => other - one));
});

test("a query is sent at most twice", async () => {
  const { ask, requests } = await serve((socket, request, connection) =>
    connection === 0 && request === 0 ? answer(socket) : reset(socket),
  );
  expect(await ask("query")).toEqual({ body });
  await expect(ask("query")).rejects.toThrow();
  expect(requests).toEqual([2, 1]);
});

test.each([
  ["a byte", "H"],
  ["headers", head],
  ["half of the body", `${head}${body.slice(0, 5)}`],
])("an answer that ends after %s is not asked for again", async (_what, text) => {
  const { ask, requests } = await serve((socket, request) =>
    request === 0 ? answer(socket) : void socket.write(text, () => socket.end()),
  );
  expect(await ask("query")).toEqual({ body });
  await expect(ask("query")).rejects.toThrow();
  expect(requests).toEqual([2]);
});

test("a new connection that ends without an answer is no stale one", async () => {
  const { ask, requests } = await serve(reset);
  await expect(ask("query")).rejects.toThrow();
  expect(requests).toEqual([1]);
});

const unread = "HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 4\r\n\r\nlate";
const giveUp = (socket: Socket): void => void socket.end(unread);

test("a query is sent once more when its kept connection says that it waited too long for a request", async () => {
  const { ask, requests, failures } = await serve((socket, request, connection) =>
    request === 1 && connection === 0 ? giveUp(socket) : answer(socket),
  );
  for (let i = 0; i < 3; i++) expect(await ask("query")).toEqual({ body });
  expect(requests.slice(0, 2)).toEqual([2, 1]);
  expect(failures).toEqual([]);
});

test("408 for a mutation, and over a new connection, is an answer like any other", async () => {
  const kept = await serve((socket, request) => (request === 1 ? giveUp(socket) : answer(socket)));
  expect(await kept.ask("query")).toEqual({ body });
  await expect(kept.ask("mutation")).rejects.toThrow();
  expect(kept.requests).toEqual([2]);
  const fresh = await serve(giveUp);
  await expect(fresh.ask("query")).rejects.toThrow();
  expect(fresh.requests).toEqual([1]);
});
