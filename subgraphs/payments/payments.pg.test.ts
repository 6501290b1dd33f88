import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { amounts, startRig, type Rig } from "./testing/rig.ts";

const support = userCaller(newId("usr"), "support");
const admin = userCaller(newId("usr"), "admin");
const paymentOfOrder = `query ($id: ID!) { _entities(representations: [{ __typename: "Order", id: $id }]) {
  ... on Order { payment { id state nextActionUrl captured { amount } refunded { amount } refunds { state amount { amount } } } } } }`;

let rig: Rig;
beforeAll(async () => void (rig = await startRig()));
afterAll(() => rig.stop());

const seenBy = async (orderId: string, caller = support) =>
  (await rig.graphql(paymentOfOrder, { id: orderId }, caller)).data?._entities[0].payment;

const ledgerOf = async (orderId: string) => {
  const query =
    "query ($id: ID!) { ledgerOfOrder(orderId: $id) { sums { sumMinor } transactions { kind entries { account amount { amount } } } } }";
  return (await rig.graphql(query, { id: orderId }, admin)).data?.ledgerOfOrder;
};

const held = async (orderId: string): Promise<number> =>
  (await ledgerOf(orderId)).transactions
    .flatMap((posted: { entries: { account: string; amount: { amount: number } }[] }) => posted.entries)
    .filter((entry: { account: string }) => entry.account === "orders_held")
    .reduce((sum: number, entry: { amount: { amount: number } }) => sum + entry.amount.amount, 0);

