/** The sandbox card provider as its own process over an own folder, for tests. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Stripe from "stripe";
import { afterEach, beforeEach } from "vitest";

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

/** Gives each test of the file a fresh folder, and kills what it started. `folder()` is the folder, `start` a provider over it. */
export function useProviders() {
  let folder = "";
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "psp-"));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await kill(child);
    rmSync(folder, { recursive: true, force: true });
  });
  const settings = (extra: Record<string, string>) => ({
    STRIPE_SECRET_KEY: apiKey,
    WEBHOOK_SECRET: webhookSecret,
    DATA_FOLDER: folder,
    ...extra,
  });
  return {
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
