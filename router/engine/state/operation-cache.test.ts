import { parse } from "graphql";
import { expect, test } from "vitest";
import { composeGraph } from "../in-process-graph.ts";
import { choose, prepared, warmUp } from "./operation-cache.ts";
import { createSupergraphState } from "./supergraph-state.ts";

const state = (fields: string) => createSupergraphState(composeGraph({ a: { sdl: `type Query { ${fields} }` } }), 10);

test("what was used under the old graph is prepared for the new one, under the same conditions", async () => {
  const previous = state("stays: Int goes: Int");
  const use = (query: string, variables: Record<string, unknown> = {}) => {
    const document = parse(query);
    prepared(previous, document, choose(document, undefined), new Set(), variables, true);
  };
  use("query Q($yes: Boolean!) { stays @include(if: $yes) a: stays }", { yes: true });
  use("query Q($yes: Boolean!) { stays @include(if: $yes) a: stays }", { yes: false });
  use("{ ... @defer { stays } }");
  use("{ goes }");
  const next = state("stays: Int comes: Int");
  await warmUp(next, previous);
  expect([...next.prepared.keys()].toSorted()).toEqual(
    [...previous.prepared.keys()].filter((key) => !key.includes("goes")).toSorted(),
  );
  expect(next.prepared.size).toBe(3);
  expect([...next.prepared.keys()].filter((key) => next.prepared.get(key)?.deferral)).toHaveLength(1);
});
