/** Conditions whose variable is null, and variables of operations that are not run. The monolith is graphql-js over the same data. */
import { buildSchema, execute, parse } from "graphql";
import { expect, test } from "vitest";
import { testGraph } from "../in-process-graph.ts";

const sdl = `type Query { x: String echo(v: Int): String o: O p: O n: O! list: [O] any: [Any] }
  type Mutation { m: Int }
  type O { y: Int o: O }
  interface Any { id: ID }
  type A implements Any { id: ID a: Int }
  type B implements Any { id: ID b: Int }`;
const root = {
  x: () => "x",
  echo: ({ v }: { v: number | null }) => String(v),
  o: () => null,
  p: () => ({ y: 1, o: { y: 2 } }),
  n: () => ({ y: 1 }),
  list: () => [{ y: 1 }, null, { y: 3 }],
  any: () => [
    { __typename: "A", id: "1", a: 1 },
    { __typename: "B", id: "2", b: 2 },
  ],
  m: () => 1,
};
const fields = (type: object) =>
  Object.fromEntries(Object.entries(type).map(([name, value]) => [name, (_: unknown, args: never) => value(args)]));
const { engine, requests, answerWith } = testGraph({
  a: { sdl, resolvers: { Query: fields(root), Mutation: fields({ m: root.m }) } },
});

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const placed = (errors: readonly { message: string; path?: readonly (string | number)[] | undefined }[] = []) =>
  errors.map(({ message, path }) => ({ message, ...(path ? { path } : {}) }));

test.each([
  ["another operation's condition", "query A($x: Int) { echo(v: $x) } query B($x: Boolean!) { x @include(if: $x) }"],
  [
    "a condition in a fragment that only another operation spreads",
    "query A($x: Int) { echo(v: $x) } query B($x: Boolean!) { ...F } fragment F on Query { x @include(if: $x) }",
  ],
  ["a condition below null", "query A($x: Boolean = true) { x o { y @skip(if: $x) } }"],
  ["a condition below an object", "query A($x: Boolean = true) { x p { y @skip(if: $x) } }"],
  ["a condition below an object below", "query A($x: Boolean = true) { p { y o { y @include(if: $x) } } }"],
  ["a condition below a list", "query A($x: Boolean = true) { x list { y @skip(if: $x) } }"],
  ["a condition below a non-null object", "query A($x: Boolean = true) { x n { y @skip(if: $x) } }"],
  ["a condition of a root field", "query A($x: Boolean = true) { x p @skip(if: $x) { y } }"],
  ["a condition of a fragment", "query A($x: Boolean = true) { p { ... @include(if: $x) { y } } }"],
  ["a condition after one that skips", "query A($x: Boolean = true) { x y: x @skip(if: true) @include(if: $x) }"],
  ["a condition within what is skipped", "query A($x: Boolean = true) { x p @skip(if: true) { y @skip(if: $x) } }"],
  [
    "a condition within one type's fragment",
    "query A($x: Boolean = true) { any { id ... on A { a @skip(if: $x) } ... on B { b } } }",
  ],
  [
    "a fragment spread again with a condition",
    "query A($x: Boolean = true) { p { ...F ...F @skip(if: $x) } } fragment F on O { y }",
  ],
  ["a condition of introspection", 'query A($x: Boolean = true) { x __type(name: "O") { name @skip(if: $x) } }'],
  ["a condition within the schema", "query A($x: Boolean = true) { x __schema { types @skip(if: $x) { name } } }"],
  ["a condition of a mutation", "mutation A($x: Boolean = true) { m n: m @skip(if: $x) }"],
])("%s, as graphql-js answers", async (_what, query) => {
  answerWith();
  const variables = { x: null };
  const schema = buildSchema(sdl);
  const whole = await execute({
    schema,
    document: parse(query),
    rootValue: root,
    variableValues: variables,
    operationName: "A",
  });
  const { data, errors } = (await engine.execute({ query, operationName: "A", variables })) as typeof whole;
  expect(plain(data)).toEqual(plain(whole.data));
  expect(plain(placed(errors))).toEqual(plain(placed(whole.errors)));
  if (query.startsWith("mutation")) expect(requests).toEqual([]);
});
