import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { startMoney, type Money } from "./testing/money.ts";

let rig: Money;
// As much as a rupiah note: the limits are met with small orders.
const settings = { SUPPORT_REFUND_MAX_MINOR: "IDR=110000", SUPPORT_REFUND_DAY_MAX_MINOR: "IDR=150000" };
const admin = userCaller(newId("usr"), "admin");
beforeAll(async () => void (rig = await startMoney({ settings })));
afterAll(() => rig.stop());

const kindOf = (answer: Awaited<ReturnType<Money["refundOf"]>>) => answer.data?.refundPayment.__typename as string;
const agent = () => userCaller(newId("usr"), "support");
const line = (orderId: string, position: number, quantity: number) => ({
  orderLineId: `${orderId}.${position}`,
  quantity,
});

describe("a refund by line", () => {
  test("comes to what the pieces were charged with tax, piece by piece to the last unit", async () => {
    const { orderId, paymentId } = await rig.captured();
    const amounts = [];
    for (const quantity of [1, 2]) {
      const answer = await rig.refundOf(paymentId, { lines: [line(orderId, 0, quantity)] }, admin);
      amounts.push(answer.data?.refundPayment.refund);
    }
    expect(amounts).toMatchObject([
      { amount: { amount: 16_667 + 1_667 }, tax: { amount: 1_667 } },
      { amount: { amount: 33_333 + 3_333 }, tax: { amount: 3_333 } },
    ]);
    expect((await rig.refundOf(paymentId, { lines: [line(orderId, 0, 1)] }, admin)).data?.refundPayment).toEqual({
      __typename: "RefundExceedsLineError",
      orderLineId: `${orderId}.0`,
      refundableQuantity: 0,
    });
    await rig.runTimers();
    const seen = await rig.seen(orderId);
    expect(seen).toMatchObject({ state: "PARTIALLY_REFUNDED", refunded: { amount: 55_000 } });
    expect(seen.lines).toMatchObject([
      { quantity: 3, refundedQuantity: 3, refunded: { amount: 55_000 } },
      { quantity: 1, refundedQuantity: 0, refunded: { amount: 0 } },
    ]);
  });

  test("never gives back more pieces than were bought, however many come at once", async () => {
    const { orderId, paymentId } = await rig.captured();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => rig.refundOf(paymentId, { lines: [line(orderId, 0, 1)] }, admin)),
    );
    const kinds = answers.map(kindOf);
    expect(kinds.filter((kind) => kind === "RefundPaymentSuccess")).toHaveLength(3);
    expect(kinds.filter((kind) => kind === "RefundExceedsLineError")).toHaveLength(5);
    expect((await rig.seen(orderId)).lines[0]).toMatchObject({ refundedQuantity: 3, refunded: { amount: 55_000 } });
  });

  test("takes no more money than is left after refunds of amounts", async () => {
    const { orderId, paymentId } = await rig.captured();
    await rig.refundOf(paymentId, { amountMinor: 110_000 }, admin);
    expect((await rig.refundOf(paymentId, { lines: [line(orderId, 1, 1)] }, admin)).data?.refundPayment).toEqual({
      __typename: "RefundExceedsCaptureError",
      refundable: { amount: 10_000 },
    });
    expect((await rig.seen(orderId)).lines[1]).toMatchObject({ refundedQuantity: 0 });
  });

  test("that the provider refuses leaves its pieces to be refunded again", async () => {
    const { orderId, paymentId } = await rig.captured("pm_card_refundRefused");
    await rig.refundOf(paymentId, { lines: [line(orderId, 0, 2), line(orderId, 1, 1)] }, admin);
    expect((await rig.seen(orderId)).lines).toMatchObject([{ refundedQuantity: 2 }, { refundedQuantity: 1 }]);
    await rig.runTimers();
    const seen = await rig.seen(orderId);
    expect(seen.refunds).toMatchObject([{ state: "FAILED" }]);
    expect(seen.lines).toMatchObject([
      { refundedQuantity: 0, refunded: { amount: 0 } },
      { refundedQuantity: 0, refunded: { amount: 0 } },
    ]);
    expect(kindOf(await rig.refundOf(paymentId, { lines: [line(orderId, 0, 3)] }, admin))).toBe("RefundPaymentSuccess");
  });

  test.each([
    ["an unknown line", (orderId: string) => [line(orderId, 7, 1)], "input.lines[0].orderLineId"],
    ["another order's line", () => [line(newId("ord"), 0, 1)], "input.lines[0].orderLineId"],
    ["no piece", (orderId: string) => [line(orderId, 0, 1), line(orderId, 1, 0)], "input.lines[1].quantity"],
    ["fewer than none", (orderId: string) => [line(orderId, 0, -1)], "input.lines[0].quantity"],
    ["a line twice", (orderId: string) => [line(orderId, 0, 1), line(orderId, 0, 1)], "input.lines"],
    ["no line", () => [], "input.lines"],
  ])("of %s is refused", async (_, lines, field) => {
    const { orderId, paymentId } = await rig.captured();
    const answer = await rig.refundOf(paymentId, { lines: lines(orderId) }, admin);
    expect(answer.data?.refundPayment).toEqual({ __typename: "InvalidInputError", field });
    expect((await rig.seen(orderId)).refunds).toEqual([]);
  });

  test("together with an amount is refused, and so are amounts that no number can hold", async () => {
    const { orderId, paymentId } = await rig.captured();
    const both = await rig.refundOf(paymentId, { lines: [line(orderId, 0, 1)], amountMinor: 5 }, admin);
    expect(both.data?.refundPayment).toEqual({ __typename: "InvalidInputError", field: "input.lines" });
    for (const amountMinor of [2 ** 53, 1e300, 0.5, "many"]) {
      expect((await rig.refundOf(paymentId, { amountMinor }, admin)).data).toBeUndefined();
    }
    for (const amountMinor of [0, -1, -(2 ** 53) + 1]) {
      expect((await rig.refundOf(paymentId, { amountMinor }, admin)).data?.refundPayment).toMatchObject({
        __typename: "InvalidInputError",
      });
    }
    expect(kindOf(await rig.refundOf(paymentId, { amountMinor: 2 ** 53 - 1 }, admin))).toBe(
      "RefundExceedsCaptureError",
    );
    expect((await rig.seen(orderId)).refunds).toEqual([]);
  });

  test("under a key that was used for other lines is a conflict", async () => {
    const { orderId, paymentId } = await rig.captured();
    const idempotencyKey = newId("evt");
    const ask = (quantity: number, fault?: string) =>
      rig.refundOf(paymentId, { idempotencyKey, lines: [line(orderId, 0, quantity)], fault }, admin);
    expect(kindOf(await ask(1))).toBe("RefundPaymentSuccess");
    expect(kindOf(await ask(1))).toBe("RefundPaymentSuccess");
    expect(kindOf(await ask(2))).toBe("RefundKeyReusedError");
    expect(kindOf(await ask(1, "RESTAURANT"))).toBe("RefundKeyReusedError");
    expect((await rig.seen(orderId)).refunds).toHaveLength(1);
  });
});

