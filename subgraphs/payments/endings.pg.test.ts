/** The stories of orders that end without being fulfilled, told by events, and what each side has then. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import type { EndedIn, Fault } from "./domain/fault-policy.ts";
import { heldFor, postedFor, sharesFor, storyOrder } from "./testing/endings.ts";
import { startMoney, type Money } from "./testing/money.ts";
import { endingOf, orderA, orderB, pickupA, type Shares, type StoryOrder } from "./testing/stories.ts";

let rig: Money;
beforeAll(async () => void (rig = await startMoney()));
afterAll(() => rig.stop());

const shares = (C: number, R: number, K: number, P: number, X: number): Shares => ({ C, R, K, P, X });

type Told = Awaited<ReturnType<typeof storyOrder>>;
type Stage = Parameters<Told["withdrawn"]>[0];

/** Calls an order off and withdraws its delivery. */
const calledOff =
  (order: StoryOrder, endedIn: EndedIn, fault: Fault, stage: Stage) =>
  async (told: Told): Promise<void> => {
    await told.cancelling(endingOf(order, endedIn, fault));
    await told.withdrawn(stage);
  };
const failed = (order: StoryOrder, fault: Fault) => (told: Told) => told.failed(endingOf(order, "PICKED_UP", fault));
const refundDish = async (told: Told, index: number, fault: Fault): Promise<void> => {
  const lines = [{ orderLineId: `${told.orderId}.${index}`, quantity: 1 }];
  const answer = await rig.refundOf(await told.paymentId(), { lines, fault });
  expect(answer.data?.refundPayment.__typename).toBe("RefundPaymentSuccess");
  await rig.runTimers();
};

/** A second courier brings it, the first left a kitchen too slow. */
async function replacedThenDelivered(told: Told): Promise<void> {
  await told.replaced(newId("cou"), "AT_PICKUP", false);
  await told.completed();
}

/** It failed, support asked for the food back, and then decided. */
async function returnedThenFailed(told: Told): Promise<void> {
  await told.returned(true);
  await failed(orderA, "CUSTOMER")(told);
}

async function dishMissing(told: Told): Promise<void> {
  await told.completed();
  await refundDish(told, 1, "RESTAURANT");
}

const settledA = shares(-13_998_000, 8_000_000, 2_200_000, 2_600_000, 1_198_000);
const twoRidesA = shares(-13_998_000, 8_000_000, 2_800_000, 2_000_000, 1_198_000);

