/** The sandbox card provider as its own process over an own folder, for tests. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Stripe from "stripe";
import { afterAll, afterEach, beforeAll, beforeEach, vi } from "vitest";

/** Signs the webhooks of every provider started here. */
export const webhookSecret = "whsec_test_secret";
/** The key that is let in. */
export const apiKey = "sk_test_sandbox";

/** The provider's program. */
export const main = join(import.meta.dirname, "../main.ts");

/** A client that never retries by itself. */
export const client = (url: string, key = apiKey, timeout = 20_000) =>
  new Stripe(key, {
    protocol: "http",
    host: "127.0.0.1",
    port: Number(new URL(url).port),
    maxNetworkRetries: 0,
    timeout,
  });

/** Ends a process as a crash would, and waits until it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** Gives each test of the file a fresh folder, and kills what it started. */
export function useProviders() {
  const providers = newProviders();
  beforeEach(providers.begin);
  afterEach(providers.end);
  return providers;
}

/** Providers over one folder at a time, from `begin` to `end`. */
function newProviders() {
  // Starting a process takes a while on a busy machine.
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
  let folder = "";
  const children: ChildProcess[] = [];
  const settings = (extra: Record<string, string>) => ({
    STRIPE_SECRET_KEY: apiKey,
    WEBHOOK_SECRET: webhookSecret,
    DATA_FOLDER: folder,
    ...extra,
  });
  return {
    begin: (): void => void (folder = mkdtempSync(join(tmpdir(), "psp-"))),
    async end(): Promise<void> {
      for (const child of children.splice(0)) await kill(child);
      rmSync(folder, { recursive: true, force: true });
    },
    folder: () => folder,
    /** Starts one and waits until it listens. Throws when it ended instead. */
    async start(extra: Record<string, string> = {}) {
      const child = spawn(process.execPath, [main], { env: settings(extra), stdio: ["ignore", "pipe", "inherit"] });
      children.push(child);
      for await (const line of createInterface({ input: child.stdout })) {
        const { msg, url } = JSON.parse(line) as { msg: string; url: string };
        if (msg === "listening") return { url, stripe: client(url), child };
      }
      throw new Error("the card provider did not start");
    },
    /** Starts one that is expected to refuse; its exit code and what it said. */
    async refusal(extra: Record<string, string>): Promise<{ code: number; said: string }> {
      const child = spawn(process.execPath, [main], { env: settings(extra), stdio: ["ignore", "ignore", "pipe"] });
      children.push(child);
      let said = "";
      child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
      const [code] = (await once(child, "close")) as [number];
      return { code, said };
    },
  };
}

/** One provider for all tests of a file, which then must not depend on what else it holds. */
export function useSharedProvider(): { readonly stripe: Stripe; readonly url: string } {
  const { start, begin, end } = newProviders();
  const shared: { stripe?: Stripe; url?: string } = {};
  beforeAll(async () => {
    begin();
    const { stripe, url } = await start();
    Object.assign(shared, { stripe, url });
  });
  afterAll(end);
  return shared as { stripe: Stripe; url: string };
}

/** A payment to hold and capture later. */
export const pay = (
  method: string,
  extra: Partial<Stripe.PaymentIntentCreateParams> = {},
): Stripe.PaymentIntentCreateParams => ({
  amount: 5_000_000,
  currency: "idr",
  capture_method: "manual",
  confirm: true,
  payment_method: method,
  allowed_payment_method_types: ["card"],
  metadata: { order_id: "ord_1" },
  ...extra,
});

/** The refusal of a call that must not succeed. */
export const failure = (work: Promise<unknown>): Promise<Stripe.errors.StripeError> =>
  work.then(
    () => Promise.reject(new Error("expected a refusal")),
    (error: Stripe.errors.StripeError) => error,
  );

/** Answers the bank's 3-D Secure page. */
export const authenticate = (
  intent: { next_action: { redirect_to_url?: { url: string | null } | null } | null },
  outcome: "success" | "failure" = "success",
): Promise<Response> =>
  fetch(intent.next_action?.redirect_to_url?.url ?? "", {
    method: "POST",
    body: new URLSearchParams({ outcome }),
    redirect: "manual",
  });
