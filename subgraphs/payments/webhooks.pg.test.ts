import postgres from "postgres";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { newId } from "../../kit/id.ts";
import { startRig, webhookSecret, type Rig } from "./testing/rig.ts";

let rig: Rig;
beforeAll(async () => void (rig = await startRig({ webhooks: true })));
afterAll(() => rig.stop());

const eventOf = async (orderId: string, type: string, change: object = {}) => {
  const { data } = await rig.stripe.paymentIntents.list({ limit: 100 });
  const intent = data.find(({ metadata }) => metadata?.["order_id"] === orderId);
  return { id: `evt_${newId("evt")}`, object: "event", type, data: { object: { ...intent, ...change } } };
};

test("a forged, an old and a missing signature are refused and change nothing", async () => {
  const orderId = await rig.order();
  const event = await eventOf(orderId, "payment_intent.canceled", { status: "canceled" });
  expect((await rig.webhook(event, { secret: "whsec_somebody_else" })).status).toBe(400);
  expect((await rig.webhook(event, { timestamp: Math.floor(Date.now() / 1000) - 301 })).status).toBe(400);
  expect((await fetch(`${rig.url}/webhooks/stripe`, { method: "POST", body: JSON.stringify(event) })).status).toBe(400);
  expect(await rig.stateOf(orderId)).toBe("AUTHORIZED");
});