describe("the stories", () => {
  test.each<[string, StoryOrder, (told: Told) => Promise<void>, Shares]>([
    ["1: A delivered", orderA, (told) => told.completed(), settledA],
    ["1: A failed after pickup, the customer's fault", orderA, failed(orderA, "CUSTOMER"), settledA],
    [
      "2: A accepted, the customer's fault",
      orderA,
      calledOff(orderA, "ACCEPTED", "CUSTOMER", "ASSIGNED"),
      shares(-2_750_000, 2_000_000, 300_000, 200_000, 250_000),
    ],
    [
      "3: B the same",
      orderB,
      calledOff(orderB, "ACCEPTED", "CUSTOMER", "ASSIGNED"),
      shares(-1_762_499, 1_481_818, 240_000, -119_546, 160_227),
    ],
    [
      "4: A ready, the customer's fault",
      orderA,
      calledOff(orderA, "READY", "CUSTOMER", "AT_PICKUP"),
      shares(-11_333_000, 8_000_000, 600_000, 1_700_000, 1_033_000),
    ],
    [
      "5: the same, the restaurant's fault",
      orderA,
      calledOff(orderA, "READY", "RESTAURANT", "AT_PICKUP"),
      shares(0, 0, 600_000, -600_000, 0),
    ],
    [
      "6: A ready, no courier",
      orderA,
      calledOff(orderA, "READY", "PLATFORM", null),
      shares(0, 8_000_000, 0, -8_000_000, 0),
    ],
    ["7: A returned on request, the customer's fault", orderA, returnedThenFailed, twoRidesA],
    ["7: the first courier left a kitchen too slow", orderA, replacedThenDelivered, twoRidesA],
    ["8: A failed, the courier's fault", orderA, failed(orderA, "COURIER"), shares(0, 8_000_000, 0, -8_000_000, 0)],
    ["9: A failed by accident", orderA, failed(orderA, "NOBODY"), shares(0, 8_000_000, 1_200_000, -9_200_000, 0)],
    [
      "10: A never fetched",
      pickupA,
      calledOff(pickupA, "READY", "CUSTOMER", null),
      shares(-11_333_000, 8_000_000, 0, 2_300_000, 1_033_000),
    ],
    ["12: B delivered", orderB, (told) => told.completed(), shares(-8_961_500, 5_927_273, 1_460_000, 793_440, 780_787)],
    [
      "13: 12, dish 2 missing, the restaurant's fault",
      orderB,
      dishMissing,
      shares(-6_553_115, 3_902_428, 1_460_000, 628_844, 561_843),
    ],
  ])("%s", async (_, order, happens, expected) => {
    const told = await storyOrder(rig, order);
    await happens(told);
    expect(await sharesFor(rig, told.orderId)).toEqual(expected);
    expect(await heldFor(rig, told.orderId, "orders_held")).toBe(0);
    expect(await heldFor(rig, told.orderId, "refunds_pending")).toBe(0);
    const owned = ["restaurant_payable", "courier_payable", "tips_held"];
    for (const { account, owner } of await postedFor(rig, told.orderId)) {
      if (owned.includes(account)) expect(owner).not.toBe("");
      expect(account).not.toBe("cancellation_fee");
    }
  });

  test("the tip and the pay are the courier's who carried it", async () => {
    const told = await storyOrder(rig, orderA);
    await failed(orderA, "CUSTOMER")(told);
    const posted = await postedFor(rig, told.orderId);
    const mine = posted.filter(({ owner }) => owner === told.courierId);
    expect(mine.map(({ account, amountMinor }) => [account, amountMinor])).toEqual([
      ["courier_payable", -1_200_000],
      ["tips_held", -1_000_000],
    ]);
    const accounts = await rig.sql`select id from payout_accounts where owner = ${told.courierId}`;
    expect(accounts).toHaveLength(1);
  });

  test("the customer is told that a delivery failed at their fault costs all: nothing comes back, nothing is voided", async () => {
    const told = await storyOrder(rig, orderA);
    await failed(orderA, "CUSTOMER")(told);
    expect(await rig.events(told.orderId)).toEqual(expect.not.arrayContaining(["payment.voided.v1"]));
    expect(await rig.refundsTold(told.orderId)).toEqual([]);
    expect(await rig.stateOf(told.orderId)).toBe("CAPTURED");
  });
});

