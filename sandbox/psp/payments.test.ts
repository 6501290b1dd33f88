import { describe, expect, it } from "vitest";
import { failure, pay, useSharedProvider } from "./testing/provider.ts";

const provider = useSharedProvider();

describe("payments", () => {
  it("tells its fee with the balance transaction of a captured charge, and nothing before", async () => {
    const { stripe } = provider;
    const intent = await stripe.paymentIntents.create(pay("pm_card_visa"));
    const charge = async () => {
      const expanded = { expand: ["latest_charge.balance_transaction"] };
      return (await stripe.paymentIntents.retrieve(intent.id, expanded)).latest_charge;
    };
    expect(await charge()).toMatchObject({ balance_transaction: null });
    await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 3_000_000 });
    const told = { amount: 3_000_000, fee: 87_000, net: 2_913_000, type: "charge" };
    expect(await charge()).toMatchObject({ balance_transaction: told });
    const { data } = await stripe.balanceTransactions.list({ source: ((await charge()) as { id: string }).id });
    expect(data).toMatchObject([told]);
  });

  it("authorizes, captures a part, refunds, and refuses more than is left", async () => {
    const { stripe } = provider;
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
    const { stripe } = provider;
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
    const { stripe } = provider;
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
    const { stripe } = provider;
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
    const { stripe } = provider;
    const intent = await stripe.paymentIntents.create(
      pay("pm_card_authenticationRequired", { return_url: "http://shop.test/back?x=1" }),
    );
    expect(intent.status).toBe("requires_action");
    const page = intent.next_action!.redirect_to_url!.url!;
    const asked = await (await fetch(page)).text();
    expect(asked).toContain("Confirm it is you");
    expect(asked).toMatch(/Payment: [A-Z]{3} [0-9,]+(\.[0-9]{2,3})?</);
    const answer = await fetch(page, {
      method: "POST",
      body: new URLSearchParams({ outcome }),
      redirect: "manual",
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toContain(`redirect_status=${told}`);
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe(status);
  });
});
