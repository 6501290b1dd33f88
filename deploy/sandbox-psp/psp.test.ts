import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Stripe from "stripe";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const secret = "whsec_test_secret";
const apiKey = "sk_test_sandbox";
const main = join(import.meta.dirname, "main.ts");

let folder: string;
let children: ChildProcess[] = [];
let receivers: Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "psp-"));
});

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  for (const server of receivers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

const settings = (extra: Record<string, string>) => ({
  STRIPE_SECRET_KEY: apiKey,
  WEBHOOK_SECRET: secret,
  DATA_FOLDER: folder,
  ...extra,
});

async function startPsp(extra: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main], {
    env: settings(extra),
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, url } = JSON.parse(line) as { msg: string; url: string };
    if (msg === "listening") return { url, stripe: client(url), child };
  }
  throw new Error("the card provider did not start");
}

const client = (url: string, key = apiKey, timeout = 20_000) =>
  new Stripe(key, {
    protocol: "http",
    host: "127.0.0.1",
    port: Number(new URL(url).port),
    maxNetworkRetries: 0,
    timeout,
  });

const pay = (
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

const failure = (work: Promise<unknown>): Promise<Stripe.errors.StripeError> =>
  work.then(
    () => Promise.reject(new Error("expected a refusal")),
    (error: Stripe.errors.StripeError) => error,
  );

describe("payments", () => {
  it("authorizes, captures a part, refunds, and refuses more than is left", async () => {
    const { stripe } = await startPsp();
    const intent = await stripe.paymentIntents.create(pay("pm_card_visa"));
    expect(intent).toMatchObject({
      status: "requires_capture",
      amount_capturable: 5_000_000,
      metadata: { order_id: "ord_1" },
    });
    const tooMuch = await failure(stripe.paymentIntents.capture(intent.id, { amount_to_capture: 5_000_001 }));
    expect(tooMuch).toMatchObject({ statusCode: 400, code: "amount_too_large" });
    const captured = await stripe.paymentIntents.capture(intent.id, {
      amount_to_capture: 3_000_000,
    });
    expect(captured).toMatchObject({
      status: "succeeded",
      amount_received: 3_000_000,
      amount_capturable: 0,
    });
    const again = await failure(stripe.paymentIntents.capture(intent.id));
    expect(again).toMatchObject({ statusCode: 400, code: "payment_intent_unexpected_state" });
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 1_000_000 });
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({
      status: "succeeded",
      amount: 1_000_000,
    });
    const over = await failure(stripe.refunds.create({ payment_intent: intent.id, amount: 2_000_001 }));
    expect(over).toMatchObject({
      statusCode: 400,
      code: "amount_too_large",
      type: "StripeInvalidRequestError",
    });
    await stripe.refunds.create({ payment_intent: intent.id });
    expect(await failure(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      code: "charge_already_refunded",
    });
    const read = await stripe.paymentIntents.retrieve(intent.id, { expand: ["latest_charge"] });
    expect(read.latest_charge).toMatchObject({
      amount_captured: 3_000_000,
      amount_refunded: 3_000_000,
      refunded: true,
    });
  });

  it("declines with the intent in the error, which another card can still pay", async () => {
    const { stripe } = await startPsp();
    const declined = await failure(stripe.paymentIntents.create(pay("pm_card_chargeDeclined")));
    expect(declined).toMatchObject({
      statusCode: 402,
      type: "StripeCardError",
      code: "card_declined",
    });
    expect(declined.payment_intent?.status).toBe("requires_payment_method");
    const paid = await stripe.paymentIntents.confirm(declined.payment_intent!.id, {
      payment_method: "pm_card_visa",
    });
    expect(paid.status).toBe("requires_capture");
    expect((await stripe.charges.list({ payment_intent: paid.id })).data.map((charge) => charge.status)).toEqual([
      "succeeded",
      "failed",
    ]);
  });

  it("releases an authorization by cancelling, and cancels only once", async () => {
    const { stripe } = await startPsp();
    const intent = await stripe.paymentIntents.create(pay("pm_card_visa"));
    expect(await stripe.paymentIntents.cancel(intent.id)).toMatchObject({
      status: "canceled",
      amount_capturable: 0,
    });
    for (const late of [stripe.paymentIntents.cancel(intent.id), stripe.paymentIntents.capture(intent.id)]) {
      expect(await failure(late)).toMatchObject({ code: "payment_intent_unexpected_state" });
    }
    expect(await failure(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      statusCode: 400,
    });
  });

  it("refuses a capture whose card says so, and keeps the authorization", async () => {
    const { stripe } = await startPsp();
    const intent = await stripe.paymentIntents.create(pay("pm_card_captureDeclined"));
    expect(await failure(stripe.paymentIntents.capture(intent.id))).toMatchObject({
      statusCode: 402,
    });
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe("requires_capture");
  });
});

