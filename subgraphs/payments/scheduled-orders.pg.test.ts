import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { replay } from "./domain/payment-states.ts";
import { startRig, type Rig } from "./testing/rig.ts";

let rig: Rig;
beforeAll(async () => void (rig = await startRig()));
afterAll(() => rig.stop());

const support = userCaller(newId("usr"), "support");
const paymentOf = async (orderId: string, caller = support) => {
  const query = `query ($id: ID!) { _entities(representations: [{ __typename: "Order", id: $id }]) {
    ... on Order { payment { state nextActionUrl failureReason history { from to } } } } }`;
  return (await rig.graphql(query, { id: orderId }, caller)).data?._entities[0].payment;
};
const authenticate = (url: string, outcome: string) =>
  fetch(url, { method: "POST", body: new URLSearchParams({ outcome }), redirect: "manual" });
const holding = async (orderId: string) =>
  (await rig.intents(orderId)).filter(({ status }) => status === "requires_capture" || status === "succeeded");

describe("an order wanted later", () => {
  test("saves the card, holds nothing until it is due, and goes on like any other", async () => {
    const orderId = await rig.scheduled();
    expect(await rig.stateOf(orderId)).toBe("SAVED");
    expect(await rig.intents(orderId)).toEqual([]);
    await rig.due(orderId);
    expect(await rig.stateOf(orderId)).toBe("AUTHORIZED");
    expect((await holding(orderId)).map(({ customer }) => customer)).toEqual([expect.stringContaining("cus_")]);
    await rig.accept(orderId);
    expect(await rig.stateOf(orderId)).toBe("CAPTURED");
    expect(await rig.events(orderId)).toEqual([
      "payment.method-saved.v1",
      "payment.authorized.v1",
      "payment.captured.v1",
    ]);
  });

  test("keeps all of a person's cards under one record at the provider", async () => {
    const orders = [await rig.scheduled(), await rig.scheduled()];
    for (const orderId of orders) await rig.due(orderId);
    const customers = await Promise.all(orders.map(async (orderId) => (await rig.intents(orderId))[0]?.customer));
    expect(new Set(customers).size).toBe(1);
  });

  test("fails when the card is declined at once, or when it is charged", async () => {
    const declined = await rig.scheduled("pm_card_chargeDeclined");
    expect(await paymentOf(declined)).toMatchObject({ state: "FAILED", failureReason: "generic_decline" });
    expect(await rig.events(declined)).toEqual(["payment.declined.v1"]);
    const later = await rig.scheduled("pm_card_chargeCustomerFail");
    await rig.due(later);
    expect(await paymentOf(later)).toMatchObject({ state: "FAILED", failureReason: "generic_decline" });
    expect(await rig.events(later)).toEqual(["payment.method-saved.v1", "payment.declined.v1"]);
  });

  test("asks the customer alone to confirm that the card is kept; what they answer decides", async () => {
    for (const [outcome, state, told] of [
      ["success", "SAVED", "payment.method-saved.v1"],
      ["failure", "FAILED", "payment.declined.v1"],
    ] as const) {
      const orderId = await rig.scheduled("pm_card_authenticationRequiredOnSetup");
      expect(await paymentOf(orderId)).toMatchObject({ state: "REQUIRES_ACTION", nextActionUrl: null });
      const { nextActionUrl } = await paymentOf(orderId, userCaller(rig.customerId));
      expect(nextActionUrl).toContain("/3ds/seti_");
      await authenticate(nextActionUrl, outcome);
      await rig.later(15_000);
      expect(await rig.stateOf(orderId)).toBe(state);
      expect(await rig.events(orderId)).toEqual(["payment.requires-action.v1", told]);
    }
  });

  test("is charged without asking again once confirmed, unless the issuer insists: then it fails", async () => {
    for (const [card, state] of [
      ["pm_card_authenticationRequiredOnSetup", "AUTHORIZED"],
      ["pm_card_authenticationRequired", "FAILED"],
    ] as const) {
      const orderId = await rig.scheduled(card);
      await authenticate((await paymentOf(orderId, userCaller(rig.customerId))).nextActionUrl, "success");
      await rig.later(15_000);
      await rig.due(orderId);
      expect(await rig.stateOf(orderId)).toBe(state);
    }
  });

  test("saves once when the provider's answer was lost, and charges once when that one was", async () => {
    const saving = await rig.scheduled("pm_card_timeoutAfterSetup");
    expect(await rig.stateOf(saving)).toBe("SAVING");
    await rig.until(async () => expect(await rig.stateOf(saving)).toBe("SAVED"));
    const { data } = await rig.stripe.setupIntents.list({ limit: 100 });
    expect(data.filter(({ metadata }) => metadata?.["order_id"] === saving)).toHaveLength(1);
    const charging = await rig.scheduled("pm_card_timeoutAfterCharge");
    await rig.due(charging);
    expect(await rig.stateOf(charging)).toBe("AUTHORIZING");
    await rig.until(async () => expect(await rig.stateOf(charging)).toBe("AUTHORIZED"));
    expect(await rig.intents(charging)).toHaveLength(1);
  });
});

