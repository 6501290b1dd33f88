/** Many at once against a real Postgres: whatever interleaves, one courier per delivery and one delivery per courier. */
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { demoId, demoUserId } from "../../demo/world/world.ts";
import { seed } from "./db/seed.ts";
import { couriers, deliveries, offers } from "./db/tables.ts";
import {
  acceptOrder,
  assigned,
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

describe("two at once", () => {
  it("an offer accepted while support assigns another: one courier holds it", async () => {
    const first = await onlineCourier(harness);
    await acceptOrder(harness, await newOrder(harness));
    await nextBatch(harness);
    const second = await onlineCourier(harness);
    const [offerId] = await offersOf(harness, first);
    const [delivery] = await harness.db.select().from(deliveries);
    const support = userCaller(newId("usr"), "support");
    await Promise.all([
      mutate(harness, first.caller, "respondToOffer", { offerId, accept: true }),
      mutate(harness, support, "reassignDelivery", { deliveryId: delivery?.id, courierId: second.id }),
    ]);
    const [after] = await harness.db.select().from(deliveries);
    expect(after?.state).toBe("ASSIGNED");
    const accepted = await harness.db.select().from(offers).where(eq(offers.state, "ACCEPTED"));
    expect(accepted.every((offer) => offer.courierId === after?.courierId)).toBe(true);
  });

  it("the database itself refuses a second delivery for a courier, and a second open offer for a delivery", async () => {
    const { courier, deliveryId } = await assigned(harness);
    await acceptOrder(harness, await newOrder(harness));
    const held = { state: "ASSIGNED" as const, courierId: courier.id };
    await expect(harness.db.update(deliveries).set(held).where(eq(deliveries.state, "SEARCHING"))).rejects.toThrow();
    const other = await onlineCourier(harness);
    const [existing] = await harness.db.select().from(offers).where(eq(offers.deliveryId, deliveryId));
    if (!existing) throw new Error("no offer");
    const second = { ...existing, id: newId("off"), courierId: other.id, state: "OFFERED" as const };
    await expect(harness.db.insert(offers).values(second)).rejects.toThrow();
  });

  it("pickup against withdrawal ends in exactly one of the two", async () => {
    const { order, courier, deliveryId } = await assigned(harness);
    await orderEvent(harness, order, "ready");
    await mutate(harness, courier.caller, "arriveAtPickup", { deliveryId });
    const code = await pickupCode(harness, order, deliveryId);
    const [picked] = await Promise.all([
      mutate(harness, courier.caller, "pickUp", { deliveryId, code }),
      orderEvent(harness, order, "cancelling", { reason: "customer", feeMinor: 0 }),
    ]);
    const types = (await harness.outbox()).map((event) => event.type);
    const [after] = await harness.db.select().from(deliveries);
    const pickedUp = picked.__typename === "PickUpSuccess";
    expect(after?.state).toBe(pickedUp ? "PICKED_UP" : "CANCELLED");
    expect(types.includes("delivery.picked-up.v1")).toBe(pickedUp);
    expect(types.includes("delivery.withdrawal-refused.v1")).toBe(pickedUp);
    expect(types.includes("delivery.cancelled.v1")).toBe(!pickedUp);
  });
});

describe("a rush", () => {
  it("of ten orders and six couriers: six accept their own, four wait", async () => {
    const crew = await Promise.all(Array.from({ length: 6 }, () => onlineCourier(harness)));
    for (let n = 0; n < 10; n++) await acceptOrder(harness, await newOrder(harness));
    await nextBatch(harness);
    const open = await Promise.all(crew.map((courier) => offersOf(harness, courier)));
    expect(open.map((ids) => ids.length)).toEqual([1, 1, 1, 1, 1, 1]);
    const answers = await Promise.all(
      crew.flatMap((courier) =>
        open.flat().map((offerId) => mutate(harness, courier.caller, "respondToOffer", { offerId, accept: true })),
      ),
    );
    expect(answers.filter((answer) => answer.__typename === "RespondToOfferSuccess")).toHaveLength(6);
    const rows = await harness.db.select().from(deliveries);
    const holders = rows.flatMap((row) => (row.state === "ASSIGNED" ? [row.courierId] : []));
    expect(new Set(holders).size).toBe(6);
    expect(rows.filter((row) => row.state === "SEARCHING")).toHaveLength(4);
  });
});

describe("the demo world", () => {
  it("is seeded once, whole and readable", async () => {
    await harness.sql`delete from zones`;
    await seed(harness.db, "test", harness.clock.now());
    await seed(harness.db, "test", harness.clock.now());
    expect(await harness.db.$count(couriers)).toBe(6);
    expect(await harness.db.$count(deliveries)).toBeGreaterThan(0);
    const courier = userCaller(demoUserId.courier(0), "courier");
    const answer = await harness.graphql(
      `{ myCourier { id status } myDeliveries(first: 2) { edges { cursor node { state history { state } } } pageInfo { hasNextPage endCursor } } zones { name baseFee { amount } radiusMeters corners { latitude } } }`,
      {},
      courier,
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data.myCourier).toEqual({ id: demoId("cou", 0), status: "OFFLINE" });
    expect(answer.data.zones.map((zone: { name: string }) => zone.name)).toEqual(["Jakarta", "Surabaya"]);
    for (const edge of answer.data.myDeliveries.edges) expect(edge.node.history).toHaveLength(7);
  });
});