describe("3-D Secure", () => {
  it.each([
    ["success", "requires_capture", "succeeded"],
    ["failure", "requires_payment_method", "failed"],
  ])("%s on the bank's page leads to %s", async (outcome, status, told) => {
    const { stripe } = await startPsp();
    const intent = await stripe.paymentIntents.create(
      pay("pm_card_authenticationRequired", { return_url: "http://shop.test/back?x=1" }),
    );
    expect(intent.status).toBe("requires_action");
    const page = intent.next_action!.redirect_to_url!.url!;
    expect(await (await fetch(page)).text()).toContain("Confirm it is you");
    const answer = await fetch(page, {
      method: "POST",
      body: new URLSearchParams({ outcome }),
      redirect: "manual",
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toContain(`redirect_status=${told}`);
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe(status);
  });

  it("declines off-session, unless the card was saved by a setup intent that asked its holder", async () => {
    const { stripe } = await startPsp();
    const offSession = { off_session: true };
    const required = await failure(
      stripe.paymentIntents.create(pay("pm_card_authenticationRequiredOnSetup", offSession)),
    );
    expect(required).toMatchObject({ statusCode: 402, code: "authentication_required" });
    const setup = await stripe.setupIntents.create({
      payment_method: "pm_card_authenticationRequiredOnSetup",
      confirm: true,
    });
    const page = setup.next_action!.redirect_to_url!.url!;
    await fetch(page, { method: "POST", body: new URLSearchParams({ outcome: "success" }) });
    const saved = await stripe.setupIntents.retrieve(setup.id);
    expect(saved.status).toBe("succeeded");
    const paid = await stripe.paymentIntents.create(pay(saved.payment_method as string, offSession));
    expect(paid.status).toBe("requires_capture");
  });
});

describe("idempotency", () => {
  it("charges once when the answer was lost and the retry brings the same key", async () => {
    const { stripe, url } = await startPsp();
    const impatient = client(url, apiKey, 300);
    const key = { idempotencyKey: "order-1" };
    const lost = await failure(impatient.paymentIntents.create(pay("pm_card_timeoutAfterCharge"), key));
    expect(lost.type).toBe("StripeConnectionError");
    const retried = await stripe.paymentIntents.create(pay("pm_card_timeoutAfterCharge"), key);
    expect(retried.status).toBe("requires_capture");
    expect(retried.lastResponse.headers["idempotent-replayed"]).toBe("true");
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
    expect((await stripe.charges.list()).data).toHaveLength(1);
  });

  it("cuts the held connection in the end", async () => {
    const { url } = await startPsp({ HOLD_MS: "50" });
    const body = new URLSearchParams({
      amount: "5000",
      currency: "usd",
      confirm: "true",
      payment_method: "pm_card_timeoutAfterCharge",
    });
    const request = fetch(`${url}/v1/payment_intents`, {
      method: "POST",
      body,
      headers: { authorization: `Bearer ${apiKey}` },
    });
    await expect(request).rejects.toThrow("fetch failed");
  });

  it("replays declines, refuses other parameters and other endpoints, and does not store invalid requests", async () => {
    const { stripe } = await startPsp();
    const key = { idempotencyKey: "k1" };
    const first = await failure(stripe.paymentIntents.create(pay("pm_card_chargeDeclined"), key));
    const second = await failure(stripe.paymentIntents.create(pay("pm_card_chargeDeclined"), key));
    expect(second.payment_intent?.id).toBe(first.payment_intent?.id);
    expect(second.headers?.["idempotent-replayed"]).toBe("true");
    const other = await failure(stripe.paymentIntents.create(pay("pm_card_visa"), key));
    expect(other).toMatchObject({ statusCode: 400, type: "StripeIdempotencyError" });
    expect(await failure(stripe.setupIntents.create({}, key))).toMatchObject({
      type: "StripeIdempotencyError",
    });
    const fresh = { idempotencyKey: "k2" };
    expect(await failure(stripe.paymentIntents.create(pay("pm_card_visa", { amount: 0 }), fresh))).toMatchObject({
      statusCode: 400,
    });
    expect((await stripe.paymentIntents.create(pay("pm_card_visa"), fresh)).status).toBe("requires_capture");
  });

  it("answers 409 while the first request of a key still runs", async () => {
    const { stripe } = await startPsp({ LATENCY_MS: "500" });
    const key = { idempotencyKey: "k1" };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => stripe.paymentIntents.create(pay("pm_card_visa"), key)),
    );
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(reason).toMatchObject({ statusCode: 409, code: "idempotency_key_in_use" });
    expect((await stripe.charges.list()).data).toHaveLength(1);
  });
});

