import { parse } from "graphql";
import { expect, test } from "vitest";
import { composeGraph } from "../in-process-graph.ts";
import { choose, prepared } from "./operation-cache.ts";
import { createSupergraphState, type SupergraphState } from "./supergraph-state.ts";
import { warmUp } from "./warm-up.ts";

/** What the plan of one of these small operations weighs at most, bytes. */
const small = 8_000;

const state = (fields: string, size = 10) =>
  createSupergraphState(composeGraph({ a: { sdl: `type Query { ${fields} }` } }), size * small);

/** Asks as a request does; tells whether that had to plan. */
function use(over: SupergraphState, query: string, variables: Record<string, unknown> = {}): boolean {
  const document = parse(query);
  let made = false;
  prepared(over, document, choose(document, undefined), new Set(), variables, true, () => (made = true));
  return made;
}

test("what was used under the old graph is prepared for the new one, under the same conditions", async () => {
  const previous = state("stays: Int goes: Int");
  use(previous, "query Q($yes: Boolean!) { stays @include(if: $yes) a: stays }", { yes: true });
  use(previous, "query Q($yes: Boolean!) { stays @include(if: $yes) a: stays }", { yes: false });
  use(previous, "{ ... @defer { stays } }");
  use(previous, "{ goes }");
  const next = state("stays: Int comes: Int");
  expect(await warmUp(next, { previous })).toMatchObject({ planned: 3, unknown: 1, failed: [], left: 0 });
  expect([...next.prepared.keys()].toSorted()).toEqual(
    [...previous.prepared.keys()].filter((key) => !key.includes("goes")).toSorted(),
  );
  expect([...next.prepared.keys()].filter((key) => next.prepared.get(key)?.deferral)).toHaveLength(1);
});

test("a registered operation is prepared under all values of its conditions, whole and in parts", async () => {
  const over = state("one: Int two: Int");
  const query = "query Q($a: Boolean!, $b: Boolean!) { one @include(if: $a) ... @defer(if: $b) { two } }";
  expect(await warmUp(over, { documents: [query] })).toMatchObject({ planned: 8, unknown: 0, failed: [], left: 0 });
  for (const a of [true, false]) for (const b of [true, false]) expect(use(over, query, { a, b })).toBe(false);
  expect(use(over, "{ one }")).toBe(true);
});

test("what was used and is registered is planned once; of two operations of one document both are", async () => {
  const previous = state("one: Int two: Int");
  use(previous, "{ one }");
  const over = state("one: Int two: Int");
  const documents = ["{ one }", "query A { two } query B { one two }"];
  expect(await warmUp(over, { previous, documents })).toMatchObject({ planned: 3 });
  const document = parse(documents[1] as string);
  for (const name of ["A", "B"])
    prepared(over, document, choose(document, name), new Set(), {}, false, () => expect.unreachable(name));
});

test("one that cannot be read, or cannot be planned, keeps nobody from the others", async () => {
  const over = state("one: Int two: Int");
  const { plan } = over;
  const refusing: SupergraphState = {
    ...over,
    plan: (document, options) => {
      if (JSON.stringify(document).includes('"two"')) throw new RangeError("too much");
      return plan(document, options);
    },
  };
  const documents = ["{", "query Bad { two }", "{ gone }", "{ one }"];
  const { failed, ...counts } = await warmUp(refusing, { documents });
  expect(counts).toMatchObject({ planned: 1, unknown: 1, left: 0 });
  expect(failed.map(({ operation, error }) => [operation, error.name])).toEqual([
    ["", "GraphQLError"],
    ["Bad", "RangeError"],
  ]);
  expect(use(refusing, "{ one }")).toBe(false);
});

test("a full cache ends it: nothing that is in use is forgotten for what may come", async () => {
  const over = state("one: Int two: Int three: Int", 2);
  use(over, "{ one }");
  expect(await warmUp(over, { documents: ["{ two }", "{ three }"] })).toMatchObject({ planned: 1, left: 1 });
  expect(use(over, "{ one }")).toBe(false);
});

test("what was used last is forgotten last under the new graph too", async () => {
  const previous = state("one: Int two: Int three: Int", 2);
  use(previous, "{ one }");
  use(previous, "{ two }");
  const over = state("one: Int two: Int three: Int", 2);
  await warmUp(over, { previous });
  use(over, "{ three }");
  expect(use(over, "{ two }")).toBe(false);
});

test("others run between two plans, and a signal ends it there", async () => {
  const over = state("one: Int two: Int three: Int");
  const stop = new AbortController();
  let turns = 0;
  const count = () => {
    if (++turns === 2) stop.abort();
    if (!stop.signal.aborted) setImmediate(count);
  };
  setImmediate(count);
  const done = await warmUp(over, { documents: ["{ one }", "{ two }", "{ three }"], signal: stop.signal });
  expect(done).toMatchObject({ planned: 1, left: 2 });
});
