/** What banks keep after disputes: on whom it falls, in whatever order things happen. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId, toUuid } from "../../kit/id.ts";
import { admin, disputesAt, moved, type Disputes } from "./testing/disputes.ts";
import { startMoney, type Money } from "./testing/money.ts";

let rig: Money;
let at: Disputes;
beforeAll(async () => {
  rig = await startMoney();
  at = disputesAt(rig);
});
afterAll(() => rig.stop());

describe("a loss", () => {
  test("is put on its bearer once, in whatever order and however often the provider reports it", async () => {
    const steps = [
      ["created", "needs_response"],
      ["updated", "under_review"],
      ["closed", "lost"],
    ] as const;
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [2, 0, 2, 1],
      [0, 2, 2, 1],
      [1, 2, 0, 2],
    ];
    const outcomes = [];
    for (const order of orders) {
      const { orderId } = await rig.captured();
      await rig.complete(orderId, newId("cou"));
      const { id, hook } = await at.disputeOf(orderId, { reason: "product_unacceptable" });
      for (const [type, status] of order.map((step) => steps[step]!)) {
        const eventId = `evt_${newId("evt")}`;
        for (const _ of [1, 2]) expect((await hook(type, { status }, eventId)).status).toBe(200);
      }
      expect(await at.one(id)).toMatchObject({ state: "LOST", payment: { state: "DISPUTED" } });
      outcomes.push(await at.books(orderId));
    }
    expect(outcomes[0]).not.toHaveProperty("chargebacks");
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
  });

  test("for the restaurant's fault undoes its sale, and the tax; the platform bears the rest", async () => {
    const { orderId, hook } = await at.disputed({ reason: "product_unacceptable" });
    await hook("closed", { status: "lost" });
    const { chargebacks = 0, restaurant_payable = 0, tax_payable = 0, ...rest } = await at.books(orderId);
    expect({ chargebacks, restaurant_payable, tax_payable }).toEqual({
      chargebacks: 0,
      restaurant_payable: 0,
      tax_payable: 0,
    });
    expect(rest["orders_held"]).toBeUndefined();
    expect(rest["courier_payable"]).toBe(-16_000);
    expect(rest["tips_held"]).toBe(-10_000);
  });

  test.each(["fraudulent", "general"])("for %s leaves restaurant and courier what they earned", async (reason) => {
    const { orderId, hook } = await at.disputed({ reason });
    await hook("closed", { status: "lost" });
    const left = await at.books(orderId);
    expect(left["restaurant_payable"]).toBe(-64_000);
    expect(left["courier_payable"]).toBe(-16_000);
    // Of a fraud the sale stands, with its tax; else the tax is no longer due.
    expect([left["chargebacks"], left["tax_payable"]]).toEqual(
      reason === "fraudulent" ? [120_000, -10_000] : [undefined, undefined],
    );
  });

  test("falls on whom support named", async () => {
    const { orderId, id, hook } = await at.disputed();
    const name = (fault: string) => at.act("setDisputeFault", { disputeId: id, fault, reason: "The courier ate it" });
    expect((await name("COURIER")).dispute.fault).toBe("COURIER");
    await hook("closed", { status: "lost" });
    expect((await at.books(orderId))["courier_payable"]).toBeUndefined();
    expect((await name("PLATFORM")).__typename).toBe("DisputeNotOpenError");
  });

  test("after a refund falls on the bearer once; the second payment is the platform's", async () => {
    const { orderId, paymentId } = await rig.captured();
    await rig.complete(orderId, newId("cou"));
    await rig.refundOf(paymentId, { fault: "RESTAURANT" }, admin);
    await rig.runTimers();
    const before = await at.books(orderId);
    const { hook } = await at.disputeOf(orderId, { reason: "product_unacceptable" });
    await hook("created", { status: "needs_response" });
    await hook("closed", { status: "lost" });
    expect((await rig.seen(orderId)).state).toBe("REFUNDED");
    const clearing = before["psp_clearing"] ?? 0;
    expect(await at.books(orderId)).toEqual({ ...before, chargebacks: 120_000, psp_clearing: clearing - 120_000 });
  });

  test.each([
    ["before", 60_000],
    ["after", 60_000],
  ] as const)("that is reported %s the settlement falls on the same", async (when, back) => {
    const { orderId, hook } = await at.disputed({ reason: "product_unacceptable" }, when === "after");
    await hook("closed", { status: "won", ...moved(120_000, back) });
    if (when === "before") await rig.complete(orderId, newId("cou"));
    const left = await at.books(orderId);
    // 60,000 with 5,000 tax: 55,000 off the sale, less the commission on it.
    expect(left["restaurant_payable"]).toBe(-64_000 + 44_000);
    expect(left["tax_payable"]).toBe(-5_000);
    expect(left["chargebacks"]).toBeUndefined();
    expect(left["orders_held"]).toBeUndefined();
    expect((await rig.seen(orderId)).state).toBe("PARTIALLY_REFUNDED");
  });

  test("of a part, a refund and the settlement come to the same sums in any order", async () => {
    const outcomes = [];
    for (const order of ["SRL", "SLR", "RSL", "RLS", "LSR", "LRS"]) {
      const { orderId, paymentId } = await rig.captured();
      const { id, hook } = await at.disputeOf(orderId, { amount: 60_000, reason: "product_unacceptable" });
      const steps: Record<string, () => Promise<unknown>> = {
        S: () => rig.complete(orderId, newId("cou")),
        R: async () => {
          const { data } = await rig.refundOf(paymentId, { amountMinor: 24_000, fault: "RESTAURANT" }, admin);
          expect(data?.refundPayment.__typename).toBe("RefundPaymentSuccess");
          await rig.runTimers();
        },
        L: async () => {
          await hook("created", { status: "needs_response" });
          await hook("closed", { status: "won", ...moved(60_000, 24_000) });
        },
      };
      for (const step of order) await steps[step]?.();
      expect(await at.one(id)).toMatchObject({ state: "PARTLY_WON", payment: { state: "PARTIALLY_REFUNDED" } });
      outcomes.push(await at.books(orderId));
    }
    expect(outcomes[0]).not.toHaveProperty("chargebacks");
    expect(outcomes[0]).not.toHaveProperty("orders_held");
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
  });

  test("of a part, of an order that ends unfulfilled, is made up for by what was held; the rest is paid back", async () => {
    const { orderId, hook } = await at.disputed({ reason: "general" }, false);
    await hook("closed", { status: "won", ...moved(120_000, 90_000) });
    await rig.cancelling(orderId);
    await rig.withdrawDelivery(orderId);
    expect(await rig.seen(orderId)).toMatchObject({ state: "REFUNDED", refunded: { amount: 90_000 } });
    const left = await at.books(orderId);
    expect([left["orders_held"], left["chargebacks"], left["refunds_pending"]]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("won before it is known how much came back waits for that", async () => {
    const { id, hook } = await at.disputed();
    await hook("closed", { status: "won", ...moved(120_000, 0) });
    expect((await at.one(id)).state).toBe("OPENED");
    await hook("funds_reinstated", { status: "won", ...moved(120_000, 120_000) });
    expect(await at.one(id)).toMatchObject({ state: "WON", returned: { amount: 120_000 } });
  });

  test("and refunds are never more than was taken, whatever is asked at once: the database refuses more", async () => {
    const { orderId, hook } = await at.disputed({ amount: 70_000 });
    await hook("closed", { status: "won", amount: 70_000, ...moved(70_000, 10_000) });
    const { id: paymentId } = await rig.seen(orderId);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => rig.refund(paymentId, 20_000, newId("evt"), admin)),
    );
    expect(answers.filter(({ data }) => data?.refundPayment.__typename === "RefundPaymentSuccess")).toHaveLength(3);
    await rig.runTimers();
    const beyond = rig.sql`update payments set lost_minor = lost_minor + 1 where id = ${toUuid(paymentId)}`;
    await expect(beyond).rejects.toThrow("payments_refunds_within_captured");
  });
});
