import { GraphQLScalarType } from "graphql";
import { beforeEach, expect, test } from "vitest";
import { testGraph } from "./in-process-graph.ts";

const graph = {
  a: {
    sdl: `scalar Even scalar Any
      input Box { even: Even, evens: [[Even!]], any: Any, box: Box }
      type Query { take(even: Even, any: Any, box: Box): String }`,
    resolvers: { Query: { take: () => "taken" } },
  },
};

/** Takes even numbers, and gives them to nobody: what it parses must not reach a subgraph. */
const parse = (value: unknown): unknown => {
  if (typeof value === "number" && value % 2 === 0) return "parsed";
  throw new TypeError("not even");
};
const Even = new GraphQLScalarType({
  name: "Even",
  parseValue: parse,
  parseLiteral: (node) => parse("value" in node ? Number(node.value) : null),
});

const [own, foreign] = [testGraph(graph, { scalars: { Even } }), testGraph(graph)];
beforeEach(() => {
  own.answerWith();
  foreign.answerWith();
});

const takeBox = "query($box: Box) { take(box: $box) }";
const cases: [string, string, object][] = [
  ["a variable", "query($even: Even) { take(even: $even) }", { even: 1 }],
  ["a literal", "{ take(even: 1) }", {}],
  ["a default", "query($even: Even = 1) { take(even: $even) }", {}],
  ["nested in a variable", takeBox, { box: { box: { even: 1 } } }],
  ["in lists of a variable", takeBox, { box: { evens: [[2], [4, 1]] } }],
  ["in lists of a literal", "{ take(box: { evens: [[2], [4, 1]] }) }", {}],
  ["a variable within a literal", "query($even: Even) { take(box: { box: { even: $even } }) }", { even: 1 }],
];

test.each(cases)("%s is refused where the scalar is known, and nothing is sent", async (_, query, variables) => {
  const result = await own.engine.execute({ query, variables: { ...variables } });
  expect(result).toMatchObject({ errors: [{}] });
  expect(result).not.toHaveProperty("data");
  expect(own.requests).toEqual([]);
});

test.each(cases)("%s passes unchanged over a graph whose scalars are not known", async (_, query, variables) => {
  expect(await foreign.engine.execute({ query, variables: { ...variables } })).toEqual({ data: { take: "taken" } });
  expect(foreign.requests[0]?.variables).toEqual(variables);
});

test("a good value is sent as the client wrote it; a scalar that is not in the list takes anything", async () => {
  const { engine, requests } = own;
  const box = { even: 2, evens: [[4]], any: { odd: [1, null] } };
  expect(await engine.execute({ query: takeBox, variables: { box } })).toEqual({ data: { take: "taken" } });
  expect(await engine.execute({ query: '{ take(even: 2, any: { x: ["1"] }) }' })).toEqual({ data: { take: "taken" } });
  expect(requests[0]?.variables).toEqual({ box });
  expect(requests[1]?.query).toContain('take(even:2 any:{x:["1"]})');
});

test("a graph that replaces another one is checked alike", async () => {
  const { engine, supergraphSdl } = testGraph(graph, { scalars: { Even } });
  engine.load(supergraphSdl);
  expect(await engine.execute({ query: "{ take(even: 1) }" })).toMatchObject({ errors: [{}] });
});
