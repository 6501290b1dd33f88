/** Paying the same order with another card: races, late successes, ends, and what the provider is left with. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId, toUuid as uuid } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { replay } from "./domain/payment-states.ts";
import { startMoney, type Money } from "./testing/money.ts";
import { amounts, linesOf } from "./testing/rig.ts";

let rig: Money;
beforeAll(async () => void (rig = await startMoney()));
afterAll(() => rig.stop());

const payMutation = `mutation ($input: PayOrderInput!) { payOrder(input: $input) { __typename
  ... on PayOrderSuccess { payment { state } } ... on PaymentNotOpenError { reason payment { state } }
  ... on InvalidInputError { field } ... on UserError { message } } }`;

async function pay(orderId: string, paymentMethod = "pm_card_visa", more: { key?: string; as?: string } = {}) {
  const { key = newId("key"), as = rig.customerId } = more;
  const input = { orderId, paymentMethod, idempotencyKey: key };
  const answer = await rig.graphql(payMutation, { input }, userCaller(as));
  return answer.data?.payOrder ?? answer;
}
const paid = async (...how: Parameters<typeof pay>) => {
  const answer = await pay(...how);
  await rig.runTimers();
  return answer;
};
const reason = async (...how: Parameters<typeof pay>) => (await pay(...how)).reason;

const query = `query ($id: ID!) { _entities(representations: [{ __typename: "Order", id: $id }]) { ... on Order { payment {
  state failureReason nextActionUrl canPayAgain triesLeft payUntil tries { number state failureReason } history { from to } } } } }`;
const seen = async (orderId: string, as = rig.customerId) =>
  (await rig.graphql(query, { id: orderId }, userCaller(as))).data?._entities[0].payment;
const tries = async (orderId: string) =>
  (await seen(orderId)).tries.map(({ state }: { state: string }) => state) as string[];

/** An order that waits ten minutes for its payment. */
async function order(paymentMethod: string, change: { scheduledFor?: string } = {}) {
  const orderId = newId("ord");
  const payUntil = new Date(rig.clock.now().getTime() + 600_000).toISOString();
  const data = {
    fulfilment: "DELIVERY",
    amounts,
    lines: linesOf(orderId),
    paymentMethod,
    payUntil,
    scheduledFor: null,
  };
  await rig.tell("order.created.v1", orderId, { ...data, ...change });
  return orderId;
}
const declinedOrder = () => order("pm_card_chargeDeclinedInsufficientFunds");
const nextWeek = { scheduledFor: "2026-06-08T05:00:00.000Z" };

const confirm = (url: string, outcome = "success") =>
  fetch(url, { method: "POST", body: new URLSearchParams({ outcome }), redirect: "manual" });
/** The statuses of an order's intents, oldest first. */
const statuses = async (orderId: string) => (await rig.intents(orderId)).toReversed().map(({ status }) => status);
/** Tells what an intent is like now, as the provider's webhook would. */
async function hook(intent: object, type: string) {
  const event = {
    id: `evt_${newId("evt")}`,
    object: "event",
    type: `payment_intent.${type}`,
    data: { object: intent },
  };
  expect((await rig.webhook(event)).status).toBe(200);
}

