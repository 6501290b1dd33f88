/** Waiting for a machine that is busy with something else. */
import { setTimeout as wait } from "node:timers/promises";

/** How long a start waits in all, and between two tries, milliseconds. */
const patienceMs = 180_000;
const pauseMs = 200;

/** The driver's code where no connection came about in time, and ours where a statement was not answered in time. */
const slow = new Set(["CONNECT_TIMEOUT", "QUERY_TIMEOUT"]);

function isSlow(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause)
    if ("code" in current && slow.has(String(current.code))) return true;
  return false;
}

/**
 * Does `work` again for as long as the database is only slow, since a start on a busy machine is to wait. `work` must be repeatable.
 * Calls `say` with one line before each further try; rethrows every other error at once, and the timeout after three minutes.
 */
export async function whileBusy<T>(work: () => Promise<T>, say: (line: string) => void): Promise<T> {
  const giveUp = Date.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isSlow(error) || Date.now() > giveUp) throw error;
      say("the machine is busy: the database has not answered in time, trying again");
      await wait(pauseMs);
    }
  }
}