describe("an order wanted later that ends before", () => {
  test.each([
    ["order.payment-failed.v1", { reason: "timeout" }],
    ["order.expired.v1", {}],
  ])("%s leaves nothing held", async (type, data) => {
    const orderId = await rig.scheduled();
    await rig.tell(type, orderId, data);
    expect(await rig.stateOf(orderId)).toBe("VOIDED");
    expect(await rig.events(orderId)).toEqual(["payment.method-saved.v1", "payment.voided.v1"]);
    expect(await rig.intents(orderId)).toEqual([]);
  });

  test("settles a cancellation though nobody knows whether the card was saved", async () => {
    const orderId = await rig.scheduled("pm_card_timeoutAfterSetup");
    expect(await rig.stateOf(orderId)).toBe("SAVING");
    await rig.cancelling(orderId);
    await rig.withdrawDelivery(orderId);
    expect(await rig.stateOf(orderId)).toBe("VOIDED");
    await rig.until(async () => expect(await rig.runTimers()).toBe(0));
    expect(await rig.events(orderId)).toEqual(["payment.voided.v1"]);
  });

  test("takes back the question whether the card may be kept", async () => {
    const orderId = await rig.scheduled("pm_card_authenticationRequired");
    const { nextActionUrl } = await paymentOf(orderId, userCaller(rig.customerId));
    await rig.tell("order.payment-failed.v1", orderId, { reason: "timeout" });
    expect(await rig.stateOf(orderId)).toBe("VOIDED");
    expect(await (await fetch(nextActionUrl)).text()).toContain("Nothing to confirm");
  });

  test("settles also when the customer had confirmed, but nobody had heard so", async () => {
    const orderId = await rig.scheduled("pm_card_authenticationRequired");
    await authenticate((await paymentOf(orderId, userCaller(rig.customerId))).nextActionUrl, "success");
    await rig.say("order.payment-failed.v1", orderId, { reason: "timeout" });
    await rig.runTimers();
    expect(await rig.stateOf(orderId)).toBe("VOIDED");
  });
});

describe("due against cancelling", () => {
  const orders: ("due" | "cancelling" | "withdrawn")[][] = [
    ["due", "cancelling", "withdrawn"],
    ["cancelling", "due", "withdrawn"],
    ["cancelling", "withdrawn", "due"],
    ["due", "due", "cancelling", "cancelling", "withdrawn", "withdrawn", "due"],
  ];
  const cards = ["pm_card_visa", "pm_card_chargeCustomerFail", "pm_card_timeoutAfterCharge"];
  const cases = orders.flatMap((steps) =>
    cards.flatMap((card) => [true, false].map((promptly) => [steps.join(", "), card, promptly, steps] as const)),
  );

  test.each(cases)("%s with %s, provider asked in between: %s", async (_, card, promptly, steps) => {
    const orderId = await rig.scheduled(card);
    for (const step of steps) {
      if (step === "withdrawn") await rig.withdrawn(orderId);
      else await rig.say(`order.${step}.v1`, orderId, step === "due" ? {} : { reason: "no", feeMinor: 0 });
      if (promptly) await rig.runTimers();
    }
    await rig.until(async () => expect(["VOIDED", "FAILED"]).toContain(await rig.stateOf(orderId)));
    expect(await holding(orderId)).toEqual([]);
    expect((await rig.intents(orderId)).length).toBeLessThanOrEqual(1);
    expect((await rig.events(orderId)).at(-1)).toBe("payment.voided.v1");
    const { state, history } = await paymentOf(orderId);
    expect(replay(history)).toEqual({ ok: true, value: state });
  });
});

describe("a person who is erased", () => {
  test("is forgotten here and at the provider, once no open order needs the card", async () => {
    const orderId = await rig.scheduled();
    const others = await startRig();
    try {
      const mine = await others.scheduled();
      const userId = others.customerId;
      await others.deliver({ type: "user.erased.v1", source: "users", aggregateId: userId, data: { userId } });
      await others.runTimers();
      expect((await others.stripe.customers.list()).data.filter((one) => !one.deleted)).toHaveLength(1);
      await others.due(mine);
      expect(await others.stateOf(mine)).toBe("AUTHORIZED");
      await others.later(3_600_000);
      expect((await others.stripe.customers.list()).data.filter((one) => !one.deleted)).toEqual([]);
      const [row] = await others.sql`select payment_method, saved_method from payments`;
      expect(row).toEqual({ payment_method: "erased", saved_method: null });
    } finally {
      await others.stop();
    }
    await rig.due(orderId);
    expect(await rig.stateOf(orderId)).toBe("AUTHORIZED");
  });
});
