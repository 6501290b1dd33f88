/** One line for a request that nobody waits for any more; what it leaves unfinished is no fault and is not logged. */
import type { HttpRequest } from "../../kit/server/http.ts";
import type { Log } from "../../kit/server/log.ts";

/** Says once, at debug, that the client of `request` left before its answer. */
export function noteLeaving({ signal }: HttpRequest, log: Log, traceId: string): void {
  if (!log.isLevelEnabled("debug")) return;
  signal.addEventListener("abort", () => log.debug({ traceId }, "the client left before its answer"), { once: true });
}
