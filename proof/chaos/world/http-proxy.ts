/** A small HTTP proxy whose behaviour can be changed while it runs: how calls to the card provider, and its webhooks, go wrong. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What came back. */
export type Answer = { status: number; headers: Record<string, string>; body: Buffer };

/** What becomes of one request; null cuts the connection without an answer. `method` and `path` tell what it is. */
export type Behaviour = (
  forward: () => Promise<Answer>,
  request: { method: string; path: string },
) => Promise<Answer | null>;

/** A running proxy; `behave` replaces its behaviour, and nothing given means passing on. */
export type HttpProxy = { readonly url: string; behave(behaviour?: Behaviour): void; stop(): Promise<void> };

const passOn: Behaviour = (forward) => forward();
const hopByHop = new Set(["host", "connection", "content-length", "transfer-encoding", "keep-alive"]);

function headersOf(incoming: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(incoming).filter(([name, value]) => value !== undefined && !hopByHop.has(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

async function send(url: string, method: string, headers: Record<string, string>, body: Buffer): Promise<Answer> {
  const bodied = method === "GET" || method === "HEAD" ? {} : { body: new Uint8Array(body) };
  const response = await fetch(url, { method, headers, ...bodied, signal: AbortSignal.timeout(30_000) });
  const answered = Buffer.from(await response.arrayBuffer());
  const kept = [...response.headers].filter(([name]) => !hopByHop.has(name) && name !== "content-encoding");
  return { status: response.status, headers: Object.fromEntries(kept), body: answered };
}

/** Listens on a free port and passes on to `target`, a base address. */
export async function startHttpProxy(target: string): Promise<HttpProxy> {
  let behaviour = passOn;
  const server = createServer((request, response) => {
    void (async () => {
      const { method = "GET", url: path = "/" } = request;
      const body = await buffer(request);
      const forward = () => send(`${target}${path}`, method, headersOf(request.headers), body);
      const answer = await behaviour(forward, { method, path });
      if (!answer) return void response.destroy();
      response.writeHead(answer.status, answer.headers).end(answer.body);
    })().catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behave: (next = passOn) => void (behaviour = next),
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
