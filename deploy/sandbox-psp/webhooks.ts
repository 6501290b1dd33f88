/** Sends events, signed, until they are taken. Source: https://docs.stripe.com/webhooks#verify-manually */
import { createHmac } from "node:crypto";
import type { Log } from "../../kit/log.ts";
import type { Env } from "./env.ts";
import { unixNow } from "./records.ts";
import type { Store } from "./store.ts";

export type Webhooks = {
  /** Takes up events committed since the last call. */
  wake(): void;
  /** Names where events go from now on; what waited is sent there. */
  sendTo(url: string): void;
  /** Ends sending; what was not taken stays in the store for the next start. */
  stop(): Promise<void>;
};

const maxInFlight = 32;

/** `Stripe-Signature` of a body: `t=<unix seconds>,v1=<HMAC-SHA256 of "t.body">`. */
export function sign(body: string, secret: string, time = unixNow()): string {
  return `t=${time},v1=${createHmac("sha256", secret).update(`${time}.${body}`).digest("hex")}`;
}

/** Starts the sender over the store's events. An event is done once one copy was answered with 2xx. */
export function startWebhooks(store: Store, settings: Env, log: Log): Webhooks {
  const sending = newSending(settings, log);
  let url = settings.WEBHOOK_URL;
  const known = new Set<string>();
  const window: string[] = [];
  let windowTimer: NodeJS.Timeout | undefined;

  const flushWindow = (): void => {
    clearTimeout(windowTimer);
    windowTimer = undefined;
    for (const id of window.splice(0).toReversed()) enqueue(id);
  };
  const enqueue = (id: string): void => {
    const event = store.get("event", id);
    if (!event || !url) return;
    const body = JSON.stringify(event);
    const copies = Array.from({ length: 1 + settings.WEBHOOK_DUPLICATES }, () =>
      sending.later(settings.WEBHOOK_DELAY_MS),
    );
    void Promise.race(
      copies.map((ready) => ready.then(() => sending.untilTaken(() => url!, body, event.type))),
    ).then((taken) => {
      if (!taken) return;
      known.delete(id);
      store.delivered(id);
    });
  };
  const takeUp = (events: string[]): void => {
    for (const id of events) {
      window.push(id);
      if (window.length >= settings.WEBHOOK_REORDER_WINDOW) flushWindow();
      else windowTimer ??= setTimeout(flushWindow, settings.WEBHOOK_REORDER_WAIT_MS);
    }
  };
  const wake = (): void => {
    if (!url) return;
    const fresh = store.undelivered().filter((id) => !known.has(id));
    for (const id of fresh) known.add(id);
    // An event is told only once it is on disk: what a crash takes back must not have been heard of.
    store.flushed().then(
      () => takeUp(fresh),
      (error: unknown) => log.error({ err: error }, "journal failed"),
    );
  };
  wake();
  return {
    wake,
    sendTo: (next) => {
      url = next;
      wake();
    },
    stop: async () => {
      clearTimeout(windowTimer);
      await sending.stop();
    },
  };
}

/** Attempts with a bounded number in flight; a refused one waits, doubling its pause. */
function newSending(settings: Env, log: Log) {
  const stopping = new AbortController();
  const running = new Set<Promise<boolean>>();
  const waiting: (() => void)[] = [];
  let free = maxInFlight;

  const later = (milliseconds: number): Promise<void> =>
    milliseconds === 0 || stopping.signal.aborted
      ? Promise.resolve()
      : new Promise((resolve) => {
          const timer = setTimeout(done, milliseconds);
          function done(): void {
            clearTimeout(timer);
            stopping.signal.removeEventListener("abort", done);
            resolve();
          }
          stopping.signal.addEventListener("abort", done);
        });
  const attempt = async (url: string, body: string, type: string): Promise<boolean> => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json; charset=utf-8",
          "stripe-signature": sign(body, settings.WEBHOOK_SECRET),
        },
        body,
        signal: AbortSignal.any([
          stopping.signal,
          AbortSignal.timeout(settings.WEBHOOK_TIMEOUT_MS),
        ]),
      });
      await response.arrayBuffer();
      if (!response.ok) log.warn({ type, status: response.status }, "webhook refused");
      return response.ok;
    } catch (error) {
      if (!stopping.signal.aborted)
        log.warn({ type, reason: String(error) }, "webhook not delivered");
      return false;
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
  const persist = async (url: () => string, body: string, type: string): Promise<boolean> => {
    for (let tries = 0; !stopping.signal.aborted; tries += 1) {
      if (await attempt(url(), body, type)) return true;
      await later(
        Math.min(
          settings.WEBHOOK_RETRY_MS * 2 ** Math.min(tries, 20),
          settings.WEBHOOK_RETRY_MAX_MS,
        ),
      );
    }
    return false;
  };
  const untilTaken = (url: () => string, body: string, type: string): Promise<boolean> => {
    const run = persist(url, body, type).finally(() => running.delete(run));
    running.add(run);
    return run;
  };
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(running);
  };
  return { later, untilTaken, stop };
}
