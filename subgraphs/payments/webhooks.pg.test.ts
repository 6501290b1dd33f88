import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { newId } from "../../kit/id.ts";
import { startRig, type Rig } from "./testing/rig.ts";

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