describe("who bears a refund", () => {
  const borne = async (orderId: string) => ({
    restaurant: await rig.balance(orderId, "restaurant_payable"),
    commission: await rig.balance(orderId, "commission"),
    courier: await rig.balance(orderId, "courier_payable"),
    expense: await rig.balance(orderId, "refund_expense"),
    tax: await rig.balance(orderId, "tax_payable"),
  });
  const nothingBorne = { restaurant: -64_000, commission: -16_000, courier: -16_000, expense: 0, tax: -10_000 };

  test.each([
    ["RESTAURANT", { restaurant: -24_000, commission: -6_000, tax: -5_000 }],
    ["COURIER", { courier: 0, expense: 34_000, tax: -5_000 }],
    ["PLATFORM", { expense: 50_000, tax: -5_000 }],
    ["CUSTOMER", { expense: 50_000, tax: -5_000 }],
  ])("%s at fault: the same before and after the order is settled", async (fault, change) => {
    const bears = { ...nothingBorne, ...change };
    for (const settledFirst of [true, false]) {
      const { orderId, paymentId } = await rig.captured();
      if (settledFirst) await rig.complete(orderId, newId("cou"));
      const answer = await rig.refundOf(paymentId, { lines: [line(orderId, 0, 3)], fault }, admin);
      expect(kindOf(answer)).toBe("RefundPaymentSuccess");
      await rig.runTimers();
      if (!settledFirst) await rig.complete(orderId, newId("cou"));
      expect(await borne(orderId)).toEqual(bears);
      expect((await rig.ledger(orderId)).sums).toEqual([{ sumMinor: 0 }]);
      expect((await rig.seen(orderId)).refunds).toMatchObject([{ fault, tax: { amount: 5_000 } }]);
    }
  });

  test("a refusal takes back exactly what was laid on them", async () => {
    const { orderId, paymentId } = await rig.captured("pm_card_refundRefused");
    await rig.complete(orderId, newId("cou"));
    for (const fault of ["RESTAURANT", "COURIER"]) {
      await rig.refundOf(paymentId, { lines: [line(orderId, 0, 1)], fault }, admin);
    }
    await rig.runTimers();
    expect(await borne(orderId)).toEqual(nothingBorne);
    expect(await rig.balance(orderId, "refunds_pending")).toBe(0);
  });

  test("customers are not told whose fault it was", async () => {
    const { orderId, paymentId } = await rig.captured();
    await rig.refundOf(paymentId, { lines: [line(orderId, 1, 1)], fault: "COURIER" }, admin);
    const mine = await rig.seen(orderId, userCaller(rig.customerId));
    expect(mine.refunds).toMatchObject([{ fault: null, lines: [{ orderLineId: `${orderId}.1`, quantity: 1 }] }]);
  });
});

