import { afterAll, beforeAll, expect, test } from "vitest";
import { hostileRequests } from "../../kit/testing/hostile-input.ts";
import { walk } from "../../kit/testing/hostile-walk.ts";
import { testNow, testSubgraph } from "../../kit/testing/subgraph.ts";
import { demoCallers } from "../../demo/world/callers.ts";
import { demoInput } from "../../demo/world/inputs.ts";
import { seed } from "./db/seed.ts";
import { env } from "./env.ts";
import { start } from "./main.ts";

let menu: Awaited<ReturnType<typeof testSubgraph>>;
beforeAll(async () => {
  menu = await testSubgraph("menu", { start, env });
  await seed(menu.db, "test", testNow);
});
afterAll(() => menu.stop());

test("no value at any argument is a fault of ours, and text that misleads or cannot be stored is refused", async () => {
  expect(await walk(menu.graphql, hostileRequests(import.meta.dirname, demoInput), demoCallers)).toEqual([]);
});
