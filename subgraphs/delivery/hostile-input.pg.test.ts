import { afterAll, beforeAll, expect, test } from "vitest";
import { hostileRequests } from "../../kit/testing/hostile-input.ts";
import { walk } from "../../kit/testing/hostile-walk.ts";
import { testNow, testSubgraph } from "../../kit/testing/subgraph.ts";
import { demoCallers } from "../../demo/world/callers.ts";
import { demoInput } from "../../demo/world/inputs.ts";
import { seed } from "./db/seed.ts";
import { env } from "./env.ts";
import { start } from "./main.ts";

const pickup = { latitude: -6.2, longitude: 106.8167 };
const instructions = {
  pickupName: "Warung",
  pickup,
  dropoff: pickup,
  dropoffAddress: "Jalan 1",
  recipientName: "Budi",
};
const terms = {
  phone: "+62811",
  notes: null,
  zoneId: null,
  distanceMeters: 1,
  feeMinor: 1,
  currency: "IDR",
  readyAt: null,
};
const calls = { orders: () => ({ deliveryInstructions: { ...instructions, ...terms } }) };

let delivery: Awaited<ReturnType<typeof testSubgraph>>;
beforeAll(async () => {
  delivery = await testSubgraph("delivery", { start, env, calls });
  await seed(delivery.db, "test", testNow);
});
afterAll(() => delivery.stop());

test("no value at any argument is a fault of ours, and text that misleads or cannot be stored is refused", async () => {
  expect(await walk(delivery.graphql, hostileRequests(import.meta.dirname, demoInput), demoCallers)).toEqual([]);
});
