/** Takes committed events to the receiver, late, repeated or out of order where the settings say so. */
import type { Log } from "../../kit/server/log.ts";
import { newSending } from "./delivery.ts";
import type { Env } from "./env.ts";
import type { Store } from "./store.ts";

export type Webhooks = {
  /** Takes up events committed since the last call. */
  wake: () => void;
  /** Names where events go from now on; what waited is sent there. */
  sendTo: (url: string) => void;
  /** Ends sending; what was not taken stays in the store for the next start. */
  stop(): Promise<void>;
};

/** Starts the sender over the store's events. An event is done once one copy was answered with 2xx. */
export function startWebhooks(store: Store, settings: Env, log: Log): Webhooks {
  const sending = newSending(settings, log);
  const known = new Set<string>();
  let url = settings.WEBHOOK_URL;

  /** Sends every copy of an event; resolves when each was tried once. */
  const send = async (id: string): Promise<void> => {
    const event = store.get("event", id);
    await sending.pause(settings.WEBHOOK_DELAY_MS);
    const body = JSON.stringify(event);
    const done = () => {
      if (known.delete(id)) store.delivered(id);
    };
    const copies = Array.from({ length: 1 + settings.WEBHOOK_DUPLICATES });
    await Promise.all(copies.map(() => sending.untilTaken(() => url!, body, done)));
  };
  const batches = inBatches(settings, async (ids) => {
    // Copies and events of a window go one after the other: side by side their order would be left to chance.
    for (const id of ids.toReversed()) await send(id);
  });
  const wake = (): void => {
    if (!url) return;
    const fresh = store.undelivered().filter((id) => !known.has(id));
    for (const id of fresh) known.add(id);
    // An event is told only once it is on disk: what a crash takes back must not have been heard of.
    store.flushed().then(
      () => fresh.forEach(batches.add),
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
    stop: () => {
      batches.stop();
      return sending.stop();
    },
  };
}

/** Hands out items in windows of the set size, or fewer once the set wait is over; a window of one at once. */
function inBatches(settings: Env, handle: (ids: string[]) => Promise<void>) {
  const window: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    void handle(window.splice(0));
  };
  const add = (id: string): void => {
    window.push(id);
    if (window.length >= settings.WEBHOOK_REORDER_WINDOW) flush();
    else timer ??= setTimeout(flush, settings.WEBHOOK_REORDER_WAIT_MS);
  };
  return { add, stop: () => clearTimeout(timer) };
}
