/** Who may see and change what of a delivery, through its own door. */
import { beforeEach, afterEach, describe, expect, it } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import {
  assigned,
  centre,
  deliveryHarness,
  home,
  mutate,
  onlineCourier,
  orderEvent,
  pickupCode,
  type Harness,
} from "./testing/story.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await deliveryHarness();
});
afterEach(() => harness.stop());

const published = async () => (await harness.outbox()).map((event) => event.type);
const stateOf = async (deliveryId: string, caller = userCaller(newId("usr"), "support")) =>
  (await harness.graphql(`query Q($id: ID!) { delivery(id: $id) { state } }`, { id: deliveryId }, caller)).data.delivery
    ?.state ?? null;

describe("the pickup code", () => {
  it("is told to the restaurant alone", async () => {
    const { order, courier, deliveryId } = await assigned(harness);
    const read = async (caller: typeof order.owner) =>
      (await harness.graphql(`query Q($id: ID!) { delivery(id: $id) { pickupCode } }`, { id: deliveryId }, caller)).data
        .delivery.pickupCode;
    expect(await read(order.owner)).toMatch(/^\d{4}$/);
    expect(await read(order.customer)).toBeNull();
    expect(await read(courier.caller)).toBeNull();
  });

  it("is locked after five wrong tries, and opens again", async () => {
    const { order, courier, deliveryId } = await assigned(harness);
    await orderEvent(harness, order, "ready");
    await mutate(harness, courier.caller, "arriveAtPickup", { deliveryId });
    const code = await pickupCode(harness, order, deliveryId);
    const wrong = code === "0000" ? "1111" : "0000";
    const fields = "... on WrongPickupCodeError { triesLeft }";
    for (const triesLeft of [4, 3, 2, 1, 0]) {
      expect(await mutate(harness, courier.caller, "pickUp", { deliveryId, code: wrong }, fields)).toMatchObject({
        triesLeft,
      });
    }
    expect((await mutate(harness, courier.caller, "pickUp", { deliveryId, code })).__typename).toBe(
      "PickupCodeLockedError",
    );
    expect(await stateOf(deliveryId)).toBe("AT_PICKUP");
    harness.clock.advance(5 * 60_000 + 1);
    expect((await mutate(harness, courier.caller, "pickUp", { deliveryId, code })).__typename).toBe("PickUpSuccess");
  });
});

