/**
 * What is sent × how it is sent × what changes. What is right is not written down here: graphql-js validates, coerces and
 * executes each operation against both schemas, with every value that its variables may carry.
 */
import {
  buildSchema,
  execute,
  getDirectiveValues,
  parse,
  validate,
  type DocumentNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from "graphql";
import { describe, expect, test } from "vitest";
import { checkSchema } from "./check.ts";

/** Types with defaults; null: the place is not there. */
const places = [
  null,
  "Int",
  "Int!",
  "Int = 1",
  "Int = null",
  "Int! = 1",
  "Int! = 2",
  "Float!",
  "ID",
  "String",
  "Boolean",
  "[Int]",
  "[Int!]",
  "[Int]! = [1]",
  "[[Int]]",
  "E",
  "E! = A",
  "F",
  "P",
  "P = {n: 3}",
  "Q",
  "R!",
  "[P!]",
] as const;
type PlaceText = (typeof places)[number];

const types = /* GraphQL */ `
  enum E {
    A
    B
  }
  enum F {
    A
    B
    C
  }
  input P {
    n: Int
    m: [Int!] = [4]
  }
  input Q {
    n: Float
    m: [Int!]
    k: Int = 1
  }
  input R {
    n: Int!
  }
  directive @unused(p: P, q: Q, r: R, e: E, f: F) on QUERY
`;

const literals = [
  "null",
  "5",
  "1.5",
  '"A"',
  "A",
  "C",
  "true",
  "[5]",
  "[5, null]",
  "[[5]]",
  "{n: 5}",
  "{m: 5, n: null}",
];
const variableTypes = [
  "Int",
  "Int!",
  "Int = 7",
  "Int = null",
  "Int! = 7",
  "[Int]",
  "[Int!]",
  "[Int!]!",
  "[Int] = [7]",
  "[[Int]]",
  "Float",
  "ID",
  "String",
  "String!",
  "Boolean",
  "E",
  "E!",
  "E = B",
  "[E!]",
  "P",
  "P!",
  "P = {n: 7}",
  "Q",
  "[P!]",
];
const values = [
  undefined,
  null,
  5,
  1.5,
  "A",
  "B",
  "C",
  "D",
  true,
  [5],
  [5, null],
  [[5]],
  [[null]],
  ["A"],
  {},
  { n: 5 },
  { n: null },
  { m: 5, n: 5 },
  { n: 1.5 },
  { k: 5 },
  [{ n: 5 }],
];

type Way = { text: string; document: DocumentNode; hasVariable: boolean };
const way = (text: string): Way => ({ text, document: parse(text), hasVariable: text.includes("$") });

type Position = {
  title: string;
  sdl: (place: PlaceText) => string;
  ways: Way[];
  /** What a variable called v may carry beside `values`. */
  carried?: (value: unknown) => unknown;
};

/** Each way to fill a place that stands at `…` within an operation's text. */
const filled = (put: (text: string, variables: string) => string, absent: string): Way[] => [
  way(absent),
  ...literals.map((one) => way(put(one, ""))),
  ...variableTypes.map((one) => way(put("$v", `($v: ${one})`))),
  way(put("[$v]", "($v: Int)")),
  way(put("[5, $v]", "($v: Int! = 7)")),
  way(put("[$v]", "($v: Int = 7)")),
  way(put("{n: $v}", "($v: Int)")),
  way(put("{n: $v}", "($v: Int!)")),
];

const positions: Position[] = [
  {
    title: "an argument",
    sdl: (place) => `type Query { f${place === null ? "" : `(a: ${place})`}: Int }`,
    ways: [
      ...filled((text, variables) => `query A${variables} { f(a: ${text}) }`, "query A { f }"),
      way("query A($v: Int, $if: Boolean = true) { x: f(a: $v) @include(if: $if) }"),
      way("query A($v: Int!) { ...X } fragment X on Query { ...Y } fragment Y on Query { f(a: $v) }"),
      way("query A { ... { ...X } } fragment X on Query { f }"),
    ],
  },
  {
    title: "an argument asked through an interface",
    sdl: (place) => {
      const field = `f${place === null ? "" : `(a: ${place})`}: Int`;
      return `interface N { ${field} } type T implements N { ${field} } type Query { n: N t: T }`;
    },
    ways: [
      ...filled((text, variables) => `query A${variables} { n { f(a: ${text}) } }`, "query A { n { f } }"),
      way("query A { n { ... on T { f } } }"),
      way("query A($v: Int) { t { ...X } } fragment X on N { f(a: $v) }"),
    ],
  },
  {
    title: "a directive's argument",
    sdl: (place) => `directive @d${place === null ? "" : `(a: ${place})`} on FIELD type Query { f: Int }`,
    ways: filled((text, variables) => `query A${variables} { f @d(a: ${text}) }`, "query A { f @d }"),
  },
  {
    title: "a field of an input object that is written out",
    sdl: (place) => `input I { y: Int ${place === null ? "" : `x: ${place}`} } type Query { f(i: I, l: [[I!]]): Int }`,
    ways: [
      ...filled((text, variables) => `query A${variables} { f(i: {x: ${text}}) }`, "query A { f(i: {y: 1}) }"),
      way("query A { f }"),
      way("query A { f(i: null) }"),
      way("query A { f(l: {y: 1}) }"),
      way("query A($v: Int) { f(l: [[{x: 5}, {x: $v}]]) }"),
      way("query A { f(l: [[{x: 5}], {x: 6}]) }"),
    ],
  },
  {
    title: "a field of an input object within a variable",
    sdl: (place) => `input I { y: Int ${place === null ? "" : `x: ${place}`} }
      input O { i: I is: [I!] o: O } type Query { f(i: I, is: [I], o: O, y: Int): Int }`,
    ways: [
      way("query A($v: I) { f(i: $v) }"),
      way("query A($v: I!) { f(i: $v) }"),
      way("query A($v: [I]) { f(is: $v) }"),
      way("query A($v: O) { f(o: $v) }"),
      way("query A($v: I) { f(o: {i: $v}) }"),
      way("query A($v: I = {y: 5}) { f(i: $v) }"),
      way("query A($v: Int) { f(y: $v) }"),
    ],
    carried: (value) => value,
  },
];

/** What a variable of an operation may carry: the plain values, and those within the objects of this position. */
function candidates({ carried }: Position, { text, hasVariable }: Way): unknown[] {
  if (!hasVariable) return [undefined];
  if (!carried || text.includes("$v: Int)")) return values;
  const objects = [undefined, null, {}, ...values.map((x) => (x === undefined ? { y: 1 } : { x })), { y: 5 }];
  if (text.includes("$v: [I]")) return objects.map((one) => (one == null ? one : [one, one]));
  if (text.includes("$v: O")) return objects.flatMap((i): unknown[] => [{ i }, { is: [i] }, { o: { i } }]).concat([{}]);
  return objects;
}

/** What the resolver gets for each candidate; null when the operation is refused, undefined results are omitted. */
function outcomes(schema: GraphQLSchema, position: Position, one: Way): (string | null)[] {
  const all = candidates(position, one);
  if (validate(schema, one.document).length > 0) return all.map(() => null);
  return all.map((v) => {
    const got: unknown[] = [];
    const f = (args: unknown, _context: unknown, { fieldNodes, variableValues }: GraphQLResolveInfo) => {
      const directive = schema.getDirective("d");
      const values = fieldNodes.map((node) => directive && getDirectiveValues(directive, node, variableValues));
      return got.push([args, values]);
    };
    const t = { __typename: "T", f };
    const variableValues = v === undefined ? {} : { v };
    const result = execute({ schema, document: one.document, rootValue: { f, n: t, t }, variableValues });
    if ("then" in result) throw new Error("nothing here is asynchronous");
    return result.errors ? null : JSON.stringify(got);
  });
}

type Known = { schema: GraphQLSchema; sdl: string; outcomes: Map<Way, (string | null)[]> };

const typeOf = (place: PlaceText) => place?.split(" = ")[0];

describe.each(positions)("$title", (position) => {
  const known = new Map<PlaceText, Known>();
  for (const place of places) {
    const sdl = position.sdl(place) + types;
    const schema = buildSchema(sdl);
    known.set(place, {
      schema,
      sdl,
      outcomes: new Map(position.ways.map((one) => [one, outcomes(schema, position, one)])),
    });
  }
  const pairs = places.flatMap((old) => places.filter((now) => now !== old).map((now) => [old, now] as const));

  const judged = async (old: PlaceText, now: PlaceText) => {
    const [before, after] = [known.get(old)!, known.get(now)!];
    const taken = position.ways.filter((one) => before.outcomes.get(one)!.some((outcome) => outcome !== null));
    const operations = taken.map(({ text, document }) => {
      return { name: text, hash: "a".repeat(64), text, document, clients: { customer: ["1"] } };
    });
    const result = await checkSchema({ name: "old", schema: before.schema }, after.sdl, operations, "2026-11-25");
    const named = (verdict: string) =>
      result.changes
        .filter((change) => change.verdict === verdict)
        .flatMap((change) => change.operations.map(({ name }) => name));
    return { before, after, taken, breaking: new Set(named("breaking")), dangerous: new Set(named("dangerous")) };
  };

  test.each(pairs)("%s → %s: exactly the operations that graphql-js would refuse break", async (old, now) => {
    const { before, after, taken, breaking, dangerous } = await judged(old, now);
    const refused = taken.filter((one) => {
      const then = after.outcomes.get(one)!;
      return before.outcomes.get(one)!.some((outcome, index) => outcome !== null && then[index] === null);
    });
    expect([...breaking].sort()).toEqual(refused.map(({ text }) => text).sort());
    // Where the type is the same, whatever else reaches the resolver comes from defaults.
    if (typeOf(old) !== typeOf(now) && old !== null) return;
    const altered = taken.filter((one) => {
      const then = after.outcomes.get(one)!;
      return before.outcomes
        .get(one)!
        .some((outcome, index) => outcome !== null && then[index] !== null && then[index] !== outcome);
    });
    for (const { text } of altered) expect([...breaking, ...dangerous]).toContain(text);
    if (position.title !== "a directive's argument")
      for (const text of dangerous) expect(altered.map((one) => one.text)).toContain(text);
  });
});

test("the table is as wide as it says", () => {
  expect(places.length * (places.length - 1) * positions.length).toBeGreaterThan(2500);
});
