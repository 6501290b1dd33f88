/** Rounds of matching through timers: when they come, whom they choose, and that nobody starves. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  acceptOrder,
  centre,
  deliveryHarness,
  newOrder,
  offersOf,
  onlineCourier,
  type Harness,
} from "./testing/story.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await deliveryHarness({ MATCH_BATCH_LIMIT: "2" });
});
afterEach(() => harness.stop());

const north = (kilometres: number) => ({ ...centre, latitude: centre.latitude + kilometres / 111.2 });
const far = { latitude: -7.2575, longitude: 112.7521 };

async function searching(pickup = centre) {
  const order = await newOrder(harness);
  harness.pickups.set(order.orderId, pickup);
  await acceptOrder(harness, order);
  return order;
}

const pickupOffered = async (courier: { caller: Parameters<Harness["graphql"]>[2] }) =>
  (await harness.graphql(`{ myOffers { pickup { latitude } reason { totalSeconds } } }`, {}, courier.caller)).data
    .myOffers[0];

describe("a round of matching", () => {
  it("comes every three seconds, on a grid, while a delivery searches", async () => {
    await searching();
    const courier = await onlineCourier(harness);
    harness.clock.advance(2_999);
    await harness.runTimers();
    expect(await offersOf(harness, courier)).toEqual([]);
    harness.clock.advance(1);
    await harness.runTimers();
    expect(await offersOf(harness, courier)).toHaveLength(1);
    const late = await onlineCourier(harness);
    await searching();
    harness.clock.advance(3_000);
    await harness.runTimers();
    expect(await offersOf(harness, late)).toHaveLength(1);
  });

  it("takes the least total of all pairs, not the nearest courier of the first delivery", async () => {
    await searching(north(0));
    await searching(north(3));
    // The courier in the middle is nearer to both; the least total sends each to their own side.
    const middle = await onlineCourier(harness, north(1));
    const south = await onlineCourier(harness, north(-2));
    harness.clock.advance(3_000);
    await harness.runTimers();
    expect((await pickupOffered(middle)).pickup.latitude).toBeCloseTo(north(3).latitude, 5);
    expect((await pickupOffered(south)).pickup.latitude).toBeCloseTo(north(0).latitude, 5);
  });

  it("reaches deliveries behind a full batch of others that nobody is near", async () => {
    for (let n = 0; n < 3; n++) await searching(far);
    harness.clock.advance(1_000);
    await searching(centre);
    const courier = await onlineCourier(harness);
    harness.clock.advance(3_000);
    await harness.runTimers();
    expect(await offersOf(harness, courier)).toHaveLength(1);
  });
});