describe("an order that goes well", () => {
  test("is authorized, captured on acceptance and shared out on completion", async () => {
    const orderId = await rig.order();
    expect(await rig.stateOf(orderId)).toBe("AUTHORIZED");
    await rig.accept(orderId);
    expect(await rig.stateOf(orderId)).toBe("CAPTURED");
    expect(await held(orderId)).toBe(-amounts.totalMinor);
    const courierId = newId("cou");
    await rig.complete(orderId, courierId);
    expect(await held(orderId)).toBe(0);
    expect((await ledgerOf(orderId)).sums).toEqual([{ sumMinor: 0 }]);
    expect(await rig.events(orderId)).toEqual(["payment.authorized.v1", "payment.captured.v1"]);
    const owed = await rig.graphql(
      `query ($r: ID!, $c: ID!) { _entities(representations: [{ __typename: "Restaurant", id: $r }, { __typename: "Courier", id: $c }]) {
        ... on Restaurant { balance { amount } } ... on Courier { earnings { amount currency } } } }`,
      { r: rig.restaurantId, c: courierId },
      support,
    );
    expect(owed.data?._entities).toEqual([
      { balance: [{ amount: 64_000 }] },
      { earnings: [{ amount: 26_000, currency: "IDR" }] },
    ]);
    const whole = await rig.graphql("{ ledgerBalance { currency sumMinor entries } }", {}, admin);
    expect(whole.data?.ledgerBalance).toEqual([{ currency: "IDR", sumMinor: 0, entries: expect.any(Number) }]);
  });

  test("shows its payment to customer, members and support alone", async () => {
    const orderId = await rig.order();
    const owner = newId("usr");
    const membershipId = newId("mem");
    expect(await seenBy(orderId, userCaller(owner))).toBeNull();
    const data = { membershipId, userId: owner, restaurantId: rig.restaurantId, role: "OWNER" };
    await rig.deliver({ type: "membership.changed.v1", source: "users", aggregateId: membershipId, data });
    for (const caller of [userCaller(owner), userCaller(rig.customerId), support]) {
      expect(await seenBy(orderId, caller)).toMatchObject({ state: "AUTHORIZED" });
    }
    const stranger = await rig.graphql(
      "query ($id: ID!) { payment(id: $id) { id } }",
      { id: (await seenBy(orderId)).id },
      userCaller(newId("usr")),
    );
    expect(stranger.data).toEqual({ payment: null });
    expect((await rig.graphql("{ ledgerBalance { sumMinor } }", {}, support)).errors?.[0]?.extensions.code).toBe(
      "FORBIDDEN",
    );
    expect((await rig.graphql('{ payment(id: "x") { id } }')).errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
  });
});

describe("an order that does not", () => {
  test("fails when the card is declined", async () => {
    const orderId = await rig.order("pm_card_chargeDeclinedInsufficientFunds");
    expect(await rig.stateOf(orderId)).toBe("FAILED");
    expect(await rig.events(orderId)).toEqual(["payment.declined.v1"]);
  });

  test("lets the hold go when the restaurant rejects", async () => {
    const orderId = await rig.order();
    await rig.tell("order.rejected.v1", orderId, { reason: "closed" });
    expect(await rig.stateOf(orderId)).toBe("VOIDED");
    expect(await rig.events(orderId)).toEqual(["payment.authorized.v1", "payment.voided.v1"]);
    expect(await ledgerOf(orderId)).toBeNull();
  });

  test("voids an authorization whose answer was lost and came after the order failed", async () => {
    const orderId = await rig.order("pm_card_timeoutAfterCharge");
    expect(await rig.stateOf(orderId)).toBe("AUTHORIZING");
    await rig.tell("order.payment-failed.v1", orderId, { reason: "timeout" });
    await vi.waitFor(
      async () => {
        rig.clock.advance(60_000);
        await rig.runTimers();
        expect(await rig.stateOf(orderId)).toBe("VOIDED");
      },
      { timeout: 10_000 },
    );
    expect(await rig.events(orderId)).toEqual(["payment.voided.v1"]);
  });

  test("is charged once when the answer to the charge was lost", async () => {
    const orderId = await rig.order("pm_card_timeoutAfterCharge");
    await vi.waitFor(
      async () => {
        rig.clock.advance(60_000);
        await rig.runTimers();
        expect(await rig.stateOf(orderId)).toBe("AUTHORIZED");
      },
      { timeout: 10_000 },
    );
    const intents = await rig.stripe.paymentIntents.list({ limit: 100 });
    expect(intents.data.filter((intent) => intent.metadata?.["order_id"] === orderId)).toHaveLength(1);
  });

  test("tells when the capture is refused, and lets go once the delivery is withdrawn", async () => {
    const orderId = await rig.order("pm_card_captureDeclined");
    await rig.accept(orderId);
    expect(await rig.events(orderId)).toEqual(["payment.authorized.v1", "payment.capture-failed.v1"]);
    await rig.tell("order.cancelling.v1", orderId, { reason: "capture refused", feeMinor: 0 });
    await rig.withdrawDelivery(orderId);
    expect(await rig.stateOf(orderId)).toBe("VOIDED");
  });

  test("pays back all but the fee, and only once the delivery is withdrawn", async () => {
    const orderId = await rig.order();
    await rig.accept(orderId);
    await rig.tell("order.cancelling.v1", orderId, { reason: "changed my mind", feeMinor: 30_000 });
    expect(await seenBy(orderId)).toMatchObject({ state: "CAPTURED", refunds: [] });
    await rig.withdrawDelivery(orderId);
    expect(await seenBy(orderId)).toMatchObject({ state: "PARTIALLY_REFUNDED", refunded: { amount: 90_000 } });
    expect(await held(orderId)).toBe(0);
    expect((await rig.events(orderId)).at(-1)).toBe("payment.refunded.v1");
  });
});

describe("3-D Secure", () => {
  test("shows the customer alone where to confirm", async () => {
    const orderId = await rig.order("pm_card_authenticationRequired");
    expect(await seenBy(orderId, userCaller(rig.customerId))).toMatchObject({
      state: "REQUIRES_ACTION",
      nextActionUrl: expect.stringContaining("/3ds/"),
    });
    expect(await seenBy(orderId)).toMatchObject({ nextActionUrl: null });
    await rig.tell("order.payment-failed.v1", orderId, { reason: "timeout" });
    expect(await rig.stateOf(orderId)).toBe("VOIDED");
  });
});
