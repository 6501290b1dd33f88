/** The sandbox card provider: Stripe's wire protocol with test cards, its own process and store. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readEnv } from "../../kit/server/env.ts";
import { createLog } from "../../kit/server/log.ts";
import { runUntilSignal } from "../../kit/server/process.ts";
import { env, type Env } from "./env.ts";
import { listener, type Provider } from "./http.ts";
import { startArrivals } from "./arrivals.ts";
import { openKeys } from "./idempotency.ts";
import { openStore } from "./store.ts";
import { startWebhooks } from "./webhooks.ts";
import { startWork } from "./work.ts";

export type SandboxPsp = {
  name: "sandbox-psp";
  url: string;
  port: number;
  /** Names where webhooks go, for a receiver whose port is known only later. */
  webhookTo: (url: string) => void;
  stop(): Promise<void>;
};

/** Replays the journal, resumes webhooks not yet taken, then listens. Rejects when the port is taken or the folder cannot be used. */
export async function start(settings: Env): Promise<SandboxPsp> {
  const log = createLog({ service: "sandbox-psp", level: settings.LOG_LEVEL });
  const store = await openStore(settings.DATA_FOLDER, { compactBytes: settings.JOURNAL_COMPACT_BYTES });
  const server = createServer();
  server.listen(settings.PORT, settings.HOST);
  await once(server, "listening").catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://${settings.HOST === "0.0.0.0" ? "127.0.0.1" : settings.HOST}:${port}`;
  const webhooks = startWebhooks(store, settings, log);
  const publicUrl = settings.PUBLIC_URL?.replace(/\/$/, "") ?? url;
  const arrivals = startArrivals(
    store,
    async (change) => {
      const work = startWork(store, { id: null, idempotencyKey: null, publicUrl, settings });
      change(work);
      work.commit();
      await store.flushed();
      webhooks.wake();
    },
    log,
  );
  const provider: Provider = {
    store,
    settings,
    log,
    keys: openKeys(store),
    publicUrl,
    wake: () => {
      webhooks.wake();
      arrivals.wake();
    },
  };
  const answer = listener(provider);
  server.on("request", (request, response) => void answer(request, response));
  log.info({ url }, "listening");
  return {
    name: "sandbox-psp",
    url,
    port,
    webhookTo: webhooks.sendTo,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      arrivals.stop();
      await webhooks.stop();
      // Held connections never end by themselves; whoever is being answered gets a moment.
      const cut = setTimeout(() => server.closeAllConnections(), 1000);
      server.closeIdleConnections();
      await closed;
      clearTimeout(cut);
      await store.close();
    },
  };
}

if (import.meta.main) await runUntilSignal(async () => start(readEnv(env)));