describe("the order of events changes no sum", () => {
  const expected = shares(-11_333_000, 8_000_000, 600_000, 1_700_000, 1_033_000);
  const ending = endingOf(orderA, "READY", "CUSTOMER");

  test("the delivery answers before the order's own event comes, and twice", async () => {
    const told = await storyOrder(rig, orderA);
    await told.withdrawn("AT_PICKUP");
    await told.withdrawn(null);
    expect((await sharesFor(rig, told.orderId)).R).toBe(0);
    await told.cancelling(ending);
    await told.cancelling(ending);
    await told.withdrawn("ASSIGNED");
    expect(await sharesFor(rig, told.orderId)).toEqual(expected);
    expect((await postedFor(rig, told.orderId)).filter(({ kind }) => kind === "order-ended")).toHaveLength(7);
  });

  test("the answer to the capture was lost when the order ended", async () => {
    const told = await storyOrder(rig, orderA, "pm_card_timeoutAfterCapture");
    await told.cancelling(ending);
    await told.withdrawn("AT_PICKUP");
    await rig.until(async () => expect(await rig.stateOf(told.orderId)).toBe("PARTIALLY_REFUNDED"));
    expect(await sharesFor(rig, told.orderId)).toEqual(expected);
  });

  test("the return comes before the decision or after it; for the courier's fault it is not paid", async () => {
    for (const fault of ["CUSTOMER", "NOBODY", "COURIER"] as const) {
      const before = await storyOrder(rig, orderA);
      await before.returned(true);
      await failed(orderA, fault)(before);
      const after = await storyOrder(rig, orderA);
      await failed(orderA, fault)(after);
      await after.returned(true);
      await after.returned(true);
      const seen = await sharesFor(rig, before.orderId);
      expect(await sharesFor(rig, after.orderId)).toEqual(seen);
      expect(seen.K).toBe({ CUSTOMER: 2_800_000, NOBODY: 1_800_000, COURIER: 0 }[fault]);
    }
  });

  test("a return that support did not ask for is not paid", async () => {
    const told = await storyOrder(rig, orderA);
    await told.returned(false);
    await failed(orderA, "CUSTOMER")(told);
    expect(await sharesFor(rig, told.orderId)).toEqual(settledA);
  });

  test("a courier who was replaced by their own fault earns nothing", async () => {
    const told = await storyOrder(rig, orderA);
    await told.replaced(newId("cou"), "AT_PICKUP", true);
    await told.completed();
    expect(await sharesFor(rig, told.orderId)).toEqual(settledA);
  });

  test.each([
    ["a dish, the restaurant's fault", "ACCEPTED", 1, "RESTAURANT"],
    ["a dish, our fault", "ACCEPTED", 0, "PLATFORM"],
    ["a dish, the courier's fault", "ACCEPTED", 2, "COURIER"],
  ] as const)("support refunds before the end or after it: %s", async (_, endedIn, index, fault) => {
    const end = calledOff(orderB, endedIn, "CUSTOMER", "ASSIGNED");
    const before = await storyOrder(rig, orderB);
    await refundDish(before, index, fault);
    await end(before);
    const after = await storyOrder(rig, orderB);
    await end(after);
    await refundDish(after, index, fault);
    const seen = await sharesFor(rig, before.orderId);
    expect(await sharesFor(rig, after.orderId)).toEqual(seen);
    for (const { orderId } of [before, after])
      for (const account of ["orders_held", "refunds_pending"]) expect(await heldFor(rig, orderId, account)).toBe(0);
    const { netMinor, taxMinor } = orderB.lines[index]!;
    expect(seen.C).toBe(-1_762_499 + Math.round(netMinor / 4) + Math.round(taxMinor / 4));
  });

  test("an amount that support refunds before the end comes out of the charge, as after it", async () => {
    const end = calledOff(orderA, "READY", "CUSTOMER", "AT_PICKUP");
    const give = async (told: Told) => {
      await rig.refundOf(await told.paymentId(), { amountMinor: 1_000_000, fault: "PLATFORM" });
      await rig.runTimers();
    };
    const before = await storyOrder(rig, orderA);
    await give(before);
    await end(before);
    const after = await storyOrder(rig, orderA);
    await end(after);
    await give(after);
    const seen = await sharesFor(rig, before.orderId);
    expect(await sharesFor(rig, after.orderId)).toEqual(seen);
    expect(seen).toMatchObject({ C: -10_333_000, R: 8_000_000, K: 600_000 });
  });

  test("a refund that was decided before the end and refused after it is charged again, and the rest is owed", async () => {
    const told = await storyOrder(rig, orderB, "pm_card_refundRefusedTwice");
    const lines = [{ orderLineId: `${told.orderId}.1`, quantity: 1 }];
    await rig.refundOf(await told.paymentId(), { lines, fault: "RESTAURANT" });
    await rig.say("order.cancelling.v1", told.orderId, {
      reason: "SUPPORT_CANCELLED",
      feeMinor: 1_762_499,
      ending: endingOf(orderB, "ACCEPTED", "CUSTOMER"),
    });
    await told.withdrawn("ASSIGNED");
    for (const _ of [1, 2, 3, 4]) await rig.later(4_000);
    expect(await sharesFor(rig, told.orderId)).toEqual(shares(-1_762_499, 1_481_818, 240_000, -119_546, 160_227));
    for (const account of ["orders_held", "refunds_pending"]) expect(await heldFor(rig, told.orderId, account)).toBe(0);
  });

  test("a dish that was refunded is not refunded again after the end, and no more than was charged", async () => {
    const told = await storyOrder(rig, orderB);
    await refundDish(told, 1, "RESTAURANT");
    await calledOff(orderB, "ACCEPTED", "CUSTOMER", "ASSIGNED")(told);
    const lines = [{ orderLineId: `${told.orderId}.1`, quantity: 1 }];
    const again = await rig.refundOf(await told.paymentId(), { lines });
    expect(again.data?.refundPayment.__typename).toBe("RefundExceedsLineError");
    const rest = 1_762_499 - 602_096;
    const more = await rig.refundOf(await told.paymentId(), { amountMinor: rest + 1 });
    expect(more.data?.refundPayment.__typename).toBe("RefundExceedsCaptureError");
    await rig.refundOf(await told.paymentId(), { fault: "PLATFORM" });
    await rig.runTimers();
    expect(await sharesFor(rig, told.orderId)).toMatchObject({ C: 0, X: 0 });
  });
});