describe("refusals", () => {
  it("speaks Stripe's error shape", async () => {
    const { stripe, url } = await startPsp();
    expect(await failure(client(url, "sk_test_wrong").paymentIntents.list())).toMatchObject({
      statusCode: 401,
      type: "StripeAuthenticationError",
    });
    expect(await failure(stripe.paymentIntents.retrieve("pi_unknown"))).toMatchObject({
      statusCode: 404,
      code: "resource_missing",
    });
    expect(await failure(stripe.paymentIntents.create({ amount: 49, currency: "usd" }))).toMatchObject({
      code: "amount_too_small",
    });
    expect(await failure(stripe.paymentIntents.create({ amount: 100, currency: "zzz" }))).toMatchObject({
      param: "currency",
    });
    expect(await failure(stripe.paymentIntents.create(pay("pm_card_unknown")))).toMatchObject({
      param: "payment_method",
    });
    const unknown = {
      amount: 100,
      currency: "usd",
      card: { number: "x" },
    } as Stripe.PaymentIntentCreateParams;
    expect(await failure(stripe.paymentIntents.create(unknown))).toMatchObject({
      code: "parameter_unknown",
      param: "card",
    });
    const hostile = await fetch(`${url}/v1/payment_intents`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}` },
      body: "__proto__[amount]=5&metadata[__proto__][x]=1&a[b][c][d][e][f]=1",
    });
    expect(hostile.status).toBe(400);
  });

  it.each([
    ["in production", { NODE_ENV: "production" }, "refuses to start in production"],
    ["with a live key", { STRIPE_SECRET_KEY: "sk_live_1234567" }, "STRIPE_SECRET_KEY"],
  ])("does not start %s", async (_, extra, message) => {
    const child = spawn(process.execPath, [main], {
      env: settings(extra),
      stdio: ["ignore", "ignore", "pipe"],
    });
    children.push(child);
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(1);
    expect(said).toContain(message);
  });
});

describe("the store", () => {
  it("replays everything acknowledged after kill -9, answers under their keys too, and drops a torn line", async () => {
    const first = await startPsp();
    const key = { idempotencyKey: "k1" };
    const made = await Promise.all(
      Array.from({ length: 20 }, () => first.stripe.paymentIntents.create(pay("pm_card_visa"))),
    );
    const keyed = await first.stripe.paymentIntents.create(pay("pm_card_visa"), key);
    await kill(first.child);
    appendFileSync(join(folder, "journal.jsonl"), '{"put":[{"kind":"charge","va');
    const { stripe } = await startPsp();
    for (const intent of made) expect(await stripe.paymentIntents.retrieve(intent.id)).toEqual(intent);
    expect((await stripe.paymentIntents.create(pay("pm_card_visa"), key)).id).toBe(keyed.id);
    expect((await stripe.paymentIntents.list({ limit: 100 })).data).toHaveLength(21);
  });
});

describe("webhooks", () => {
  /** A receiver that verifies each delivery; resolves `until` when the wanted number of distinct events was taken. */
  async function receiver(answers: (attempt: number) => number = () => 200) {
    const taken: Stripe.Event[] = [];
    const stripe = new Stripe(apiKey);
    let attempts = 0;
    let check = () => {};
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const event = stripe.webhooks.constructEvent(Buffer.concat(chunks), request.headers["stripe-signature"]!, secret);
      const status = answers((attempts += 1));
      if (status === 200) taken.push(event);
      response.writeHead(status).end();
      check();
    });
    receivers.push(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    const until = (done: () => boolean) =>
      new Promise<void>((resolve) => {
        check = () => void (done() && resolve());
        check();
      });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, taken, until };
  }

  it("are signed and repeated until taken", async () => {
    const { url, taken, until } = await receiver((attempt) => (attempt <= 2 ? 500 : 200));
    const { stripe } = await startPsp({ WEBHOOK_URL: url, WEBHOOK_RETRY_MS: "10" });
    const intent = await stripe.paymentIntents.create(pay("pm_card_visa"));
    await until(() => taken.length >= 3);
    expect(new Set(taken.map((event) => event.type))).toEqual(
      new Set(["payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated"]),
    );
    expect(taken.find((event) => event.type === "payment_intent.amount_capturable_updated")!.data.object).toMatchObject(
      { id: intent.id },
    );
    expect((await stripe.events.list({ type: "charge.succeeded" })).data).toHaveLength(1);
  });

  it("can be sent twice and newest first", async () => {
    const { url, taken, until } = await receiver();
    const { stripe } = await startPsp({
      WEBHOOK_URL: url,
      WEBHOOK_DUPLICATES: "1",
      WEBHOOK_REORDER_WINDOW: "3",
      WEBHOOK_DELAY_MS: "5",
    });
    await stripe.paymentIntents.create(pay("pm_card_visa"));
    await until(() => taken.length === 6);
    const ids = taken.map((event) => event.id);
    expect(new Set(ids).size).toBe(3);
    expect(taken.filter((_, index) => index % 2 === 0).map((event) => event.type)).toEqual([
      "payment_intent.amount_capturable_updated",
      "charge.succeeded",
      "payment_intent.created",
    ]);
  });

  it("not taken before a kill -9 are sent after the restart", async () => {
    const first = await startPsp();
    await first.stripe.paymentIntents.create(pay("pm_card_visa"));
    await kill(first.child);
    const { url, taken, until } = await receiver();
    await startPsp({ WEBHOOK_URL: url });
    await until(() => taken.length === 3);
    expect(taken).toHaveLength(3);
  });
});
