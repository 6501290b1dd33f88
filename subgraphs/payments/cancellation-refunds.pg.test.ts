import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { startMoney, type Money } from "./testing/money.ts";

let rig: Money;
beforeAll(async () => void (rig = await startMoney()));
afterAll(() => rig.stop());

const cancelled = async (paymentMethod?: string, feeMinor = 0) => {
  const order = await rig.captured(paymentMethod);
  await rig.cancelling(order.orderId, feeMinor);
  await rig.withdrawDelivery(order.orderId);
  return order;
};
const flagged = (caller = rig.support, variables = {}) =>
  rig.graphql(
    `query ($first: Int, $after: String) { flaggedRefunds(first: $first, after: $after) {
      edges { node { id failureReason payment { id } } } pageInfo { hasNextPage endCursor } } }`,
    variables,
    caller,
  );

describe("a cancelled order's refund", () => {
  test("says its cause, and so does support's that settles meanwhile and settles nothing else", async () => {
    const { orderId, paymentId } = await rig.captured();
    await rig.cancelling(orderId, 30_000);
    await rig.refund(paymentId, 50_000);
    await rig.runTimers();
    expect(await rig.refundsTold(orderId)).toMatchObject([{ amountMinor: 50_000, full: false, cause: "SUPPORT" }]);
    await rig.withdrawDelivery(orderId);
    expect(await rig.refundsTold(orderId)).toMatchObject([
      { cause: "SUPPORT" },
      { amountMinor: 40_000, full: false, cause: "CANCELLATION" },
    ]);
    expect(await rig.balance(orderId, "orders_held")).toBe(0);
    expect(await rig.balance(orderId, "cancellation_fee")).toBe(-30_000);
  });

  test.each([
    ["support paid everything back before", 120_000, 0],
    ["the fee takes everything", null, 500_000],
  ])("is none when %s: the order is told all the same", async (_, refundMinor, feeMinor) => {
    const { orderId, paymentId } = await rig.captured();
    if (refundMinor !== null) await rig.refund(paymentId, refundMinor);
    await rig.cancelling(orderId, feeMinor);
    await rig.withdrawDelivery(orderId);
    expect((await rig.seen(orderId)).refunds).toHaveLength(refundMinor === null ? 0 : 1);
    expect((await rig.events(orderId)).filter((type) => type === "payment.voided.v1")).toHaveLength(1);
    expect(await rig.balance(orderId, "orders_held")).toBe(0);
  });

  test("is asked for again under a new key after each refusal, later and later, until it is paid", async () => {
    const { orderId } = await cancelled("pm_card_refundRefusedTwice");
    const [first] = (await rig.seen(orderId)).refunds;
    expect(first).toMatchObject({ state: "PENDING", attempts: 2, failureReason: "balance_insufficient" });
    expect(await rig.refundsTold(orderId)).toEqual([]);
    await rig.later(999);
    expect((await rig.seen(orderId)).refunds).toMatchObject([{ attempts: 2 }]);
    await rig.later(1);
    expect((await rig.seen(orderId)).refunds).toMatchObject([{ attempts: 3, state: "PENDING" }]);
    await rig.later(2_000);
    expect((await rig.seen(orderId)).refunds).toMatchObject([{ attempts: 3, state: "SUCCEEDED", flaggedAt: null }]);
    expect(await rig.refundsTold(orderId)).toMatchObject([{ amountMinor: 120_000, full: true, cause: "CANCELLATION" }]);
    expect(await rig.balance(orderId, "refunds_pending")).toBe(0);
    const keys = await rig.sql`select a.idempotency_key from refund_attempts a join refunds r on r.id = a.refund_id
      join payments p on p.id = r.payment_id order by p.created_at desc, a.number`;
    expect(new Set(keys.map((row) => row["idempotency_key"])).size).toBe(keys.length);
  });

  test("keeps its key while the outcome is unknown, and is paid once", async () => {
    const { orderId } = await cancelled("pm_card_timeoutAfterRefund");
    expect((await rig.seen(orderId)).refunds).toMatchObject([{ state: "PENDING", attempts: 1 }]);
    await rig.until(async () => expect((await rig.seen(orderId)).state).toBe("REFUNDED"));
    expect((await rig.seen(orderId)).refunds).toMatchObject([{ state: "SUCCEEDED", attempts: 1 }]);
    const intent = (await rig.intents(orderId))[0]?.id ?? "";
    expect((await rig.stripe.refunds.list({ payment_intent: intent })).data).toHaveLength(1);
  });

  test("is shown to support after so many refusals, and is tried on", async () => {
    const { orderId, paymentId } = await cancelled("pm_card_refundRefused");
    const other = await cancelled("pm_card_refundRefused");
    expect((await flagged()).data?.flaggedRefunds.edges).toEqual([]);
    for (const wait of [1_000, 2_000]) await rig.later(wait);
    const page = (await flagged(rig.support, { first: 1 })).data?.flaggedRefunds;
    expect(page).toMatchObject({ edges: [expect.anything()], pageInfo: { hasNextPage: true } });
    const rest = (await flagged(rig.support, { first: 5, after: page.pageInfo.endCursor })).data?.flaggedRefunds;
    const shown = [...page.edges, ...rest.edges].map(({ node }) => node);
    expect(new Set(shown.map(({ payment }) => payment.id))).toEqual(new Set([paymentId, other.paymentId]));
    expect(shown[0].failureReason).toBe("balance_insufficient");
    await rig.later(4_000);
    expect((await rig.seen(orderId)).refunds).toMatchObject([{ state: "PENDING", attempts: 5 }]);
    expect(await rig.balance(orderId, "refunds_pending")).toBe(-120_000);
  });

  test("shows the list to support alone, and refuses a page that cannot be", async () => {
    const stranger = await flagged(userCaller(rig.customerId));
    expect(stranger.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    for (const variables of [{ first: 0 }, { first: 101 }, { after: "nonsense" }]) {
      expect((await flagged(rig.support, variables)).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    }
    const { orderId } = await cancelled("pm_card_refundRefused");
    const [mine] = (await rig.seen(orderId, userCaller(rig.customerId))).refunds;
    expect(mine).toMatchObject({ state: "PENDING", failureReason: null, flaggedAt: null });
  });
});

describe("support's refund of a cancelled order", () => {
  test("gives the fee back, and not money that is no longer held", async () => {
    const { orderId, paymentId } = await cancelled(undefined, 30_000);
    expect((await rig.refund(paymentId, 30_001)).data?.refundPayment.__typename).toBe("RefundExceedsCaptureError");
    await rig.refund(paymentId, 30_000);
    await rig.runTimers();
    expect(await rig.seen(orderId)).toMatchObject({ state: "REFUNDED" });
    expect(await rig.balance(orderId, "orders_held")).toBe(0);
    expect(await rig.balance(orderId, "cancellation_fee")).toBe(0);
  });

  test("that is refused is owed by the cancellation instead", async () => {
    const { orderId, paymentId } = await rig.captured("pm_card_refundRefusedTwice");
    await rig.cancelling(orderId);
    await rig.refund(paymentId, 20_000);
    await rig.withdrawn(orderId);
    for (const _ of [1, 2, 3]) await rig.later(4_000);
    const { refunds, state } = await rig.seen(orderId);
    expect(state).toBe("REFUNDED");
    const paid = refunds.filter((one: { state: string }) => one.state === "SUCCEEDED");
    expect(paid.reduce((sum: number, one: { amount: { amount: number } }) => sum + one.amount.amount, 0)).toBe(120_000);
    expect(await rig.balance(orderId, "orders_held")).toBe(0);
    expect(await rig.balance(orderId, "refunds_pending")).toBe(0);
  });
});
