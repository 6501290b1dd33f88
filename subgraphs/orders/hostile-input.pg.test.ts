import { afterAll, beforeAll, expect, test } from "vitest";
import { hostileRequests } from "../../kit/testing/hostile-input.ts";
import { walk } from "../../kit/testing/hostile-walk.ts";
import { testNow, testSubgraph } from "../../kit/testing/subgraph.ts";
import { demoId } from "../../demo/world/world.ts";
import { demoCallers } from "../../demo/world/callers.ts";
import { demoInput } from "../../demo/world/inputs.ts";
import { seed } from "./db/seed.ts";
import { env } from "./env.ts";
import { start } from "./main.ts";

const location = { latitude: -6.2, longitude: 106.8 };
type Input = { restaurantId: string; lines: { itemId: string; quantity: number }[] };
const priced = ({ restaurantId, lines }: Input) => ({
  restaurantId,
  name: "Warung",
  open: true,
  status: "ACTIVE",
  location,
  currency: "IDR",
  taxInclusive: false,
  prepSeconds: 900,
  minimumOrderMinor: 0,
  lines: lines.map((line) => ({
    ...line,
    name: "Nasi",
    unitPriceMinor: 5_000_000,
    taxRateBps: 1000,
    modifiers: [],
    problem: null,
  })),
});
const address = { line1: "Jalan 1", line2: null, city: "Jakarta", postalCode: "10110", notes: null };
const calls = {
  menu: (query: string, { input }: { input: Input }) => {
    if (query.includes("knownInMenu")) return { knownInMenu: { restaurant: true, unknownItemIds: [] } };
    return query.includes("reserveStock")
      ? { reserveStock: { ok: true, problems: [] } }
      : { priceItems: priced(input) };
  },
  users: (_: string, { addressId }: { addressId: string }) => ({
    addressForOrder: { addressId, ...address, recipientName: "Ayu", phone: "+628111", location },
  }),
  delivery: () => ({
    quoteDelivery: { zoneId: demoId("zon", 0), distanceMeters: 2000, feeMinor: 1_000_000, etaSeconds: 1800 },
  }),
};

let orders: Awaited<ReturnType<typeof testSubgraph>>;
beforeAll(async () => {
  orders = await testSubgraph("orders", { start, env, calls });
  await seed(orders.db, "test", testNow);
});
afterAll(() => orders.stop());

test("no value at any argument is a fault of ours, and text that misleads or cannot be stored is refused", async () => {
  expect(await walk(orders.graphql, hostileRequests(import.meta.dirname, demoInput), demoCallers)).toEqual([]);
});
