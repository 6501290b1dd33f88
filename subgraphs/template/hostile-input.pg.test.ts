import { afterAll, beforeAll, expect, test } from "vitest";
import { hostileRequests } from "../../kit/testing/hostile-input.ts";
import { walk } from "../../kit/testing/hostile-walk.ts";
import { testSubgraph } from "../../kit/testing/subgraph.ts";
import { demoCallers } from "../../demo/world/callers.ts";
import { demoInput } from "../../demo/world/inputs.ts";

import { env } from "./env.ts";
import { start } from "./main.ts";

const calls = { menu: () => ({ knownInMenu: { restaurant: true } }) };
let template: Awaited<ReturnType<typeof testSubgraph>>;
beforeAll(async () => {
  template = await testSubgraph("template", { start, env, calls });
});
afterAll(() => template.stop());

test("no value at any argument is a fault of ours, and text that misleads or cannot be stored is refused", async () => {
  expect(await walk(template.graphql, hostileRequests(import.meta.dirname, demoInput), demoCallers)).toEqual([]);
});