describe("after a decline", () => {
  test("the customer sees why, until when and how often; another card pays the same order", async () => {
    const orderId = await declinedOrder();
    expect(await seen(orderId)).toMatchObject({
      state: "FAILED",
      failureReason: "insufficient_funds",
      canPayAgain: true,
      triesLeft: 4,
      payUntil: expect.any(String),
    });
    expect(await paid(orderId)).toEqual({ __typename: "PayOrderSuccess", payment: { state: "AUTHORIZING" } });
    expect(await seen(orderId)).toMatchObject({
      state: "AUTHORIZED",
      failureReason: null,
      canPayAgain: false,
      payUntil: null,
    });
    expect(await tries(orderId)).toEqual(["DECLINED", "HELD"]);
    expect(await rig.events(orderId)).toEqual(["payment.declined.v1", "payment.authorized.v1"]);
    await rig.accept(orderId);
    expect(await rig.stateOf(orderId)).toBe("CAPTURED");
    expect(await statuses(orderId)).toEqual(["requires_payment_method", "succeeded"]);
    expect(replay((await seen(orderId)).history)).toEqual({ ok: true, value: "CAPTURED" });
  });

  test("five cards may be tried; the last decline ends the order", async () => {
    const orderId = await declinedOrder();
    for (const left of [3, 2, 1]) {
      await paid(orderId, "pm_card_chargeDeclined");
      expect(await seen(orderId)).toMatchObject({ state: "FAILED", triesLeft: left, canPayAgain: true });
    }
    await paid(orderId, "pm_card_chargeDeclinedExpiredCard");
    expect(await seen(orderId)).toMatchObject({ triesLeft: 0, canPayAgain: false, failureReason: "expired_card" });
    expect((await rig.events(orderId)).filter((type) => type === "payment.failed.v1")).toHaveLength(1);
    expect((await rig.events(orderId)).at(-1)).toBe("payment.failed.v1");
    expect(await reason(orderId)).toBe("NO_TRIES_LEFT");
  });

  test("time ends it, and a decline after its time is the last", async () => {
    const late = await declinedOrder();
    const waiting = await order("pm_card_authenticationRequired");
    const { nextActionUrl } = await seen(waiting);
    rig.clock.advance(600_000);
    expect(await reason(late)).toBe("TIME_OVER");
    expect(await seen(late)).toMatchObject({ canPayAgain: false });
    await confirm(nextActionUrl, "failure");
    await rig.runTimers();
    expect((await rig.events(waiting)).at(-1)).toBe("payment.failed.v1");
    expect(await reason(waiting)).toBe("TIME_OVER");
  });

  test("what an outage took of the time to pay comes back: another card pays the order after all", async () => {
    const orderId = await declinedOrder();
    rig.clock.advance(600_000);
    expect(await reason(orderId)).toBe("TIME_OVER");
    const payUntil = new Date(rig.clock.now().getTime() + 60_000).toISOString();
    await rig.tell("order.payment-extended.v1", orderId, { payUntil });
    expect(await seen(orderId)).toMatchObject({ canPayAgain: true, payUntil });
    expect((await paid(orderId)).__typename).toBe("PayOrderSuccess");
    expect((await seen(orderId)).state).toBe("AUTHORIZED");
  });

  test("a card is no other's to give, no other's key, and no order of nobody", async () => {
    const orderId = await declinedOrder();
    expect((await pay(orderId, "pm_card_visa", { as: newId("usr") })).__typename).toBe("NotFoundError");
    expect((await pay(newId("ord"))).__typename).toBe("NotFoundError");
    expect((await pay("x")).__typename).toBe("NotFoundError");
    expect(await pay(orderId, "4242424242424242")).toMatchObject({ field: "input.paymentMethod" });
    expect(await pay(orderId, "pm_card_visa", { key: "short" })).toMatchObject({ field: "input.idempotencyKey" });
    const key = newId("key");
    await pay(orderId, "pm_card_visa", { key });
    expect((await pay(orderId, "pm_card_visa", { key })).__typename).toBe("PayOrderSuccess");
    expect((await pay(orderId, "pm_card_amex", { key })).__typename).toBe("PaymentKeyReusedError");
    await rig.runTimers();
    expect((await seen(orderId)).tries).toHaveLength(2);
  });

  test("of many cards at once one is asked", async () => {
    const orderId = await declinedOrder();
    const answers = await Promise.all(Array.from({ length: 8 }, () => pay(orderId)));
    await rig.runTimers();
    expect(answers.filter(({ __typename }) => __typename === "PayOrderSuccess")).toHaveLength(1);
    expect(new Set(answers.flatMap(({ reason: why }) => why ?? []))).toEqual(new Set(["IN_PROGRESS"]));
    expect(await statuses(orderId)).toEqual(["requires_payment_method", "requires_capture"]);
  });

  test("the database holds one live try per order, whatever the code does", async () => {
    const orderId = await order("pm_card_visa");
    const another = rig.sql`insert into payment_tries (payment_id, number, state, created_at)
      select id, 2, 'LIVE', now() from payments where order_id = ${uuid(orderId)}`;
    await expect(another).rejects.toThrow("payment_tries_one_live");
  });

  test("a lost answer of the second card is asked for again, and charged once", async () => {
    const orderId = await declinedOrder();
    await paid(orderId, "pm_card_timeoutAfterCharge");
    expect(await reason(orderId)).toBe("IN_PROGRESS");
    await rig.until(async () => expect(await rig.stateOf(orderId)).toBe("AUTHORIZED"));
    expect(await statuses(orderId)).toEqual(["requires_payment_method", "requires_capture"]);
  });
});

