/** A closed loop of requests over kept connections, and single ones for checking answers. */
import { Agent, request as httpRequest } from "node:http";
import type { Asked, Operation } from "./operations.ts";

/** An answer's status and text. */
export type Answer = { status: number; text: string };

function send(url: URL, agent: Agent, { accessToken, body }: Asked): Promise<Answer> {
  return new Promise((done, fail) => {
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
    };
    const request = httpRequest(url, { method: "POST", agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => done({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      response.on("error", fail);
    });
    request.on("error", fail);
    request.end(body);
  });
}

/** Latencies in milliseconds, sorted; `failed` counts answers with errors or another status than 200. */
export type LoadResult = { latencies: number[]; failed: number; elapsedMs: number };

/** Asks the operation's requests in turn for `durationMs`, `connections` at a time. */
export async function load(
  graphqlUrl: string,
  operation: Operation,
  { connections, durationMs }: { connections: number; durationMs: number },
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const url = new URL(graphqlUrl);
  const latencies: number[] = [];
  let failed = 0;
  let turn = 0;
  const began = performance.now();
  const ends = began + durationMs;
  const loop = async () => {
    while (performance.now() < ends) {
      const asked = operation.requests[turn++ % operation.requests.length];
      if (!asked) throw new Error(`${operation.name} asks nothing`);
      const since = performance.now();
      const { status, text } = await send(url, agent, asked);
      latencies.push(performance.now() - since);
      if (status !== 200 || text.includes('"errors":')) failed++;
    }
  };
  await Promise.all(Array.from({ length: connections }, loop));
  agent.destroy();
  return { latencies: latencies.sort((a, b) => a - b), failed, elapsedMs: performance.now() - began };
}

/** The data of each request's answer. Throws when one has errors or lacks what was asked for. */
export async function answersOf(graphqlUrl: string, operation: Operation): Promise<unknown[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const url = new URL(graphqlUrl);
  const answers: unknown[] = [];
  for (const asked of operation.requests) {
    const { status, text } = await send(url, agent, asked);
    const { data, errors } = JSON.parse(text) as { data?: unknown; errors?: unknown };
    if (status !== 200 || errors || !operation.holds(data))
      throw new Error(`${operation.name} is answered by ${status} ${text.slice(0, 400)}`);
    answers.push(data);
  }
  agent.destroy();
  return answers;
}
