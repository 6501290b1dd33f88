/** Delivery through its own door: one way from acceptance to the customer, and what may go wrong on it. */
import { beforeEach, afterEach, describe, expect, it } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { replay } from "./domain/delivery-states.ts";
import {
  acceptOrder,
  assigned,
  centre,
  deliveryHarness,
  mutate,
  newOrder,
  nextBatch,
  offersOf,
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

describe("the way of a delivery", () => {
  it("goes from acceptance to the customer's door", async () => {
    const { order, courier, deliveryId } = await assigned(harness);
    expect((await mutate(harness, courier.caller, "arriveAtPickup", { deliveryId })).__typename).toBe(
      "ArriveAtPickupSuccess",
    );
    const code = await pickupCode(harness, order, deliveryId);
    expect((await mutate(harness, courier.caller, "pickUp", { deliveryId, code })).__typename).toBe(
      "KitchenNotReadyError",
    );
    await orderEvent(harness, order, "preparing");
    expect((await mutate(harness, courier.caller, "pickUp", { deliveryId, code })).__typename).toBe("PickUpSuccess");
    expect((await mutate(harness, courier.caller, "arriveAtDropoff", { deliveryId })).__typename).toBe(
      "ArriveAtDropoffSuccess",
    );
    const proof = { note: "Handed over." };
    expect((await mutate(harness, courier.caller, "deliver", { deliveryId, proof })).__typename).toBe("DeliverSuccess");
    const answer = await harness.graphql(
      `query Q($id: ID!) { delivery(id: $id) { state history { state } proof { note } courier { status } dropoffAddress fee { amount currency } } }`,
      { id: deliveryId },
      order.customer,
    );
    const seen = answer.data.delivery;
    expect(seen).toMatchObject({
      state: "DELIVERED",
      proof,
      dropoffAddress: "Jalan Mawar 1",
      fee: { amount: 1_100_000, currency: "IDR" },
    });
    const [first, ...moves] = seen.history.map((step: { state: string }) => step.state);
    expect(first).toBe("PENDING");
    expect(replay(moves)).toBe("DELIVERED");
    const delivered = (await harness.outbox()).find((event) => event.type === "delivery.delivered.v1");
    expect(delivered?.data).toMatchObject({ courierPayMinor: 880_000, currency: "IDR", courierId: courier.id });
    expect(await published()).toEqual([
      "courier.changed.v1",
      "delivery.created.v1",
      "delivery.assigned.v1",
      "delivery.at-pickup.v1",
      "delivery.picked-up.v1",
      "delivery.at-dropoff.v1",
      "delivery.delivered.v1",
    ]);
  });

  it("ends in FAILED and RETURNED when nobody opens", async () => {
    const { order, courier, deliveryId } = await assigned(harness);
    await orderEvent(harness, order, "preparing");
    await mutate(harness, courier.caller, "arriveAtPickup", { deliveryId });
    const early = await mutate(harness, courier.caller, "failDelivery", { deliveryId, reason: "CUSTOMER_UNREACHABLE" });
    expect(early.__typename).toBe("WrongDeliveryStateError");
    await mutate(harness, courier.caller, "pickUp", { deliveryId, code: await pickupCode(harness, order, deliveryId) });
    const failed = await mutate(harness, courier.caller, "failDelivery", {
      deliveryId,
      reason: "CUSTOMER_UNREACHABLE",
    });
    expect(failed.__typename).toBe("FailDeliverySuccess");
    const returned = await mutate(harness, courier.caller, "returnDelivery", { deliveryId });
    expect(returned.__typename).toBe("ReturnDeliverySuccess");
    expect(await stateOf(deliveryId)).toBe("RETURNED");
    expect(await published()).toContain("delivery.failed.v1");
  });
});

describe("offers", () => {
  it("expire, and the delivery is offered to the next courier", async () => {
    const first = await onlineCourier(harness);
    await acceptOrder(harness, await newOrder(harness));
    await nextBatch(harness);
    const [offerId] = await offersOf(harness, first);
    const second = await onlineCourier(harness);
    harness.clock.advance(30_000);
    await harness.runTimers();
    const late = await mutate(
      harness,
      first.caller,
      "respondToOffer",
      { offerId, accept: true },
      "... on OfferClosedError { state }",
    );
    expect(late).toMatchObject({ __typename: "OfferClosedError", state: "EXPIRED" });
    await nextBatch(harness);
    expect(await offersOf(harness, first)).toEqual([]);
    expect(await offersOf(harness, second)).toHaveLength(1);
  });

  it("say why they were made, and show the recipient to nobody", async () => {
    const courier = await onlineCourier(harness);
    await acceptOrder(harness, await newOrder(harness));
    await nextBatch(harness);
    const answer = await harness.graphql(
      `{ myOffers { pickupName courierPay { amount } delivery { id } reason { totalSeconds kitchenWaitSeconds travelSeconds latenessSeconds idleCreditSeconds summary } } }`,
      {},
      courier.caller,
    );
    const [offer] = answer.data.myOffers;
    expect(offer).toMatchObject({ pickupName: "Warung Sari", courierPay: { amount: 880_000 }, delivery: null });
    const { travelSeconds, kitchenWaitSeconds, latenessSeconds, idleCreditSeconds, totalSeconds } = offer.reason;
    expect(travelSeconds + kitchenWaitSeconds + latenessSeconds - idleCreditSeconds).toBe(totalSeconds);
  });

  it("is taken once however often that is said, and not by another courier", async () => {
    const courier = await onlineCourier(harness);
    await acceptOrder(harness, await newOrder(harness));
    await nextBatch(harness);
    const stranger = await onlineCourier(harness);
    const [offerId] = await offersOf(harness, courier);
    expect((await mutate(harness, stranger.caller, "respondToOffer", { offerId, accept: true })).__typename).toBe(
      "NotFoundError",
    );
    const answers = await Promise.all(
      [1, 2, 3].map(() => mutate(harness, courier.caller, "respondToOffer", { offerId, accept: true })),
    );
    expect(new Set(answers.map((answer) => answer.__typename))).toEqual(new Set(["RespondToOfferSuccess"]));
    expect((await published()).filter((type) => type === "delivery.assigned.v1")).toHaveLength(1);
  });
});

describe("a silent courier and an endless search", () => {
  it("loses the delivery after two minutes, which is searched for again", async () => {
    const { courier, deliveryId } = await assigned(harness);
    harness.clock.advance(60_000);
    await mutate(harness, courier.caller, "updateLocation", { location: centre });
    harness.clock.advance(61_000);
    await harness.runTimers();
    expect(await stateOf(deliveryId)).toBe("ASSIGNED");
    harness.clock.advance(60_000);
    await harness.runTimers();
    expect(await stateOf(deliveryId)).toBe("SEARCHING");
    expect(await published()).toContain("delivery.unassigned.v1");
    const late = await mutate(harness, courier.caller, "arriveAtPickup", { deliveryId });
    expect(late.__typename).toBe("NotFoundError");
  });

  it("loses it while waiting at the restaurant too", async () => {
    const waiting = await assigned(harness);
    await mutate(harness, waiting.courier.caller, "arriveAtPickup", { deliveryId: waiting.deliveryId });
    harness.clock.advance(2 * 60_000 - 1);
    await harness.runTimers();
    expect(await stateOf(waiting.deliveryId)).toBe("AT_PICKUP");
    harness.clock.advance(1);
    await harness.runTimers();
    expect(await stateOf(waiting.deliveryId)).toBe("SEARCHING");
  });

  it("keeps it once on the way to the customer", async () => {
    const riding = await assigned(harness);
    await orderEvent(harness, riding.order, "ready");
    await mutate(harness, riding.courier.caller, "arriveAtPickup", { deliveryId: riding.deliveryId });
    const code = await pickupCode(harness, riding.order, riding.deliveryId);
    await mutate(harness, riding.courier.caller, "pickUp", { deliveryId: riding.deliveryId, code });
    harness.clock.advance(60 * 60_000);
    await harness.runTimers();
    expect(await stateOf(riding.deliveryId)).toBe("PICKED_UP");
  });

  it("calls support once after twenty minutes", async () => {
    await acceptOrder(harness, await newOrder(harness));
    harness.clock.advance(20 * 60_000);
    await harness.runTimers();
    harness.clock.advance(20 * 60_000);
    await harness.runTimers();
    expect((await published()).filter((type) => type === "delivery.support-needed.v1")).toHaveLength(1);
  });

  it("of an order for later, calls support twenty minutes after it was to be ready, also when a courier lets it go", async () => {
    const order = await newOrder(harness);
    const courier = await onlineCourier(harness);
    const readyAt = new Date(harness.clock.now().getTime() + 60 * 60_000).toISOString();
    await orderEvent(harness, order, "accepted", { fulfilment: "DELIVERY", prepSeconds: 600, readyAt });
    await harness.runTimers();
    await nextBatch(harness);
    const [offerId] = await offersOf(harness, courier);
    const fields = "... on RespondToOfferSuccess { delivery { id } }";
    const { delivery } = await mutate(harness, courier.caller, "respondToOffer", { offerId, accept: true }, fields);
    const input = { deliveryId: delivery.id, reason: "VEHICLE_TROUBLE" };
    expect((await mutate(harness, courier.caller, "handBackDelivery", input)).__typename).toBe(
      "HandBackDeliverySuccess",
    );
    const called = async () => (await published()).filter((type) => type === "delivery.support-needed.v1").length;
    harness.clock.advance(79 * 60_000);
    await harness.runTimers();
    expect(await called()).toBe(0);
    harness.clock.advance(60_000);
    await harness.runTimers();
    expect(await called()).toBe(1);
  });
});

describe("an order that support gives up", () => {
  it.each([["on its way", []] as const, ["at the door", ["arriveAtDropoff"]] as const])(
    "ends its delivery %s and frees the courier",
    async (_, steps) => {
      const { order, courier, deliveryId } = await assigned(harness);
      await orderEvent(harness, order, "preparing");
      await orderEvent(harness, order, "ready");
      await mutate(harness, courier.caller, "arriveAtPickup", { deliveryId });
      const code = await pickupCode(harness, order, deliveryId);
      await mutate(harness, courier.caller, "pickUp", { deliveryId, code });
      for (const step of steps) await mutate(harness, courier.caller, step, { deliveryId });
      await orderEvent(harness, order, "delivery-failed", { fault: "PLATFORM" });
      expect(await stateOf(deliveryId)).toBe("FAILED");
      expect((await published()).at(-1)).toBe("delivery.failed.v1");
      const proof = { note: "At the door" };
      expect((await mutate(harness, courier.caller, "deliver", { deliveryId, proof })).__typename).toBe(
        "WrongDeliveryStateError",
      );
      await acceptOrder(harness, await newOrder(harness));
      await nextBatch(harness);
      expect(await offersOf(harness, courier)).toHaveLength(1);
    },
  );

  it("leaves a delivery that failed or was handed over as it is", async () => {
    const { order, courier, deliveryId } = await assigned(harness);
    await orderEvent(harness, order, "ready");
    await mutate(harness, courier.caller, "arriveAtPickup", { deliveryId });
    await mutate(harness, courier.caller, "pickUp", { deliveryId, code: await pickupCode(harness, order, deliveryId) });
    await mutate(harness, courier.caller, "arriveAtDropoff", { deliveryId });
    await mutate(harness, courier.caller, "deliver", { deliveryId, proof: { note: "At the door" } });
    await orderEvent(harness, order, "delivery-failed", { fault: "PLATFORM" });
    expect(await stateOf(deliveryId)).toBe("DELIVERED");
  });
});

describe("what a courier writes", () => {
  it("is refused when no database could hold it, and nothing is half-written", async () => {
    const { order, courier, deliveryId } = await assigned(harness);
    await orderEvent(harness, order, "ready");
    await mutate(harness, courier.caller, "arriveAtPickup", { deliveryId });
    await mutate(harness, courier.caller, "pickUp", { deliveryId, code: await pickupCode(harness, order, deliveryId) });
    await mutate(harness, courier.caller, "arriveAtDropoff", { deliveryId });
    const odd = [
      { note: "left\u0000here" },
      { note: "   " },
      { note: "x".repeat(501) },
      { note: "Left.", photoUrl: "http://photos.test/1.jpg" },
      { note: "Left.", photoUrl: "javascript:alert(1)" },
      { note: "Left.", photoUrl: "not an address" },
      { note: "Left.", photoUrl: "https://photos.test/\u0000.jpg" },
    ];
    for (const proof of odd)
      expect((await mutate(harness, courier.caller, "deliver", { deliveryId, proof })).__typename).toBe(
        "InvalidInputError",
      );
    expect(await stateOf(deliveryId)).toBe("AT_DROPOFF");
    const proof = { note: "Left.", photoUrl: "https://photos.test/1.jpg" };
    expect((await mutate(harness, courier.caller, "deliver", { deliveryId, proof })).__typename).toBe("DeliverSuccess");
  });

  it("as a cursor is refused, not stumbled over", async () => {
    const courier = await onlineCourier(harness);
    for (const parts of [
      ["-271821-04-20T00:00:00.000Z", newId("dlv")],
      [1e300, newId("dlv")],
      [0, newId("cou")],
    ]) {
      const after = Buffer.from(JSON.stringify(parts)).toString("base64url");
      const ask = `query Q($after: String) { myDeliveries(first: 1, after: $after) { edges { cursor } } }`;
      const answer = await harness.graphql(ask, { after }, courier.caller);
      expect(answer.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    }
  });
});

describe("withdrawal", () => {
  const cancelling = { reason: "customer", feeMinor: 0 };

  it("cancels a delivery under way to the restaurant and frees the courier", async () => {
    const { order, courier, deliveryId } = await assigned(harness);
    await orderEvent(harness, order, "cancelling", cancelling);
    expect(await stateOf(deliveryId)).toBe("CANCELLED");
    expect((await published()).at(-1)).toBe("delivery.cancelled.v1");
    await acceptOrder(harness, await newOrder(harness));
    await nextBatch(harness);
    expect(await offersOf(harness, courier)).toHaveLength(1);
  });

  it("is refused once picked up", async () => {
    const { order, courier, deliveryId } = await assigned(harness);
    await orderEvent(harness, order, "ready");
    await mutate(harness, courier.caller, "arriveAtPickup", { deliveryId });
    await mutate(harness, courier.caller, "pickUp", { deliveryId, code: await pickupCode(harness, order, deliveryId) });
    await orderEvent(harness, order, "cancelling", cancelling);
    expect(await stateOf(deliveryId)).toBe("PICKED_UP");
    expect((await published()).at(-1)).toBe("delivery.withdrawal-refused.v1");
  });

  it("is answered for an order that never had a delivery, and leaves none to see", async () => {
    const order = await newOrder(harness);
    await orderEvent(harness, order, "cancelling", cancelling);
    expect(await published()).toEqual(["delivery.cancelled.v1"]);
    const query = `query Q($ids: [_Any!]!) { _entities(representations: $ids) { ... on Order { delivery { id } } } }`;
    const answer = await harness.graphql(query, { ids: [{ __typename: "Order", id: order.orderId }] }, order.customer);
    expect(answer.data._entities).toEqual([{ delivery: null }]);
  });

  it("comes in order even when the events do not", async () => {
    const order = await newOrder(harness);
    const ids = { orderId: order.orderId, customerId: order.customerId, restaurantId: order.restaurantId };
    const accepted = { ...ids, fulfilment: "DELIVERY", prepSeconds: 60, readyAt: harness.clock.now().toISOString() };
    const late = { source: "orders", aggregateId: order.orderId };
    expect(
      await harness.deliver({
        ...late,
        type: "order.cancelling.v1",
        data: { ...ids, ...cancelling },
        aggregateVersion: 2,
      }),
    ).toBe("parked");
    expect(await published()).toEqual([]);
    await harness.deliver({ ...late, type: "order.accepted.v1", data: accepted, aggregateVersion: 1 });
    expect(await published()).toEqual(["delivery.created.v1", "delivery.cancelled.v1"]);
  });
});