describe("while a confirmation is open", () => {
  test("another card takes its place, and the first is let go", async () => {
    const orderId = await order("pm_card_authenticationRequired");
    const { nextActionUrl } = await seen(orderId);
    await paid(orderId);
    expect(await seen(orderId)).toMatchObject({ state: "AUTHORIZED", nextActionUrl: null });
    expect(await tries(orderId)).toEqual(["REPLACED", "HELD"]);
    expect(await statuses(orderId)).toEqual(["canceled", "requires_capture"]);
    expect(await (await fetch(nextActionUrl)).text()).toContain("Nothing to confirm");
  });

  test("a confirmation that was faster than the other card's void is voided", async () => {
    const orderId = await order("pm_card_authenticationRequired");
    const [first] = await rig.intents(orderId);
    const { nextActionUrl } = await seen(orderId);
    await confirm(nextActionUrl);
    await pay(orderId);
    // The provider tells of the confirmation only now: it is the first card's, and changes nothing.
    await hook({ ...first!, status: "requires_capture" }, "amount_capturable_updated");
    expect(await seen(orderId)).toMatchObject({ state: "AUTHORIZING" });
    await rig.runTimers();
    expect(await seen(orderId)).toMatchObject({ state: "AUTHORIZED" });
    expect(await statuses(orderId)).toEqual(["canceled", "requires_capture"]);
    expect((await rig.events(orderId)).filter((type) => type === "payment.authorized.v1")).toHaveLength(1);
  });

  test("a confirmation that is heard of first pays, and another card is refused", async () => {
    const orderId = await order("pm_card_authenticationRequired");
    const [first] = await rig.intents(orderId);
    await confirm((await seen(orderId)).nextActionUrl);
    await hook({ ...first!, status: "requires_capture" }, "amount_capturable_updated");
    expect(await pay(orderId)).toMatchObject({ reason: "PAID", payment: { state: "AUTHORIZED" } });
    expect(await statuses(orderId)).toEqual(["requires_capture"]);
  });

  test("whatever comes late of a card that is over, in whatever order, moves nothing", async () => {
    const orderId = await order("pm_card_authenticationRequired");
    const [first] = await rig.intents(orderId);
    await pay(orderId, "pm_card_chargeDeclined");
    for (const [status, type] of [
      ["requires_payment_method", "payment_failed"],
      ["canceled", "canceled"],
      ["requires_capture", "amount_capturable_updated"],
      ["requires_action", "requires_action"],
    ] as const)
      await hook({ ...first!, status }, type);
    expect(await seen(orderId)).toMatchObject({ state: "AUTHORIZING" });
    await rig.runTimers();
    expect(await seen(orderId)).toMatchObject({ state: "FAILED", canPayAgain: true });
    expect(await tries(orderId)).toEqual(["REPLACED", "DECLINED"]);
  });

  test("money that was taken for a card that is over goes back, and the books add up", async () => {
    const orderId = await order("pm_card_authenticationRequired");
    const [first] = await rig.intents(orderId);
    await confirm((await seen(orderId)).nextActionUrl);
    // Somebody took it by hand, at the provider.
    await rig.stripe.paymentIntents.capture(first!.id);
    await paid(orderId);
    expect(await seen(orderId)).toMatchObject({ state: "AUTHORIZED" });
    const refunds = (await rig.stripe.refunds.list({ payment_intent: first!.id })).data;
    expect(refunds.map(({ amount }) => amount)).toEqual([120_000]);
    expect(await rig.balance(orderId, "refunds_pending")).toBe(0);
    expect(await rig.balance(orderId, "psp_clearing")).toBe(0);
    expect((await rig.ledger(orderId)).transactions.map(({ kind }: { kind: string }) => kind)).toEqual([
      "late-capture",
      "refund-paid",
    ]);
  });
});

test("a late capture whose refund is refused is asked to be paid back again, under another key, until it is", async () => {
  const orderId = await order("pm_card_authenticationRequired");
  await pay(orderId, "pm_card_visa");
  const late = await rig.stripe.paymentIntents.create({
    amount: 120_000,
    currency: "idr",
    payment_method: "pm_card_refundRefusedTwice",
    confirm: true,
  });
  const payment = uuid(await rig.paymentId(orderId));
  await rig.sql`update payment_tries set provider_intent_id = ${late.id} where payment_id = ${payment} and number = 1`;
  await rig.runTimers();
  const refundsOf = async () =>
    (await rig.stripe.refunds.list({ payment_intent: late.id })).data.map(({ status }) => status);
  expect(await rig.balance(orderId, "refunds_pending")).toBe(-120_000);
  await rig.later(1_000);
  await rig.later(2_000);
  expect((await refundsOf()).filter((status) => status === "succeeded")).toHaveLength(1);
  expect(await rig.balance(orderId, "refunds_pending")).toBe(0);
  const [tried] =
    await rig.sql`select refund_refusals, released_at from payment_tries where payment_id = ${payment} and number = 1`;
  expect(tried).toMatchObject({ refund_refusals: 2, released_at: expect.anything() });
});