test("repeated and late webhooks take effect once or not at all", async () => {
  const orderId = await rig.order();
  await rig.accept(orderId);
  const late = await eventOf(orderId, "payment_intent.amount_capturable_updated", { status: "requires_capture" });
  const early = await eventOf(orderId, "payment_intent.payment_failed", { status: "requires_payment_method" });
  const again = await eventOf(orderId, "payment_intent.succeeded");
  const answers = await Promise.all([late, again, early, again, again].map((event) => rig.webhook(event)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(await rig.stateOf(orderId)).toBe("CAPTURED");
  expect(await rig.events(orderId)).toEqual(["payment.authorized.v1", "payment.captured.v1"]);
});

test("an unknown intent and an unknown type are acknowledged", async () => {
  const event = {
    id: "evt_unknown_1",
    object: "event",
    type: "payment_intent.succeeded",
    data: { object: { id: "pi_unknown", status: "succeeded" } },
  };
  expect((await rig.webhook(event)).status).toBe(200);
  expect((await rig.webhook({ ...event, id: "evt_unknown_2", type: "customer.created" })).status).toBe(200);
});

test("a customer's 3-D Secure is heard of by the provider's own webhook", async () => {
  const orderId = await rig.order("pm_card_authenticationRequired");
  const { data } = await rig.stripe.paymentIntents.list({ limit: 100 });
  const intent = data.find(({ metadata }) => metadata?.["order_id"] === orderId);
  const url = intent?.next_action?.redirect_to_url?.url ?? "";
  const passed = await fetch(url, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "outcome=success",
  });
  expect(passed.status).toBeLessThan(400);
  await vi.waitFor(async () => expect(await rig.stateOf(orderId)).toBe("AUTHORIZED"), { timeout: 10_000 });
  expect(await rig.events(orderId)).toEqual(["payment.requires-action.v1", "payment.authorized.v1"]);
});

test("a body changed after it was signed is refused", async () => {
  const orderId = await rig.order();
  const event = await eventOf(orderId, "payment_intent.canceled", { status: "canceled" });
  const payload = JSON.stringify({ ...event, type: "payment_intent.created" });
  const header = await rig.stripe.webhooks.generateTestHeaderStringAsync({ payload, secret: webhookSecret });
  const altered = { method: "POST", headers: { "stripe-signature": header }, body: JSON.stringify(event) };
  expect((await fetch(`${rig.url}/webhooks/stripe`, altered)).status).toBe(400);
  expect(await rig.stateOf(orderId)).toBe("AUTHORIZED");
});

test("another's intent that names a payment changes nothing, nor does one of another amount or currency", async () => {
  const orderId = await rig.order();
  for (const change of [{ id: "pi_of_somebody_else" }, { id: "pi_x", amount: 1 }]) {
    const foreign = await eventOf(orderId, "payment_intent.canceled", { status: "canceled", ...change });
    expect((await rig.webhook(foreign)).status).toBe(200);
    expect(await rig.stateOf(orderId)).toBe("AUTHORIZED");
  }
  const lost = await rig.order("pm_card_timeoutAfterCharge");
  for (const change of [{ amount: 1 }, { currency: "usd" }]) {
    const held = { id: "pi_y", status: "requires_capture", metadata: { payment_id: await rig.paymentId(lost) } };
    const object = { ...held, amount: 120_000, currency: "idr", ...change };
    const event = { id: `evt_${newId("evt")}`, object: "event", type: "payment_intent.amount_capturable_updated" };
    await rig.webhook({ ...event, data: { object } });
    expect((await rig.sql`select 1 from payments where provider_intent_id = 'pi_y'`).length).toBe(0);
  }
});

test("another's set-up or refund that names one of ours changes nothing", async () => {
  const orderId = await rig.scheduled("pm_card_authenticationRequired");
  const metadata = { payment_id: await rig.paymentId(orderId) };
  const event = (type: string, object: object) => ({
    id: `evt_${newId("evt")}`,
    object: "event",
    type,
    data: { object },
  });
  await rig.webhook(event("setup_intent.succeeded", { id: "seti_x", status: "succeeded", metadata }));
  expect(await rig.stateOf(orderId)).toBe("REQUIRES_ACTION");
  const paid = await rig.order("pm_card_refundRefused");
  await rig.accept(paid);
  await rig.cancelling(paid);
  await rig.withdrawDelivery(paid);
  const [attempt] = await rig.sql`select idempotency_key as key from refund_attempts where state = 'LIVE'`;
  const [refund] = await rig.sql`select idempotency_key as id from refund_attempts where number = 1`;
  const named = { refund_id: refund?.["id"], attempt: attempt?.["key"] };
  const succeeded = { id: "re_x", status: "succeeded", amount: 120_000, metadata: named };
  await rig.webhook(event("refund.updated", { ...succeeded, payment_intent: "pi_of_somebody_else" }));
  expect(await rig.stateOf(paid)).toBe("CAPTURED");
  const intent = (await rig.intents(paid))[0]?.id;
  const old = { ...succeeded, metadata: { refund_id: refund?.["id"] }, payment_intent: intent };
  await rig.webhook(event("refund.updated", old));
  expect(await rig.stateOf(paid)).toBe("CAPTURED");
  await rig.webhook(event("refund.updated", { ...succeeded, payment_intent: intent }));
  expect(await rig.stateOf(paid)).toBe("REFUNDED");
});

test("a webhook whose effect could not be stored is not taken for done: the next delivery has it", async () => {
  const orderId = await rig.order("pm_card_authenticationRequired");
  const event = await eventOf(orderId, "payment_intent.amount_capturable_updated", { status: "requires_capture" });
  const owner = postgres(rig.database.ownerUrl, { max: 1 });
  await owner`alter table outbox rename to outbox_away`;
  expect((await rig.webhook(event)).status).toBe(500);
  await owner`alter table outbox_away rename to outbox`;
  await owner.end();
  expect(await rig.stateOf(orderId)).toBe("REQUIRES_ACTION");
  expect((await rig.webhook(event)).status).toBe(200);
  expect(await rig.stateOf(orderId)).toBe("AUTHORIZED");
});

test("a refund that the provider takes back after it had succeeded is owed and paid again", async () => {
  const orderId = await rig.order();
  await rig.accept(orderId);
  await rig.cancelling(orderId);
  await rig.withdrawDelivery(orderId);
  expect(await rig.stateOf(orderId)).toBe("REFUNDED");
  const intent = (await rig.intents(orderId))[0]?.id ?? "";
  const [paid] = (await rig.stripe.refunds.list({ payment_intent: intent })).data;
  const object = { ...paid, status: "failed", failure_reason: "expired_or_canceled_card" };
  const event = { id: `evt_${newId("evt")}`, object: "event", type: "refund.failed", data: { object } };
  for (const _ of [1, 2]) await rig.webhook(event);
  const [back] = await rig.sql`select r.state, r.flagged_at, p.refunded_minor from refunds r
    join payments p on p.id = r.payment_id where r.provider_refund_id is null and p.provider_intent_id = ${intent}`;
  expect(back).toMatchObject({ state: "PENDING", refunded_minor: "0", flagged_at: expect.anything() });
  const attempts = await rig.sql`select a.state, a.number from refund_attempts a join refunds r on r.id = a.refund_id
    join payments p on p.id = r.payment_id where p.provider_intent_id = ${intent} order by a.number`;
  expect(attempts.map((row) => row["state"])).toEqual(["FAILED", "LIVE"]);
});
