import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { startMoney, type Money } from "./testing/money.ts";

let rig: Money;
let told: Money;
beforeAll(async () => {
  rig = await startMoney();
  told = await startMoney({ webhooks: true });
});
afterAll(async () => {
  await rig.stop();
  await told.stop();
});

/** Webhooks about a dispute over the order's payment, as the provider would sign them. */
async function disputeOf(orderId: string, amount = 120_000) {
  const object = { id: `dp_${newId("evt")}`, object: "dispute", amount };
  const payment_intent = (await rig.intents(orderId))[0]?.id;
  const hook = (type: string, status: string) =>
    rig.webhook({
      id: `evt_${newId("evt")}`,
      object: "event",
      type: `charge.dispute.${type}`,
      data: { object: { ...object, payment_intent, status } },
    });
  return {
    id: object.id,
    opened: () => hook("created", "needs_response"),
    won: () => hook("closed", "won"),
    lost: () => hook("closed", "lost"),
  };
}

const soon = "2026-06-01T05:20:00.000Z";

const bank = async (orderId: string) => ({
  // What the provider keeps as its fee aside.
  clearing: (await rig.balance(orderId, "psp_clearing")) + (await rig.balance(orderId, "psp_fees")),
  chargebacks: await rig.balance(orderId, "chargebacks"),
  held: await rig.balance(orderId, "orders_held"),
});

test.each([
  ["winning_evidence", "CAPTURED", 0],
  ["losing_evidence", "DISPUTED", 120_000],
] as const)("the provider's own dispute with %s leaves the payment %s", async (uncategorized_text, state, loss) => {
  const orderId = await told.order("pm_card_createDispute");
  await told.accept(orderId);
  await vi.waitFor(async () => expect((await told.seen(orderId)).state).toBe("DISPUTED"), { timeout: 10_000 });
  const [dispute] = (await told.seen(orderId)).disputes;
  expect(dispute).toMatchObject({ state: "OPENED", amount: { amount: 120_000 } });
  expect(await told.balance(orderId, "chargebacks")).toBe(120_000);
  await told.stripe.disputes.update(dispute.id, { evidence: { uncategorized_text } });
  await vi.waitFor(async () => expect((await told.seen(orderId)).disputes[0].state).not.toBe("OPENED"), {
    timeout: 10_000,
  });
  expect((await told.seen(orderId)).state).toBe(state);
  expect(await told.balance(orderId, "chargebacks")).toBe(loss);
  // 2.9 % of the charge, and what every dispute costs.
  expect(await told.balance(orderId, "psp_fees")).toBe(3_480 + 1_500);
  expect((await told.ledger(orderId)).sums).toEqual([{ sumMinor: 0 }]);
  expect((await told.seen(orderId, userCaller(told.customerId))).disputes).toEqual([]);
});

