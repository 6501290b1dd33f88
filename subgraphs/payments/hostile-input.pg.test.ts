import { afterAll, beforeAll, expect, test } from "vitest";
import { hostileRequests } from "../../kit/testing/hostile-input.ts";
import { walk } from "../../kit/testing/hostile-walk.ts";
import { testNow } from "../../kit/testing/subgraph.ts";
import { demoCallers } from "../../demo/world/callers.ts";
import { demoInput } from "../../demo/world/inputs.ts";
import { seed } from "./db/seed.ts";
import { startRig } from "./testing/rig.ts";

let payments: Awaited<ReturnType<typeof startRig>>;
beforeAll(async () => {
  payments = await startRig();
  await seed(payments.db, "test", testNow);
});
afterAll(() => payments.stop());

test("no value at any argument is a fault of ours, and text that misleads or cannot be stored is refused", async () => {
  expect(await walk(payments.graphql, hostileRequests(import.meta.dirname, demoInput), demoCallers)).toEqual([]);
});
