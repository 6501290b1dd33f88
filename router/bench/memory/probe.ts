/**
 * Loaded into the router's process by `--import`, with `--expose-gc`: answers each message of its parent with what the process
 * holds, before and after a collection. Ends the process with its parent.
 */
import { setImmediate } from "node:timers/promises";

/** Bytes; `residentBytes` before the collection, everything else after it. */
export type Held = {
  residentBytes: number;
  residentAfterBytes: number;
  heapBytes: number;
  externalBytes: number;
};

async function held(): Promise<Held> {
  const residentBytes = process.memoryUsage.rss();
  // What a first collection gives to finalizers, a second one frees.
  for (let round = 0; round < 2; round += 1) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { residentBytes, residentAfterBytes: rss, heapBytes: heapUsed, externalBytes: external };
}

process.on("message", () => void held().then((result) => process.send?.(result)));
process.once("disconnect", () => process.exit(0));
