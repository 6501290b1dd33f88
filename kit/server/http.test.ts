import { ApolloServer } from "@apollo/server";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { executeGraphql, json, listen, readGraphqlBody, type Route, type RunningHttp } from "./http.ts";

const apollo = new ApolloServer({
  typeDefs: "type Query { hello: String }",
  resolvers: { Query: { hello: () => "hi" } },
});
const errors: unknown[] = [];
let running: RunningHttp | undefined;

beforeAll(() => apollo.start());
afterAll(() => apollo.stop());
afterEach(async () => {
  errors.length = 0;
  await running?.stop();
});

async function serve(routes: Record<string, Route>): Promise<RunningHttp> {
  running = await listen({
    host: "127.0.0.1",
    port: 0,
    maxBodyBytes: 100,
    routes,
    onError: (error) => errors.push(error),
  });
  return running;
}

const graph: Route = (request) => {
  const body = readGraphqlBody(request);
  return body.ok ? executeGraphql(apollo, request, body.value, {}) : body.error;
};
const post = (url: string, body: string) =>
  fetch(`${url}/graphql`, { method: "POST", headers: { "content-type": "application/json" }, body });

test("routes by method and path, query aside; `*` takes any method", async () => {
  const { url } = await serve({
    "GET /health": ({ url: asked }) => json(200, { q: asked.searchParams.get("q") }),
    "POST /echo": ({ rawBody }) => ({ status: 201, headers: { "x-own": "1" }, body: rawBody }),
    "* /any": ({ method }) => json(200, { method }),
  });
  const health = await fetch(`${url}/health?q=1`);
  expect([health.status, health.headers.get("x-content-type-options"), await health.json()]).toEqual([
    200,
    "nosniff",
    { q: "1" },
  ]);
  const echo = await fetch(`${url}/echo`, { method: "POST", body: "abc" });
  expect([echo.status, echo.headers.get("x-own"), await echo.text()]).toEqual([201, "1", "abc"]);
  expect(await (await fetch(`${url}/any`, { method: "PUT" })).json()).toEqual({ method: "PUT" });
});

test("404 for another path, another method, and a path below", async () => {
  const { url } = await serve({ "GET /health": () => json(200, {}) });
  const statuses = [fetch(`${url}/`), fetch(`${url}/health/x`), fetch(`${url}/health`, { method: "POST" })];
  expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([404, 404, 404]);
});

test("a body at the limit passes, one byte more is a 413 that the route never sees", async () => {
  const seen: number[] = [];
  const { url } = await serve({ "POST /graphql": ({ rawBody }) => json(200, seen.push(rawBody.length)) });
  expect((await post(url, "x".repeat(100))).status).toBe(200);
  const refused = await post(url, "x".repeat(101));
  expect(refused.status).toBe(413);
  expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
  const large = Array.from({ length: 20 }, () => post(url, "x".repeat(1_000_000)));
  expect(new Set((await Promise.all(large)).map(({ status }) => status))).toEqual(new Set([413]));
  expect(seen).toEqual([100]);
});

test("malformed JSON is a coded 400; a query is answered", async () => {
  const { url } = await serve({ "* /graphql": graph });
  const malformed = await post(url, "{oops");
  expect(malformed.status).toBe(400);
  expect(await malformed.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
  expect(await (await post(url, '{"query":"{hello}"}')).json()).toEqual({ data: { hello: "hi" } });
  expect(errors).toEqual([]);
});

test("a body that is not said to be JSON is a coded 415, whatever it is", async () => {
  const { url } = await serve({ "* /graphql": graph });
  const ask = (headers: Record<string, string>) =>
    fetch(`${url}/graphql`, { method: "POST", headers, body: Buffer.from('{"query":"{hello}"}') });
  for (const headers of [{}, { "content-type": "text/plain" }, { "content-type": "application/jsonp" }]) {
    const refused = await ask(headers);
    expect(refused.status).toBe(415);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
  }
  expect((await ask({ "content-type": "Application/JSON; charset=utf-8" })).status).toBe(200);
});

test("a route that throws is a bare 500, told to onError alone", async () => {
  const failure = new Error("secret");
  const { url } = await serve({
    "GET /": () => {
      throw failure;
    },
  });
  const answer = await fetch(url);
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain("secret");
  expect(errors).toEqual([failure]);
});

test("a target that is no URL is a 404, and no error of ours", async () => {
  const { port } = await serve({ "GET /health": () => json(200, {}) });
  const socket = connect(port, "127.0.0.1");
  socket.write("GET // HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 404 /);
  expect(errors).toEqual([]);
});

test("a body in chunks is written as they come", async () => {
  const gate = Promise.withResolvers<void>();
  const { url } = await serve({
    "GET /": () => ({
      status: 200,
      body: (async function* () {
        yield "first";
        await gate.promise;
        // More than a connection takes at once.
        for (let count = 0; count < 100; count++) yield "x".repeat(100_000);
      })(),
    }),
  });
  const reader = (await fetch(url)).body!.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader.read()).value).toBe("first");
  gate.resolve();
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) size += part.value.length;
  expect(size).toBe(10_000_000);
});

test("an error among the chunks cuts the answer off, so that nobody takes it for whole", async () => {
  const failure = new Error("secret");
  const { url } = await serve({
    "GET /": () => ({
      status: 200,
      body: (async function* () {
        yield "first";
        throw failure;
      })(),
    }),
  });
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
  expect(errors).toEqual([failure]);
});

test("a client that goes away ends the iteration of the chunks", async () => {
  const ended = Promise.withResolvers<void>();
  const { url } = await serve({
    "GET /": ({ signal }) => ({
      status: 200,
      body: (async function* () {
        try {
          yield "first";
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          yield "nobody reads this";
          throw new Error("and nobody asks for more");
        } finally {
          ended.resolve();
        }
      })(),
    }),
  });
  const client = new AbortController();
  const response = await fetch(url, { signal: client.signal });
  await response.body?.getReader().read();
  client.abort();
  await ended.promise;
  expect(errors).toEqual([]);
});

test("a busy port rejects", async () => {
  const { port } = await serve({});
  const again = listen({ host: "127.0.0.1", port, routes: {}, maxBodyBytes: 1, onError: () => undefined });
  await expect(again).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("stop lets the request in flight finish, closes its connection, and then nobody answers", async () => {
  const entered = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const { url, stop } = await serve({
    "GET /slow": async () => {
      entered.resolve();
      await gate.promise;
      return json(200, { done: true });
    },
  });
  const answer = fetch(`${url}/slow`);
  await entered.promise;
  const began = performance.now();
  const stopped = stop();
  gate.resolve();
  expect(await (await answer).json()).toEqual({ done: true });
  await stopped;
  expect(performance.now() - began).toBeLessThan(2_000);
  await expect(fetch(`${url}/slow`)).rejects.toThrow();
});
