/** A courier who gives a delivery back, through the subgraph's own door. */
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { deliveries, offers } from "./db/tables.ts";
import {
  assigned,
  deliveryHarness,
  mutate,
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
const stateOf = async (deliveryId: string) =>
  (await harness.db.select().from(deliveries).where(eq(deliveries.id, deliveryId)))[0];
const goOffline = (caller: Parameters<Harness["graphql"]>[2]) =>
  harness.graphql(`mutation { goOffline { __typename } }`, {}, caller);
const handBack = (caller: Parameters<Harness["graphql"]>[2], deliveryId: string) =>
  mutate(
    harness,
    caller,
    "handBackDelivery",
    { deliveryId, reason: "VEHICLE_TROUBLE" },
    "... on HandBackDeliverySuccess { delivery { state courier { id } history { state handBackReason } } } ... on WrongDeliveryStateError { state }",
  );

describe("a delivery handed back", () => {
  it("searches again, its offer closed, and goes to someone else", async () => {
    const { courier, deliveryId } = await assigned(harness);
    const { delivery } = await handBack(courier.caller, deliveryId);
    expect(delivery).toMatchObject({ state: "SEARCHING", courier: null });
    expect(delivery.history.at(-1)).toEqual({ state: "SEARCHING", handBackReason: "VEHICLE_TROUBLE" });
    expect(delivery.history.at(-2)).toEqual({ state: "ASSIGNED", handBackReason: null });
    expect((await harness.db.select().from(offers)).map((offer) => offer.state)).toEqual(["WITHDRAWN"]);
    expect((await published()).at(-1)).toBe("delivery.unassigned.v1");
    await nextBatch(harness);
    expect(await offersOf(harness, courier)).toEqual([]);
    const other = await onlineCourier(harness);
    await nextBatch(harness);
    const [offerId] = await offersOf(harness, other);
    await mutate(harness, other.caller, "respondToOffer", { offerId, accept: true });
    expect((await stateOf(deliveryId))?.courierId).toBe(other.id);
  });

  it("comes back to the same courier only after the cooldown", async () => {
    const { courier, deliveryId } = await assigned(harness);
    await handBack(courier.caller, deliveryId);
    harness.clock.advance(2 * 60_000 - 3_000);
    await harness.runTimers();
    expect(await offersOf(harness, courier)).toEqual([]);
    await nextBatch(harness);
    expect(await offersOf(harness, courier)).toHaveLength(1);
  });

  it("is not offered again at once to a courier whom support had assigned", async () => {
    const { courier, deliveryId } = await assigned(harness);
    const second = await onlineCourier(harness);
    const support = userCaller(newId("usr"), "support");
    await mutate(harness, support, "reassignDelivery", { deliveryId, courierId: second.id });
    await goOffline(courier.caller);
    await handBack(second.caller, deliveryId);
    await nextBatch(harness);
    expect(await offersOf(harness, second)).toEqual([]);
  });

  it("may be at the restaurant already, but not picked up", async () => {
    const { order, courier, deliveryId } = await assigned(harness);
    await orderEvent(harness, order, "ready");
    await mutate(harness, courier.caller, "arriveAtPickup", { deliveryId });
    expect((await handBack(courier.caller, deliveryId)).__typename).toBe("HandBackDeliverySuccess");
    const next = await onlineCourier(harness);
    await nextBatch(harness);
    const [offerId] = await offersOf(harness, next);
    await mutate(harness, next.caller, "respondToOffer", { offerId, accept: true });
    await mutate(harness, next.caller, "arriveAtPickup", { deliveryId });
    await mutate(harness, next.caller, "pickUp", { deliveryId, code: await pickupCode(harness, order, deliveryId) });
    expect(await handBack(next.caller, deliveryId)).toMatchObject({
      __typename: "WrongDeliveryStateError",
      state: "PICKED_UP",
    });
  });

  it("answers like a missing one to strangers, and to its courier the second time", async () => {
    const { courier, deliveryId } = await assigned(harness);
    const stranger = await onlineCourier(harness);
    const missing = await handBack(stranger.caller, newId("dlv"));
    expect(missing.__typename).toBe("NotFoundError");
    expect(await handBack(stranger.caller, deliveryId)).toEqual(missing);
    expect(await handBack(stranger.caller, "nonsense")).toEqual(missing);
    await handBack(courier.caller, deliveryId);
    expect(await handBack(courier.caller, deliveryId)).toEqual(missing);
    const look = `query Q($id: ID!) { delivery(id: $id) { id } }`;
    expect((await harness.graphql(look, { id: deliveryId }, courier.caller)).data).toEqual({ delivery: null });
    expect((await published()).filter((type) => type === "delivery.unassigned.v1")).toHaveLength(1);
  });

  it("against a pickup at the same moment ends in exactly one of the two", async () => {
    for (let round = 0; round < 5; round++) {
      const { order, courier, deliveryId } = await assigned(harness);
      await orderEvent(harness, order, "ready");
      await mutate(harness, courier.caller, "arriveAtPickup", { deliveryId });
      const code = await pickupCode(harness, order, deliveryId);
      const [picked, back] = await Promise.all([
        mutate(harness, courier.caller, "pickUp", { deliveryId, code }),
        handBack(courier.caller, deliveryId),
      ]);
      const row = await stateOf(deliveryId);
      const won = picked.__typename === "PickUpSuccess";
      expect(back.__typename === "HandBackDeliverySuccess").toBe(!won);
      expect([row?.state, row?.courierId]).toEqual(won ? ["PICKED_UP", courier.id] : ["SEARCHING", null]);
      await goOffline(courier.caller);
      await orderEvent(harness, order, "cancelling", { reason: "customer", feeMinor: 0 });
    }
  });
});