describe("strangers", () => {
  it("see and change nothing", async () => {
    const { order, courier, deliveryId } = await assigned(harness);
    const stranger = userCaller(newId("usr"), "customer", "courier");
    expect(await stateOf(deliveryId, stranger)).toBeNull();
    expect((await mutate(harness, stranger, "arriveAtPickup", { deliveryId })).__typename).toBe("NotFoundError");
    expect((await mutate(harness, stranger, "arriveAtPickup", { deliveryId: "nonsense" })).__typename).toBe(
      "NotFoundError",
    );
    const query = `query Q($ids: [_Any!]!) { _entities(representations: $ids) { __typename ... on Order { delivery { id } } ... on Courier { id location { latitude } } ... on Delivery { id } } }`;
    const ids = [
      { __typename: "Order", id: order.orderId },
      { __typename: "Courier", id: courier.id },
      { __typename: "Delivery", id: deliveryId },
      { __typename: "Delivery", id: "nonsense" },
    ];
    const foreign = await harness.graphql(query, { ids }, stranger);
    expect(foreign.data._entities).toEqual([{ __typename: "Order", delivery: null }, null, null, null]);
    const own = await harness.graphql(query, { ids }, order.customer);
    expect(own.data._entities[1]).toMatchObject({ id: courier.id, location: { latitude: centre.latitude } });
    const denied = await harness.graphql(`{ couriers { edges { node { id } } } }`, {}, stranger);
    expect(denied.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });

  const proof = { note: "Mine now." };
  it.each([
    ["arriveAtPickup", {}],
    ["handBackDelivery", { reason: "OTHER" }],
    ["pickUp", { code: "0000" }],
    ["arriveAtDropoff", {}],
    ["deliver", { proof }],
    ["failDelivery", { reason: "FOOD_DAMAGED" }],
    ["returnDelivery", {}],
  ])("get from %s the answer that a missing delivery gives, word for word", async (name, more) => {
    const { order, courier, deliveryId } = await assigned(harness);
    const other = (await onlineCourier(harness)).caller;
    const missing = await mutate(harness, other, name, { deliveryId: newId("dlv"), ...more });
    expect(missing.__typename).toBe("NotFoundError");
    expect(await mutate(harness, other, name, { deliveryId, ...more })).toEqual(missing);
    expect(await mutate(harness, other, name, { deliveryId: "nonsense", ...more })).toEqual(missing);
    expect(await stateOf(deliveryId)).toBe("ASSIGNED");
    for (const outsider of [order.owner, order.customer]) {
      const ask = `mutation M($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename } }`;
      const denied = await harness.graphql(ask, { input: { deliveryId, ...more } }, outsider);
      expect(denied.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    }
    expect((await mutate(harness, courier.caller, "arriveAtPickup", { deliveryId })).__typename).toBe(
      "ArriveAtPickupSuccess",
    );
  });

  it("cannot ask the internal fields", async () => {
    const input = { pickup: centre, dropoff: home, currency: "IDR", prepSeconds: 600 };
    const query = `query Q($input: QuoteDeliveryInput!) { quoteDelivery(input: $input) { zoneId distanceMeters feeMinor etaSeconds } }`;
    const answer = await harness.graphql(query, { input }, { kind: "service", service: "orders" });
    expect(answer.data.quoteDelivery).toMatchObject({ feeMinor: 1_100_000 });
    const other = { ...input, currency: "USD" };
    expect(
      (await harness.graphql(query, { input: other }, { kind: "service", service: "orders" })).data.quoteDelivery,
    ).toBeNull();
    const denied = await harness.graphql(query, { input }, userCaller(newId("usr"), "admin"));
    expect(denied.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });
});

describe("support", () => {
  it("reassigns before pickup, with an audit entry", async () => {
    const { courier, deliveryId } = await assigned(harness);
    const other = await onlineCourier(harness);
    const support = userCaller(newId("usr"), "support");
    const busy = await mutate(harness, support, "reassignDelivery", { deliveryId, courierId: courier.id });
    expect(busy.__typename).toBe("CourierBusyError");
    const done = await mutate(
      harness,
      support,
      "reassignDelivery",
      { deliveryId, courierId: other.id },
      "... on ReassignDeliverySuccess { delivery { state courier { id } } }",
    );
    expect(done.delivery).toEqual({ state: "ASSIGNED", courier: { id: other.id } });
    expect((await published()).filter((type) => type === "audit.recorded.v1")).toHaveLength(1);
    const back = await mutate(
      harness,
      support,
      "reassignDelivery",
      { deliveryId },
      "... on ReassignDeliverySuccess { delivery { state courier { id } } }",
    );
    expect(back.delivery).toEqual({ state: "SEARCHING", courier: null });
  });
});

describe("personal data", () => {
  it("is exported, and overwritten only when the delivery is over", async () => {
    const { order, deliveryId } = await assigned(harness);
    const users = { kind: "service" as const, service: "users" };
    const exported = async () =>
      (
        await harness.graphql(
          `query Q($id: ID!) { deliveryPersonalData(userId: $id) }`,
          { id: order.customerId },
          users,
        )
      ).data.deliveryPersonalData.deliveries;
    const erased = {
      type: "user.erased.v1",
      source: "users",
      aggregateId: order.customerId,
      data: { userId: order.customerId },
    };
    await harness.deliver(erased);
    expect(await exported()).toMatchObject([{ id: deliveryId, dropoffAddress: "Jalan Mawar 1" }]);
    await orderEvent(harness, order, "cancelling", { reason: "customer", feeMinor: 0 });
    expect(await exported()).toMatchObject([
      { id: deliveryId, dropoffAddress: null, recipientName: null, recipientPhone: null },
    ]);
  });
});

describe("an estimate", () => {
  const estimate = async (prepSeconds: number, to: typeof home) => {
    const place = { __typename: "Restaurant", id: newId("rst"), location: centre, prepSeconds };
    const query = `query Q($of: [_Any!]!, $to: LocationInput!) { _entities(representations: $of) { ... on Restaurant { deliveryEstimate(to: $to) { etaSeconds fee { amount } } } } }`;
    return (await harness.graphql(query, { of: [place], to })).data._entities[0].deliveryEstimate;
  };

  it("counts the restaurant's own preparation", async () => {
    const [quick, slow] = [await estimate(600, home), await estimate(2_400, home)];
    expect(slow.etaSeconds - quick.etaSeconds).toBe(1_800);
    expect(slow.fee).toEqual(quick.fee);
  });

  it("is null outside every zone, and for a place that is none", async () => {
    expect(await estimate(600, { latitude: 10, longitude: 10 })).toBeNull();
    expect(await estimate(600, { latitude: 91, longitude: 106.8 })).toBeNull();
  });
});