describe("a dispute", () => {
  test("told of in the wrong order or twice takes effect once", async () => {
    const { orderId } = await rig.captured();
    const dispute = await disputeOf(orderId);
    for (const hook of [dispute.won, dispute.opened, dispute.won, dispute.opened]) {
      expect((await hook()).status).toBe(200);
    }
    expect(await rig.seen(orderId)).toMatchObject({ state: "CAPTURED", disputes: [{ state: "WON" }] });
    expect(await bank(orderId)).toEqual({ clearing: 120_000, chargebacks: 0, held: -120_000 });
  });

  test("heard of before the provider's answer to the capture tells that the money was taken", async () => {
    const orderId = await rig.order();
    await rig.say("order.accepted.v1", orderId, { fulfilment: "DELIVERY", prepSeconds: 600, readyAt: soon });
    expect((await rig.seen(orderId)).state).toBe("CAPTURING");
    const dispute = await disputeOf(orderId);
    await dispute.opened();
    const opened = { state: "DISPUTED", captured: { amount: 120_000 } };
    expect(await rig.seen(orderId)).toMatchObject(opened);
    // The answer itself comes now.
    await rig.runTimers();
    expect(await rig.seen(orderId)).toMatchObject(opened);
    expect(await bank(orderId)).toEqual({ clearing: 0, chargebacks: 120_000, held: -120_000 });
    expect((await rig.events(orderId)).filter((type) => type === "payment.captured.v1")).toHaveLength(1);
    await dispute.won();
    expect((await rig.seen(orderId)).state).toBe("CAPTURED");
  });

  test("of a part, beside another that is still open, keeps the payment disputed until both are won", async () => {
    const { orderId } = await rig.captured();
    const [first, second] = [await disputeOf(orderId, 50_000), await disputeOf(orderId, 70_000)];
    for (const hook of [first.opened, second.opened, first.won]) await hook();
    expect((await rig.seen(orderId)).state).toBe("DISPUTED");
    expect(await bank(orderId)).toMatchObject({ chargebacks: 70_000 });
    await second.won();
    expect((await rig.seen(orderId)).state).toBe("CAPTURED");
  });

  test("stays visible while a refund of before settles, and what it made of the payment shows when it is won", async () => {
    const { orderId, paymentId } = await rig.captured();
    await rig.refund(paymentId, 20_000);
    const dispute = await disputeOf(orderId);
    await dispute.opened();
    await rig.runTimers();
    expect(await rig.seen(orderId)).toMatchObject({ state: "DISPUTED", refunded: { amount: 20_000 } });
    expect((await rig.refund(paymentId, 1)).data?.refundPayment).toEqual({
      __typename: "NothingCapturedError",
      state: "DISPUTED",
    });
    await dispute.won();
    expect((await rig.seen(orderId)).state).toBe("PARTIALLY_REFUNDED");
  });

  test("over money that was paid back already still posts what the bank took", async () => {
    const { orderId, paymentId } = await rig.captured();
    await rig.refund(paymentId, null);
    await rig.runTimers();
    await (await disputeOf(orderId)).opened();
    expect((await rig.seen(orderId)).state).toBe("REFUNDED");
    expect(await bank(orderId)).toEqual({ clearing: -120_000, chargebacks: 120_000, held: 0 });
  });
});

describe("a cancellation while the payment is disputed", () => {
  const cancelledUnderDispute = async () => {
    const { orderId } = await rig.captured();
    const dispute = await disputeOf(orderId);
    await dispute.opened();
    await rig.cancelling(orderId);
    await rig.withdrawDelivery(orderId);
    expect(await rig.events(orderId)).toContain("payment.voided.v1");
    return { orderId, dispute };
  };

  test("is told at once, and the customer paid back when the dispute is won", async () => {
    const { orderId, dispute } = await cancelledUnderDispute();
    await dispute.won();
    await rig.runTimers();
    expect(await rig.seen(orderId)).toMatchObject({ state: "REFUNDED", refunded: { amount: 120_000 } });
    expect(await bank(orderId)).toEqual({ clearing: 0, chargebacks: 0, held: 0 });
  });

  test("pays nothing twice when it is lost: the bank has paid the customer", async () => {
    const { orderId, dispute } = await cancelledUnderDispute();
    await dispute.lost();
    await rig.runTimers();
    expect(await rig.seen(orderId)).toMatchObject({ state: "DISPUTED", refunds: [] });
    expect(await bank(orderId)).toEqual({ clearing: 0, chargebacks: 0, held: 0 });
  });

  test("gives up a refund that the provider still refuses when it is lost", async () => {
    const { orderId } = await rig.captured("pm_card_refundRefused");
    await rig.cancelling(orderId);
    await rig.withdrawDelivery(orderId);
    const dispute = await disputeOf(orderId);
    await dispute.opened();
    expect((await rig.events(orderId)).at(-1)).toBe("payment.voided.v1");
    await dispute.lost();
    expect(await rig.seen(orderId)).toMatchObject({
      state: "DISPUTED",
      refunds: [{ state: "FAILED", failureReason: "charge_disputed" }],
    });
    expect(await bank(orderId)).toEqual({ clearing: 0, chargebacks: 0, held: 0 });
    expect(await rig.balance(orderId, "refunds_pending")).toBe(0);
    await rig.later(60_000);
    expect((await rig.seen(orderId)).refunds).toHaveLength(1);
  });
});
