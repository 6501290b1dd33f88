/**
 * The load generator, a process of its own: closed loop over `connections`, or open loop at `rate` requests a second
 * over as many. Started by fork; answers each message with what it measured.
 */
import { Agent, request as httpRequest } from "node:http";
import { findWorkload } from "./workload/find.ts";

export type LoadOrder = {
  url: string;
  workload: string;
  operation: number;
  connections: number;
  durationMs: number;
  /** Requests a second, evenly spaced; null asks again as soon as an answer is there. */
  rate: number | null;
  /** Tokens that take turns; without any each request carries one of its own. */
  tokens: readonly string[];
};
/** Latencies in milliseconds, sorted; `failed` counts answers that are not 200 or too short. */
export type LoadResult = { latencies: number[]; failed: number; bytes: number; elapsedMs: number };

/** Every operation answers more than this, bytes; less is an error's text. */
const smallestAnswer = 400;

let sequence = 0;

type Asked = { ok: boolean; bytes: number };

function ask(url: URL, agent: Agent, body: string, authorization: string): Promise<Asked> {
  return new Promise((done) => {
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      authorization,
    };
    const request = httpRequest(url, { method: "POST", agent, headers }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on("end", () => done({ ok: response.statusCode === 200 && bytes >= smallestAnswer, bytes }));
      response.on("error", () => done({ ok: false, bytes }));
    });
    request.on("error", () => done({ ok: false, bytes: 0 }));
    request.end(body);
  });
}

async function run(order: LoadOrder): Promise<LoadResult> {
  const operation = findWorkload(order.workload).operations[order.operation];
  if (!operation) throw new Error("no such operation");
  const agent = new Agent({ keepAlive: true, maxSockets: order.connections });
  const url = new URL(order.url);
  const latencies: number[] = [];
  let failed = 0;
  let bytes = 0;
  const started = performance.now();
  const ends = started + order.durationMs;
  async function once(since: number): Promise<void> {
    sequence += 1;
    const body = JSON.stringify({ query: operation?.query, variables: operation?.variables(sequence) });
    const token = order.tokens[sequence % order.tokens.length] ?? `client-${sequence}`;
    const answer = await ask(url, agent, body, `Bearer ${token}`);
    latencies.push(performance.now() - since);
    bytes += answer.bytes;
    if (!answer.ok) failed += 1;
  }
  async function closedLoop(): Promise<void> {
    while (performance.now() < ends) await once(performance.now());
  }
  async function openLoop(rate: number): Promise<void> {
    const pending = new Set<Promise<void>>();
    for (let n = 0; ; n += 1) {
      const due = started + (n * 1000) / rate;
      if (due >= ends) break;
      const wait = due - performance.now();
      if (wait > 0) await new Promise((next) => setTimeout(next, wait));
      const one = once(due).finally(() => pending.delete(one));
      pending.add(one);
    }
    await Promise.all(pending);
  }
  if (order.rate === null) await Promise.all(Array.from({ length: order.connections }, closedLoop));
  else await openLoop(order.rate);
  agent.destroy();
  return { latencies: latencies.sort((a, b) => a - b), failed, bytes, elapsedMs: performance.now() - started };
}

process.on("message", (order: LoadOrder) => void run(order).then((result) => process.send?.(result)));
process.once("disconnect", () => process.exit(0));