describe("an order whose money was never taken", () => {
  test("still pays the courier who came; the restaurant earns nothing before it cooks", async () => {
    const told = await storyOrder(rig, orderA, "pm_card_captureDeclined");
    expect(await rig.events(told.orderId)).toContain("payment.capture-failed.v1");
    await told.cancelling(endingOf(orderA, "ACCEPTED", "PLATFORM"));
    await told.withdrawn("AT_PICKUP");
    expect(await sharesFor(rig, told.orderId)).toEqual(shares(0, 0, 600_000, -600_000, 0));
    expect(await rig.stateOf(told.orderId)).toBe("VOIDED");
  });

  test("is nobody's charge though its customer called it off", async () => {
    const told = await storyOrder(rig, orderA, "pm_card_captureDeclined");
    await told.cancelling(endingOf(orderA, "ACCEPTED", "CUSTOMER"));
    await told.withdrawn("ASSIGNED");
    expect(await sharesFor(rig, told.orderId)).toEqual(shares(0, 0, 300_000, -300_000, 0));
  });

  test("was delivered all the same, since the courier had it before it could be stopped: who worked is paid", async () => {
    const told = await storyOrder(rig, orderA, "pm_card_captureDeclined");
    await told.cancelling(endingOf(orderA, "ACCEPTED", "PLATFORM"));
    await rig.tell("order.cancellation-refused.v1", told.orderId, { reason: "ALREADY_PICKED_UP" });
    await told.completed();
    await told.completed();
    expect(await sharesFor(rig, told.orderId)).toEqual(shares(0, 8_000_000, 1_200_000, -9_200_000, 0));
    expect(await heldFor(rig, told.orderId, "orders_held")).toBe(0);
    expect(await rig.stateOf(told.orderId)).toBe("VOIDED");
  });
});

describe("old events, from before orders told how they ended", () => {
  test("of a delivery that failed at the customer's fault: charged in full, but for the tip, whose courier is not known", async () => {
    const told = await storyOrder(rig, orderA);
    await rig.tell("order.delivery-failed.v1", told.orderId, { fault: "CUSTOMER" });
    expect(await sharesFor(rig, told.orderId)).toEqual(shares(-12_998_000, 8_000_000, 0, 3_800_000, 1_198_000));
  });

  test("of a cancellation: the fee is kept as it was agreed, and support can give it back", async () => {
    const told = await storyOrder(rig, orderA);
    await rig.cancelling(told.orderId, 2_500_000);
    await told.withdrawn(null);
    expect(await heldFor(rig, told.orderId, "cancellation_fee")).toBe(-2_500_000);
    await rig.refundOf(await told.paymentId(), {});
    await rig.runTimers();
    expect(await heldFor(rig, told.orderId, "cancellation_fee")).toBe(0);
    expect((await sharesFor(rig, told.orderId)).C).toBe(0);
  });
});

describe("a dispute over an order that ended", () => {
  test("opened before the end: those who worked are paid at once, the rest goes back when it is won", async () => {
    const told = await storyOrder(rig, orderA);
    const intent = (await rig.intents(told.orderId))[0]?.id ?? "";
    const dispute = (status: string) => ({
      id: newId("evt"),
      type: status === "needs_response" ? "charge.dispute.created" : "charge.dispute.closed",
      data: { object: { id: `dp_${told.orderId}`, payment_intent: intent, amount: 13_998_000, status } },
    });
    await rig.webhook(dispute("needs_response"));
    await calledOff(orderA, "READY", "CUSTOMER", "AT_PICKUP")(told);
    expect(await sharesFor(rig, told.orderId)).toMatchObject({ R: 8_000_000, K: 600_000, X: 1_033_000 });
    await rig.webhook(dispute("won"));
    await rig.runTimers();
    const { C, R, K, X } = await sharesFor(rig, told.orderId);
    expect({ C, R, K, X }).toEqual({ C: -11_333_000, R: 8_000_000, K: 600_000, X: 1_033_000 });
    expect(await heldFor(rig, told.orderId, "orders_held")).toBe(0);
  });
});
