import type Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { apiKey, client, failure, pay, useProviders } from "./testing/provider.ts";

const provider = useProviders();

describe("idempotency", () => {
  it("charges once when the answer was lost and the retry brings the same key", async () => {
    const { stripe, url } = await provider.start();
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
    const { url } = await provider.start({ HOLD_MS: "50" });
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
    const { stripe } = await provider.start();
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
    const { stripe } = await provider.start({ LATENCY_MS: "500" });
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
    const { stripe, url } = await provider.start();
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
    const { code, said } = await provider.refusal(extra);
    expect(code).toBe(1);
    expect(said).toContain(message);
  });
});
