/** Background loops that can be woken, never crash the process, and stop cleanly. */
import type { Log } from "./log.ts";

/** A running loop. `wake` cuts its present wait short; `stop` resolves when the turn in flight is over. */
export type Loop = { readonly wake: () => void; readonly stop: () => Promise<void> };

/** One turn of work; answers how many milliseconds to wait before the next, 0 = none. */
export type Turn = (signal: AbortSignal) => Promise<number>;

/**
 * Runs `turn` again and again. A turn that throws is logged and tried again after 100 ms, doubling to 5 s,
 * with jitter so that processes do not come back to a restarted database all at once.
 */
export function startLoop(name: string, log: Log, turn: Turn): Loop {
  const stopping = new AbortController();
  let woken = false;
  let interrupt = () => {};
  const pause = async (ms: number) => {
    if (ms > 0 && !woken && !stopping.signal.aborted) {
      await new Promise<void>((resolve) => {
        const timeout = setTimeout(resolve, ms);
        interrupt = () => (clearTimeout(timeout), resolve());
      });
    }
    interrupt = () => {};
  };
  const run = async () => {
    for (let failures = 0; !stopping.signal.aborted;) {
      woken = false;
      try {
        const wait = await turn(stopping.signal);
        failures = 0;
        await pause(wait);
      } catch (error) {
        log.warn({ err: error, loop: name }, "loop turn failed, trying again");
        // A wake-up says that there is work, not that the failure is over.
        woken = false;
        await pause(backoff(++failures, 100, 5_000));
      }
    }
  };
  const done = run();
  return {
    wake: () => {
      woken = true;
      interrupt();
    },
    stop: async () => {
      stopping.abort();
      interrupt();
      await done;
    },
  };
}

/** The wait before try number `failures` + 1, in ms: doubles from `baseMs` up to `maxMs`, between half and all of it at random. */
export function backoff(failures: number, baseMs: number, maxMs: number): number {
  const full = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(full * (0.5 + Math.random() / 2));
}
