import { afterAll, beforeAll, expect, test } from "vitest";
import { hostileRequests } from "../../kit/testing/hostile-input.ts";
import { walk } from "../../kit/testing/hostile-walk.ts";
import { testNow } from "../../kit/testing/subgraph.ts";
import { demoCallers } from "../../demo/world/callers.ts";
import { demoInput } from "../../demo/world/inputs.ts";
import { seed } from "./db/seed.ts";
import { testUsers } from "./testing.ts";

let users: Awaited<ReturnType<typeof testUsers>>;
beforeAll(async () => {
  users = await testUsers({ menu: () => ({ knownInMenu: { restaurant: true } }) });
  await seed(users.db, "test", testNow);
});
afterAll(() => users.stop());

test("no value at any argument is a fault of ours, and text that misleads or cannot be stored is refused", async () => {
  expect(await walk(users.graphql, hostileRequests(import.meta.dirname, demoInput), demoCallers)).toEqual([]);
});
