import { expect, test } from "vitest";
import type { SubgraphAnswer } from "./engine.ts";
import { testGraph, type TestSubgraph } from "./in-process-graph.ts";

const graph: Record<string, TestSubgraph> = {
  shop: {
    sdl: `type Query { items: [Item!] shop: String } type Item @key(fields: "id") { id: ID! name: String }`,
    resolvers: { Query: { items: () => ["1", "2"].map((id) => ({ id, name: `n${id}` })), shop: () => "open" } },
  },
  stock: {
    sdl: `type Query { total: Int } type Item @key(fields: "id") { id: ID! count: Int place: Place } type Place { row: Int! }`,
  },
};

const { engine, answerWith } = testGraph(graph);

/** Answers of the query below while the subgraph `stock` answers `body` to the entity call. */
async function whenStockSays(answer: SubgraphAnswer | Error) {
  answerWith(({ subgraph }) => {
    if (subgraph !== "stock") return undefined;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return engine.execute({ query: "{ shop items { name count place { row } } }" }) as unknown as Promise<{
    data: { shop: string; items: unknown[] };
    errors?: { path?: unknown; extensions: { code: string } }[];
  }>;
}

const entities = (value: unknown): SubgraphAnswer => ({ body: JSON.stringify({ data: { _entities: value } }) });
const kept = { shop: "open", items: ["n1", "n2"].map((name) => ({ name, count: null, place: null })) };

test.each<[string, SubgraphAnswer | Error]>([
  ["is down", new Error("connect ECONNREFUSED 10.0.0.1:4002")],
  ["answers no JSON", { body: "<html>" }],
  ["answers nothing", { body: "" }],
  ["answers a list", { body: "[]" }],
  ["answers without data", { body: "{}" }],
  ["answers data of a wrong shape", { body: '{"data":[1]}' }],
  ["answers errors of a wrong shape", { body: '{"data":{"_entities":[]},"errors":{"message":"x"}}' }],
  ["answers no list of entities", entities({ 0: {} })],
  ["answers too few entities", entities([{ count: 1 }])],
  ["answers too many entities", entities([{ count: 1 }, { count: 2 }, { count: 3 }])],
  ["answers text for entities", entities(["a", "b"])],
])("a subgraph that %s: a coded error at each place, other data kept, nothing told", async (_case, answer) => {
  const { data, errors } = await whenStockSays(answer);
  expect(data).toEqual(kept);
  expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
    [["items", 0], "SUBGRAPH_UNAVAILABLE"],
    [["items", 1], "SUBGRAPH_UNAVAILABLE"],
  ]);
  expect(JSON.stringify(errors)).not.toMatch(/10\.0\.0\.1|_entities|stock/);
});

test("values of wrong kinds are null, each told at its place", async () => {
  const { data, errors } = await whenStockSays(
    entities([
      { count: "many", place: [] },
      { count: 1e12, place: { row: null } },
    ]),
  );
  expect(data).toEqual(kept);
  expect(errors?.map(({ path }) => path)).toEqual([
    ["items", 0, "count"],
    ["items", 0, "place"],
    ["items", 1, "count"],
    ["items", 1, "place", "row"],
  ]);
});

test("keys that nobody asked for, `__proto__` among them, change nothing", async () => {
  const body = `{"data":{"_entities":[{"__proto__":{"count":9,"polluted":1},"constructor":1,"place":{"__proto__":{"row":7},"row":1}},{"count":2,"extra":1}]}}`;
  const { data, errors } = await whenStockSays({ body });
  expect(data.items).toEqual([
    { name: "n1", count: null, place: { row: 1 } },
    { name: "n2", count: 2, place: null },
  ]);
  expect(errors).toBeUndefined();
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("errors of single entities stand where their entities stand; the others' data stays", async () => {
  const { data, errors } = await whenStockSays({
    body: JSON.stringify({
      data: { _entities: [{ count: 1 }, null] },
      errors: [{ message: "lost", path: ["_entities", 1], extensions: { code: "NOT_FOUND" } }],
    }),
  });
  expect(data.items[0]).toEqual({ name: "n1", count: 1, place: null });
  expect(errors).toMatchObject([{ path: ["items", 1], extensions: { code: "NOT_FOUND" } }]);
});

test("numbers in the extensions of errors pass as they were written, whatever the fields' types", async () => {
  const error = `{"message":"no","path":["_entities",0],"extensions":{"code":"X","id":9007199254740993,"of":[{"sum":1e400}]}}`;
  const { errors } = await whenStockSays({ body: `{"data":{"_entities":[null,{"count":2}]},"errors":[${error}]}` });
  expect(JSON.stringify(errors?.[0]?.extensions)).toContain(`"id":9007199254740993,"of":[{"sum":1e400}]`);
});