describe("an order that ends meanwhile", () => {
  test("leaves nothing held, when its time is over while the second card is asked", async () => {
    const orderId = await declinedOrder();
    await pay(orderId);
    await rig.say("order.payment-failed.v1", orderId, { reason: "PAYMENT_TIMED_OUT" });
    await rig.runTimers();
    expect(await rig.stateOf(orderId)).toBe("VOIDED");
    expect(await tries(orderId)).toEqual(["DECLINED", "LET_GO"]);
    expect(await statuses(orderId)).toEqual(["requires_payment_method", "canceled"]);
    expect(await reason(orderId)).toBe("ORDER_ENDED");
  });

  test("takes no other card once its customer called it off, and is told that nothing is held", async () => {
    const orderId = await declinedOrder();
    await rig.cancelling(orderId);
    expect(await reason(orderId)).toBe("ORDER_ENDED");
    await rig.withdrawDelivery(orderId);
    expect(await reason(orderId)).toBe("ORDER_ENDED");
    expect((await rig.events(orderId)).at(-1)).toBe("payment.voided.v1");
  });

  test("is called off while the second card's answer is lost: what it held is let go", async () => {
    const orderId = await declinedOrder();
    await paid(orderId, "pm_card_timeoutAfterCharge");
    await rig.cancelling(orderId);
    await rig.withdrawDelivery(orderId);
    await rig.until(async () => expect(await rig.stateOf(orderId)).toBe("VOIDED"));
    expect(await statuses(orderId)).toEqual(["requires_payment_method", "canceled"]);
  });
});

describe("an order wanted later", () => {
  test("has another card kept when the first is declined, or its confirmation replaced", async () => {
    for (const card of ["pm_card_chargeDeclined", "pm_card_authenticationRequired"]) {
      const orderId = await order(card, nextWeek);
      expect(await paid(orderId)).toMatchObject({ payment: { state: "SAVING" } });
      expect(await seen(orderId)).toMatchObject({ state: "SAVED", canPayAgain: false });
      expect(await reason(orderId)).toBe("SAVED");
      await rig.due(orderId);
      expect(await rig.stateOf(orderId)).toBe("AUTHORIZED");
      expect(await statuses(orderId)).toEqual(["requires_capture"]);
    }
  });

  test("is charged at once when the kept card is declined at its time, confirmation and all", async () => {
    const orderId = await order("pm_card_chargeCustomerFail", nextWeek);
    const payUntil = new Date(rig.clock.now().getTime() + 600_000).toISOString();
    await rig.tell("order.due.v1", orderId, { payUntil });
    expect(await seen(orderId)).toMatchObject({ state: "FAILED", canPayAgain: true, payUntil });
    await paid(orderId, "pm_card_authenticationRequired");
    const { state, nextActionUrl } = await seen(orderId);
    expect(state).toBe("REQUIRES_ACTION");
    await confirm(nextActionUrl);
    await rig.later(15_000);
    expect(await rig.stateOf(orderId)).toBe("AUTHORIZED");
    await rig.accept(orderId);
    expect(await rig.stateOf(orderId)).toBe("CAPTURED");
  });

  test("a set-up that succeeds after another card took its place keeps nothing", async () => {
    const orderId = await order("pm_card_authenticationRequired", nextWeek);
    const { nextActionUrl } = await seen(orderId);
    await pay(orderId, "pm_card_chargeDeclined");
    await confirm(nextActionUrl);
    const { data } = await rig.stripe.setupIntents.list({ limit: 100 });
    const first = data.find(({ metadata }) => metadata?.["order_id"] === orderId && !metadata["try"]);
    const event = { id: `evt_${newId("evt")}`, object: "event", type: "setup_intent.succeeded" };
    await rig.webhook({ ...event, data: { object: { ...first!, status: "succeeded" } } });
    expect(await rig.stateOf(orderId)).toBe("SAVING");
    await rig.runTimers();
    expect(await rig.stateOf(orderId)).toBe("FAILED");
  });
});

test("reconciliation has a card's late success let go when nobody else did", async () => {
  const orderId = await order("pm_card_authenticationRequired");
  const [first] = await rig.intents(orderId);
  await confirm((await seen(orderId)).nextActionUrl);
  await pay(orderId);
  await rig.sql`delete from timers where name = 'payment.let-go'`;
  await rig.runTimers();
  expect(await statuses(orderId)).toEqual(["requires_capture", "requires_capture"]);
  // The provider dates its objects by the machine's clock.
  rig.clock.advance(Date.now() - rig.clock.now().getTime() + 2 * 3_600_000);
  await rig.until(async () => expect(await statuses(orderId)).toEqual(["canceled", "requires_capture"]));
  expect(await rig.sql`select 1 from reconciliation_findings where subject = ${first!.id}`).toHaveLength(0);
});
