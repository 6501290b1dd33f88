import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { startMoney, type Money } from "./testing/money.ts";

let rig: Money;
beforeAll(async () => void (rig = await startMoney()));
afterAll(() => rig.stop());

describe("support's refunds", () => {
  const captured = () => rig.captured();

  test("never exceed what was captured, however many come at once", async () => {
    const { orderId, paymentId } = await captured();
    const answers = await Promise.all(Array.from({ length: 8 }, () => rig.refund(paymentId, 50_000)));
    const kinds = answers.map((answer) => answer.data?.refundPayment.__typename as string);
    expect(kinds.filter((kind) => kind === "RefundPaymentSuccess")).toHaveLength(2);
    expect(kinds.filter((kind) => kind === "RefundExceedsCaptureError")).toHaveLength(6);
    await rig.runTimers();
    expect(await rig.seen(orderId)).toMatchObject({ state: "PARTIALLY_REFUNDED", refunded: { amount: 100_000 } });
    expect((await rig.refund(paymentId, null)).data?.refundPayment.__typename).toBe("RefundPaymentSuccess");
    await rig.runTimers();
    expect(await rig.seen(orderId)).toMatchObject({ state: "REFUNDED", refunded: { amount: 120_000 } });
    expect(await rig.balance(orderId, "orders_held")).toBe(0);
  });

  test("answer a repeated key with the same refund, and another body with a conflict", async () => {
    const { paymentId } = await captured();
    const answers = await Promise.all(Array.from({ length: 5 }, () => rig.refund(paymentId, 1_000, "key-000001")));
    expect(new Set(answers.map((answer) => answer.data?.refundPayment.refund.id)).size).toBe(1);
    expect((await rig.refund(paymentId, 2_000, "key-000001")).data?.refundPayment.__typename).toBe(
      "RefundKeyReusedError",
    );
  });

  test("refuse bad input, unknown payments, uncaptured ones and other people", async () => {
    const { paymentId } = await captured();
    expect((await rig.refund(paymentId, -5)).data?.refundPayment).toEqual({
      __typename: "InvalidInputError",
      field: "input.amountMinor",
    });
    expect((await rig.refund("pay_nonsense", 5)).data?.refundPayment.__typename).toBe("NotFoundError");
    const open = (await rig.seen(await rig.order())).id;
    expect((await rig.refund(open, 5)).data?.refundPayment).toEqual({
      __typename: "NothingCapturedError",
      state: "AUTHORIZED",
    });
    expect(
      (await rig.refund(paymentId, 5, "key-000009", userCaller(rig.customerId))).errors?.[0]?.extensions.code,
    ).toBe("FORBIDDEN");
  });

  test("after completion fall on the platform, and the order's ledger stays at 0", async () => {
    const { orderId, paymentId } = await captured();
    await rig.complete(orderId, newId("cou"));
    await rig.refund(paymentId, null);
    await rig.runTimers();
    expect(await rig.stateOf(orderId)).toBe("REFUNDED");
    expect(await rig.balance(orderId, "orders_held")).toBe(0);
    expect((await rig.ledger(orderId)).sums).toEqual([{ sumMinor: 0 }]);
  });
});
