/** Signed HTTP deliveries, repeated until taken. Source: https://docs.stripe.com/webhooks#verify-manually */
import { createHmac } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Log } from "../../kit/server/log.ts";
import type { Env } from "./env.ts";
import { unixNow } from "./records.ts";

const maxInFlight = 32;

/** `Stripe-Signature` of a body: `t=<unix seconds>,v1=<HMAC-SHA256 of "t.body">`. */
function sign(body: string, secret: string): string {
  const time = unixNow();
  return `t=${time},v1=${createHmac("sha256", secret).update(`${time}.${body}`).digest("hex")}`;
}

export type Sending = {
  /** Waits, or until stopped. */
  pause(milliseconds: number): Promise<void>;
  /** Sends `body` until it is answered with 2xx, then calls `taken`. Resolves after the first attempt already. */
  untilTaken(url: () => string, body: string, taken: () => void): Promise<void>;
  /** Ends all attempts and pauses. */
  stop(): Promise<void>;
};

/** Deliveries with a bounded number in flight; a refused one waits, doubling its pause up to the maximum. */
export function newSending(settings: Env, log: Log): Sending {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const turns = newTurns(maxInFlight);
  const pause = (milliseconds: number): Promise<void> =>
    milliseconds === 0 ? Promise.resolve() : wait(milliseconds, undefined, { signal: stopping.signal }).catch(() => {});
  const attempt = (url: string, body: string): Promise<boolean> =>
    turns.take(async () => {
      if (stopping.signal.aborted) return false;
      const problem = await post(url, body, settings, stopping.signal);
      if (problem && !stopping.signal.aborted) log.warn({ problem }, "webhook not taken");
      return !problem;
    });
  const persist = async (url: () => string, body: string, taken: () => void, tried: () => void): Promise<void> => {
    for (let tries = 0; !stopping.signal.aborted; tries += 1) {
      const done = await attempt(url(), body);
      tried();
      if (done) return taken();
      await pause(Math.min(settings.WEBHOOK_RETRY_MS * 2 ** Math.min(tries, 20), settings.WEBHOOK_RETRY_MAX_MS));
    }
    tried();
  };
  return {
    pause,
    untilTaken: (url, body, taken) =>
      new Promise((tried) => {
        const run = persist(url, body, taken, tried).finally(() => running.delete(run));
        running.add(run);
      }),
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

/** Posts once; answers what went wrong, or undefined. */
async function post(url: string, body: string, settings: Env, stopped: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        "stripe-signature": sign(body, settings.WEBHOOK_SECRET),
      },
      body,
      signal: AbortSignal.any([stopped, AbortSignal.timeout(settings.WEBHOOK_TIMEOUT_MS)]),
    });
    await response.arrayBuffer();
    return response.ok ? undefined : `HTTP ${response.status}`;
  } catch (error) {
    return String(error);
  }
}

/** Lets `limit` tasks run at a time, the others in the order they came. */
function newTurns(limit: number) {
  const waiting: (() => void)[] = [];
  let free = limit;
  const take = async <T>(task: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
  return { take };
}
