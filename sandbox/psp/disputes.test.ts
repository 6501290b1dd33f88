import { describe, expect, it, vi } from "vitest";
import { failure, pay, useProviders, useSharedProvider } from "./testing/provider.ts";

const provider = useSharedProvider();
const providers = useProviders();

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

describe("evidence", () => {
  const disputed = async (card = "pm_card_createDisputeProductNotReceived") => {
    const { stripe } = provider;
    const { id } = await stripe.paymentIntents.create(pay(card, { capture_method: "automatic" }));
    return (await stripe.disputes.list({ payment_intent: id })).data[0]!;
  };

  it("is kept until it is sent, and sent once", async () => {
    const { stripe } = provider;
    const { id, reason, evidence_details: details } = await disputed();
    expect(reason).toBe("product_not_received");
    expect(details.due_by).toBeGreaterThan(Date.now() / 1000);
    const kept = await stripe.disputes.update(id, { evidence: { shipping_date: "1 June" }, submit: false });
    expect(kept).toMatchObject({ status: "needs_response", evidence: { shipping_date: "1 June" } });
    expect(kept.evidence_details).toMatchObject({ has_evidence: true, submission_count: 0 });
    const sent = await stripe.disputes.update(id, { evidence: { product_description: "Nasi goreng" } });
    expect(sent).toMatchObject({
      status: "under_review",
      evidence: { shipping_date: "1 June", product_description: "Nasi goreng" },
      evidence_details: { submission_count: 1 },
    });
    expect(await failure(stripe.disputes.update(id, { evidence: { customer_name: "Ayu" } }))).toMatchObject({
      code: "dispute_unexpected_state",
    });
  });

  it("is text of the known fields, and not too much of it", async () => {
    const { stripe } = provider;
    const { id } = await disputed();
    for (const evidence of [{ receipt: "file_x" }, { photo: "x" }, { uncategorized_text: "x".repeat(20_001) }])
      expect(await failure(stripe.disputes.update(id, { evidence } as object))).toMatchObject({ statusCode: 400 });
    const long = "x".repeat(19_000);
    const names = ["service_date", "customer_name", "shipping_date", "shipping_carrier", "billing_address"];
    const more = ["product_description", "shipping_address", "access_activity_log"];
    const evidence = Object.fromEntries([...names, ...more].map((name) => [name, long]));
    expect(await failure(stripe.disputes.update(id, { evidence }))).toMatchObject({ param: "evidence" });
  });

  it("may win back a part, and the balance has that part alone", async () => {
    const { stripe } = provider;
    const before = await idr();
    const { id } = await disputed("pm_card_createDisputeProductUnacceptable");
    expect((await idr()) - before).toBe(0);
    const won = await stripe.disputes.update(id, { evidence: { uncategorized_text: "partially_winning_evidence" } });
    expect(won.status).toBe("won");
    expect(won.balance_transactions.map(({ amount }) => amount)).toEqual([-5_000_000, 2_500_000]);
    expect((await idr()) - before).toBe(2_500_000);
  });

  const idr = async () =>
    (await provider.stripe.balance.retrieve()).available.find(({ currency }) => currency === "idr")?.amount ?? 0;

  it("that nobody gave is a dispute lost when it was due", async () => {
    const { stripe } = await providers.start({ EVIDENCE_DUE_MS: "0" });
    const { id } = await stripe.paymentIntents.create(pay("pm_card_createDispute", { capture_method: "automatic" }));
    await vi.waitFor(async () =>
      expect((await stripe.disputes.list({ payment_intent: id })).data[0]?.status).toBe("lost"),
    );
  });
});
