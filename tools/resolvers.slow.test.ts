import { expect, test } from "vitest";
import { missingResolvers, readServed, type Served } from "./resolvers.ts";

/** A subgraph without some of its resolvers; the compiler then judges the rows behind its types. */
async function without(name: string, ...removed: [type: string, field: string][]): Promise<Served> {
  const served = (await readServed()).find(({ contract }) => contract.name === name)!;
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const [type, fields] of Object.entries(served.resolvers)) resolvers[type] = { ...fields };
  for (const [type, field] of removed) delete resolvers[type]?.[field];
  return { contract: served.contract, resolvers };
}

test("fields without a resolver are refused at their place: of a root, and where the row has no such property", async () => {
  const found = missingResolvers([
    await without("menu", ["Query", "restaurant"], ["MenuItem", "price"]),
    await without("orders", ["Quote", "lines"]),
  ]);
  const [menu, orders] = ["subgraphs/menu/schema\\.graphql", "subgraphs/orders/schema\\.graphql"];
  expect(found).toEqual([
    expect.stringMatching(new RegExp(`^${menu}:\\d+:3 Query\\.restaurant needs a resolver: it is a root field$`)),
    expect.stringMatching(new RegExp(`^${menu}:\\d+:3 MenuItem\\.price needs .* no such property$`)),
    expect.stringMatching(new RegExp(`^${orders}:\\d+:3 Quote\\.lines needs .* no such property$`)),
  ]);
});
