/** Bodies that are too large, too slow or cut off: what their senders read, and what becomes of the connection. */
import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { json, listen, type RunningHttp } from "./http.ts";

const errors: unknown[] = [];
const seen: number[] = [];
let running: RunningHttp | undefined;
afterEach(async () => {
  errors.length = seen.length = 0;
  await running?.stop();
});

async function serve(bodyTimeoutMs = 8_000): Promise<RunningHttp> {
  running = await listen({
    host: "127.0.0.1",
    port: 0,
    maxBodyBytes: 100,
    bodyTimeoutMs,
    headersOf: ({ headers }) => ({ "access-control-allow-origin": headers.origin ?? "none" }),
    routes: {
      "POST /": ({ rawBody }) => json(200, seen.push(rawBody.length)),
      "POST /bad": () => {
        throw new Error("on purpose");
      },
    },
    onError: (error) => errors.push(error),
  });
  return running;
}

/** Everything that comes over a connection, until the server ends it. */
async function rest(socket: Socket): Promise<string> {
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await once(socket, "close");
  return text;
}

const head = (length: number | string, path = "/") =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nOrigin: http://app.test\r\nContent-Length: ${length}\r\n\r\n`;

test("a body that is too large is refused from its length alone, readable by its page, and ends its connection", async () => {
  const { port } = await serve();
  const socket = connect(port, "127.0.0.1");
  socket.write(`${head(5_000)}${"x".repeat(10)}`);
  socket.on("data", () => socket.end("x".repeat(4_990)));
  const text = await rest(socket);
  expect(text).toMatch(/^HTTP\/1\.1 413 /);
  expect(text).toContain("access-control-allow-origin: http://app.test\r\n");
  expect(text).toContain("connection: close\r\n");
  expect(text).toContain('"code":"BAD_REQUEST"');
  expect([seen, errors]).toEqual([[], []]);
});

test("a request behind one that was refused has no answer", async () => {
  const { port } = await serve();
  const socket = connect(port, "127.0.0.1");
  socket.write(`${head(101)}${"x".repeat(101)}${head(2)}{}`);
  const text = await rest(socket);
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 413"]);
});

test("a chunked body is refused when it has come to more than the limit, though it never ends", async () => {
  const { port } = await serve();
  const socket = connect(port, "127.0.0.1");
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n${"x".repeat(255)}\r\n`);
  socket.once("data", () => socket.end());
  expect(await rest(socket)).toMatch(/^HTTP\/1\.1 413 /);
});

test("a body that does not come in its time is a 408, readable by its page, and ends its connection", async () => {
  const { port } = await serve(50);
  const socket = connect(port, "127.0.0.1");
  socket.write(`${head(50)}{`);
  socket.once("data", () => socket.end());
  const text = await rest(socket);
  expect(text).toMatch(/^HTTP\/1\.1 408 /);
  expect(text).toContain("access-control-allow-origin: http://app.test\r\n");
  expect(seen).toEqual([]);
});

test("what a route throws is a 500 that its page can read", async () => {
  const { url } = await serve();
  const response = await fetch(`${url}/bad`, { method: "POST", headers: { origin: "http://app.test" } });
  expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([500, "http://app.test"]);
  expect(errors).toHaveLength(1);
});

test("a client that leaves before its body is whole is nobody's error", async () => {
  const { port, url } = await serve();
  const socket = connect(port, "127.0.0.1");
  socket.write(`${head(50)}{`);
  await once(socket, "connect");
  expect((await fetch(url, { method: "POST", body: "x" })).status).toBe(200);
  socket.destroy();
  await once(socket, "close");
  expect((await fetch(url, { method: "POST", body: "x" })).status).toBe(200);
  expect(errors).toEqual([]);
});
