import { expect, it } from "vitest";
import { failure, pay, useSharedProvider } from "./testing/provider.ts";

const provider = useSharedProvider();

it.each([
  ["winning_evidence", "won"],
  ["losing_evidence", "lost"],
] as const)("a disputed charge with %s is %s, once", async (uncategorized_text, status) => {
  const { stripe } = provider;
  const intent = await stripe.paymentIntents.create(pay("pm_card_createDispute"));
  expect((await stripe.disputes.list({ payment_intent: intent.id })).data).toEqual([]);
  await stripe.paymentIntents.capture(intent.id);
  const [dispute] = (await stripe.disputes.list({ payment_intent: intent.id })).data;
  expect(dispute).toMatchObject({ amount: 5_000_000, status: "needs_response" });
  const withdrawn = { amount: -5_000_000, fee: 1_500, net: -5_001_500, currency: "idr", type: "adjustment" };
  expect(dispute!.balance_transactions).toMatchObject([withdrawn]);
  expect(await failure(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
    code: "charge_disputed",
  });
  const closed = await stripe.disputes.update(dispute!.id, { evidence: { uncategorized_text } });
  expect(closed.status).toBe(status);
  // The amount comes back, the fee never does.
  const reinstated = { amount: 5_000_000, fee: 0, net: 5_000_000 };
  expect(closed.balance_transactions).toMatchObject(status === "won" ? [withdrawn, reinstated] : [withdrawn]);
  const [of] = closed.balance_transactions;
  expect(await stripe.balanceTransactions.retrieve(of!.id)).toMatchObject({ ...withdrawn, source: dispute!.id });
  expect(await failure(stripe.disputes.close(dispute!.id))).toMatchObject({ statusCode: 400 });
  const told = (await stripe.events.list({ limit: 100 })).data
    .filter((event) => (event.data.object as { id?: string }).id === dispute!.id)
    .map((event) => event.type);
  expect(told).toContain("charge.dispute.created");
  expect(told).toContain("charge.dispute.closed");
  expect(told.includes("charge.dispute.funds_reinstated")).toBe(status === "won");
});

it("a refund is refused as often as the card says, under each new key", async () => {
  const { stripe } = provider;
  const intent = await stripe.paymentIntents.create(pay("pm_card_refundRefusedTwice", { capture_method: "automatic" }));
  const refund = (idempotencyKey: string) => stripe.refunds.create({ payment_intent: intent.id }, { idempotencyKey });
  expect(await failure(refund("a"))).toMatchObject({ code: "balance_insufficient" });
  expect(await failure(refund("a"))).toMatchObject({ code: "balance_insufficient" });
  expect(await failure(refund("b"))).toMatchObject({ code: "balance_insufficient" });
  expect((await refund("c")).status).toBe("succeeded");
});
