/** Sends a number of requests over a set of operations, chosen evenly by a fixed sequence. Started by fork; answers each order. */
import { Pool } from "undici";
import { memoryOperations } from "./operations.ts";

export type MemoryOrder = { url: string; operations: number; requests: number; connections: number };
/** `failed` counts answers that are not 200, or tell errors. */
export type MemoryLoadResult = { failed: number; asked: number; elapsedMs: number };

let sequence = 0;
let state = 0x9e3779b9;
/** Xorshift: even, and the same in every run. */
function draw(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

/** Operations that were asked for at least once, over all orders. */
const asked = new Set<number>();

async function run({ url, operations, requests, connections }: MemoryOrder): Promise<MemoryLoadResult> {
  const bodies = memoryOperations(operations).map((query) => JSON.stringify({ query }));
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections });
  const started = performance.now();
  let failed = 0;
  let left = requests;
  async function once(): Promise<void> {
    sequence += 1;
    const operation = draw(operations);
    asked.add(operation);
    // Every request is somebody else's: whatever is kept for each caller would be seen.
    const headers = { "content-type": "application/json", authorization: `Bearer client-${sequence}` };
    const { statusCode, body } = await pool.request({
      path: pathname,
      method: "POST",
      headers,
      body: bodies[operation] ?? "",
    });
    const text = await body.text();
    if (statusCode !== 200 || !text.startsWith('{"data":{"popularDishes":[{') || text.includes('"errors"')) failed += 1;
  }
  async function connection(): Promise<void> {
    while (left-- > 0) await once().catch(() => (failed += 1));
  }
  await Promise.all(Array.from({ length: connections }, connection));
  await pool.close();
  return { failed, asked: asked.size, elapsedMs: performance.now() - started };
}

process.on("message", (order: MemoryOrder) => void run(order).then((result) => process.send?.(result)));
process.once("disconnect", () => process.exit(0));