describe("support's limits", () => {
  test("hold for one refund; an admin has none", async () => {
    const { paymentId } = await rig.captured();
    const somebody = agent();
    expect((await rig.refundOf(paymentId, { amountMinor: 110_001 }, somebody)).data?.refundPayment).toEqual({
      __typename: "SupportLimitError",
      period: "REFUND",
      limit: { amount: 110_000 },
      left: { amount: 110_000 },
    });
    expect(kindOf(await rig.refundOf(paymentId, {}, somebody))).toBe("SupportLimitError");
    expect(kindOf(await rig.refundOf(paymentId, {}, admin))).toBe("RefundPaymentSuccess");
  });

  test("hold for an agent's day over all payments, however many come at once, and begin anew on the next", async () => {
    const orders = await Promise.all(Array.from({ length: 6 }, () => rig.captured()));
    const somebody = agent();
    const refund = (paymentId: string, amountMinor = 40_000) => rig.refundOf(paymentId, { amountMinor }, somebody);
    const kinds = (await Promise.all(orders.map(({ paymentId }) => refund(paymentId)))).map(kindOf);
    expect(kinds.filter((kind) => kind === "RefundPaymentSuccess")).toHaveLength(3);
    const paymentId = orders[0]!.paymentId;
    expect((await refund(paymentId)).data?.refundPayment).toEqual({
      __typename: "SupportLimitError",
      period: "DAY",
      limit: { amount: 150_000 },
      left: { amount: 30_000 },
    });
    expect(kindOf(await rig.refundOf(paymentId, { amountMinor: 40_000 }, agent()))).toBe("RefundPaymentSuccess");
    expect(kindOf(await refund(paymentId, 30_000))).toBe("RefundPaymentSuccess");
    rig.clock.advance(86_400_000);
    expect(kindOf(await refund(paymentId, 1_000))).toBe("RefundPaymentSuccess");
  });

  test("count nothing for a refund that was refused for another reason", async () => {
    const { paymentId } = await rig.captured();
    const somebody = agent();
    await rig.refundOf(paymentId, { amountMinor: 100_000 }, admin);
    expect(kindOf(await rig.refundOf(paymentId, { amountMinor: 90_000 }, somebody))).toBe("RefundExceedsCaptureError");
    const other = await rig.captured();
    expect(kindOf(await rig.refundOf(other.paymentId, { amountMinor: 110_000 }, somebody))).toBe(
      "RefundPaymentSuccess",
    );
  });
});

test("every refund is audited with lines and fault, a refused one is not", async () => {
  const { orderId, paymentId } = await rig.captured();
  await rig.refundOf(paymentId, { lines: [line(orderId, 0, 2)], fault: "RESTAURANT" }, admin);
  await rig.refundOf(paymentId, { lines: [line(orderId, 0, 2)], fault: "RESTAURANT" }, admin);
  const audits = (await rig.outbox())
    .filter(({ type }) => type === "audit.recorded.v1")
    .map(({ data }) => data as { subjectId: string; action: string; detail: object });
  expect(audits.filter(({ subjectId }) => subjectId === paymentId)).toMatchObject([
    { action: "payment.refund", detail: { fault: "RESTAURANT", lines: [{ lineId: `${orderId}.0`, quantity: 2 }] } },
  ]);
});

test("the database itself refuses more of a line than was bought", async () => {
  const { orderId } = await rig.captured();
  const beyond = [
    rig.sql`update payment_lines set refunded_quantity = 4 where line_id = ${`${orderId}.0`}`,
    rig.sql`update payment_lines set refunded_minor = 55001 where line_id = ${`${orderId}.0`}`,
  ];
  for (const statement of beyond) await expect(statement).rejects.toThrow(/payment_lines_refunded/);
});
