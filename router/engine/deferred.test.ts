/** Answers in parts: what comes when, where nulls and errors stand, and what ends when a client leaves. */
import { beforeEach, describe, expect, test } from "vitest";
import type { EngineRequest, IncrementalResult } from "./contract.ts";
import { testGraph, type TestSubgraph } from "./in-process-graph.ts";
import { receive } from "./testing/deferred.ts";

type Row = Record<string, unknown>;

const graph: Record<string, TestSubgraph> = {
  shop: {
    sdl: `type Query { me: User orders: [Order!]! note: Note }
      type Mutation { place: Order }
      type User @key(fields: "id") { id: ID! name: String! slow: String }
      type Order @key(fields: "id") { id: ID! state: String! total: Int! buyer: User }
      type Note { text: String! long: String }`,
    resolvers: {
      Query: {
        me: () => ({ id: "1" }),
        orders: () => [{ id: "a" }, { id: "b" }],
        note: () => ({ text: "short", long: "a long one" }),
      },
      Mutation: { place: () => ({ id: "new" }) },
      User: { __resolveReference: (user: Row) => user, name: () => "Ann", slow: () => "at last" },
      Order: {
        __resolveReference: (order: Row) => order,
        state: () => "PAID",
        total: ({ id }: Row) => {
          if (id === "b") throw new Error("no total");
          return 7;
        },
        buyer: () => ({ id: "1" }),
      },
    },
  },
  stars: {
    sdl: `type Query { best: Int }
      type User @key(fields: "id") { id: ID! stars: Int! level: Int }
      type Order @key(fields: "id") {
        id: ID! state: String! @external rating: Int reviewer: User rank: String @requires(fields: "state")
      }`,
    resolvers: {
      Query: { best: () => 5 },
      User: { stars: () => 4, level: () => 2 },
      Order: {
        __resolveReference: (order: Row) => order,
        rating: ({ id }: Row) => (id === "a" ? 1 : 2),
        reviewer: () => ({ id: "2" }),
        rank: ({ id, state }: Row) => `${state as string} ${id as string}`,
      },
    },
  },
};

const { engine, requests, answerWith } = testGraph(graph);
beforeEach(() => answerWith());

const ask = (query: string, rest: Partial<EngineRequest> = {}) => engine.execute({ query, defer: true, ...rest });
const inParts = async (query: string, rest: Partial<EngineRequest> = {}) => receive(await ask(query, rest));
const down = () => Promise.reject(new Error("10.0.0.1 is down"));

test("the first part does not wait for a subgraph that only later ones need", async () => {
  const gate = Promise.withResolvers<undefined>();
  answerWith((request) => (request.subgraph === "stars" ? (gate.promise as never) : undefined));
  const result = (await ask('{ me { name ... @defer(label: "s") { stars } } }')) as IncrementalResult;
  expect(result.initialResult).toEqual({ data: { me: { name: "Ann" } }, hasNext: true });
  // Nothing but the reading of the first part lets the subgraph answer.
  gate.resolve(undefined);
  const payloads = await Array.fromAsync(result.subsequentResults);
  expect(payloads).toEqual([{ incremental: [{ label: "s", path: ["me"], data: { stars: 4 } }], hasNext: false }]);
});

test("nor for deferred fields of its own subgraph: an entity is asked for again by its key", async () => {
  const gate = Promise.withResolvers<undefined>();
  answerWith(({ query }) => (query.includes("slow") ? (gate.promise as never) : undefined));
  const result = (await ask("{ me { name ... @defer { slow } } }")) as IncrementalResult;
  expect(result.initialResult.data).toEqual({ me: { name: "Ann" } });
  gate.resolve(undefined);
  expect(await receive(result)).toMatchObject({ data: { me: { name: "Ann", slow: "at last" } }, errors: [] });
  expect(requests.map(({ query, variables }) => [query, variables["representations"]])).toEqual([
    ["{me{__typename id name}}", undefined],
    [expect.stringContaining("...on User{slow}"), [{ __typename: "User", id: "1" }]],
  ]);
});

test("nor for what only a deferred field requires, though one request could have brought both", async () => {
  const gate = Promise.withResolvers<undefined>();
  answerWith(({ query }) => (query.includes("state") ? (gate.promise as never) : undefined));
  const query = "{ orders { rating ... @defer { rank } } }";
  const result = (await ask(query)) as IncrementalResult;
  expect(result.initialResult.data).toEqual({ orders: [{ rating: 1 }, { rating: 2 }] });
  gate.resolve(undefined);
  const { data } = await receive(result);
  expect(data).toEqual({
    orders: [
      { rating: 1, rank: "PAID a" },
      { rating: 2, rank: "PAID b" },
    ],
  });
});

test("a part that is done does not wait for a slower one", async () => {
  const gate = Promise.withResolvers<undefined>();
  answerWith(({ query }) => (query.includes("level") ? (gate.promise as never) : undefined));
  const result = (await ask("{ me { name ... @defer { level } ... @defer { stars } } }")) as IncrementalResult;
  const parts = result.subsequentResults[Symbol.asyncIterator]();
  expect(await parts.next()).toMatchObject({ value: { incremental: [{ data: { stars: 4 } }], hasNext: true } });
  gate.resolve(undefined);
  expect(await parts.next()).toMatchObject({ value: { incremental: [{ data: { level: 2 } }], hasNext: false } });
  expect((await parts.next()).done).toBe(true);
});

test("of a list each element gets its own, all that are ready in one payload", async () => {
  const { payloads } = await inParts('{ orders { id ... @defer(label: "r") { rating } } }');
  expect(payloads).toEqual([
    [
      { label: "r", path: ["orders", 0], data: { rating: 1 } },
      { label: "r", path: ["orders", 1], data: { rating: 2 } },
    ],
  ]);
});

test("fields of an object without a key come with it, and are shown later", async () => {
  const { initial, payloads } = await inParts("{ note { text ... @defer { long } } }");
  expect(initial).toEqual({ data: { note: { text: "short" } }, hasNext: true });
  expect(payloads).toEqual([[{ path: ["note"], data: { long: "a long one" } }]]);
  expect(requests).toHaveLength(1);
});

test("parts within parts come after what they stand in", async () => {
  const query = '{ ... @defer(label: "o") { orders { id ... @defer(label: "i") { reviewer { level } } } } best }';
  const { initial, payloads, data } = await inParts(query);
  expect(initial.data).toEqual({ best: 5 });
  expect(payloads.flat().map(({ label, path }) => [label, path])).toEqual([
    ["o", []],
    ["i", ["orders", 0]],
    ["i", ["orders", 1]],
  ]);
  expect(data).toEqual(((await engine.execute({ query })) as { data: unknown }).data);
});

test("a fragment that is also asked for at once is in both; the deferred one may be a spread", async () => {
  const query = "{ me { ...F ... @defer { name stars } } } fragment F on User { name }";
  const { initial, payloads } = await inParts(query);
  expect(initial.data).toEqual({ me: { name: "Ann" } });
  expect(payloads.flat()).toEqual([{ path: ["me"], data: { name: "Ann", stars: 4 } }]);
  const spread = await inParts('{ me { name ...F @defer(label: "f") } } fragment F on User { stars }');
  expect(spread.payloads.flat()).toEqual([{ label: "f", path: ["me"], data: { stars: 4 } }]);
});

describe("a condition", () => {
  const query = "query ($later: Boolean) { me { name ... @defer(if: $later) { stars } } }";
  test("that does not hold leaves everything in one result, as does a client that takes no parts", async () => {
    const whole = { data: { me: { name: "Ann", stars: 4 } } };
    expect(await ask(query, { variables: { later: false } })).toEqual(whole);
    expect(await ask("{ me { name ... @defer(if: false) { stars } } }")).toEqual(whole);
    expect(await ask(query, { variables: { later: true }, defer: false })).toEqual(whole);
  });
  test("that holds, or is left out, defers", async () => {
    for (const variables of [{ later: true }, {}])
      expect((await inParts(query, { variables })).initial).toEqual({ data: { me: { name: "Ann" } }, hasNext: true });
  });
  test("that is null is an error", async () => {
    expect(await ask(query, { variables: { later: null } })).toMatchObject({
      errors: [{ path: ["me"] }],
      data: { me: null },
    });
  });
});

describe("what goes wrong later", () => {
  test("is told in its part alone, and takes nothing from the first", async () => {
    answerWith(({ subgraph }) => (subgraph === "stars" ? down() : undefined));
    const { initial, payloads } = await inParts("{ me { name ... @defer { level } } }");
    expect(initial).toEqual({ data: { me: { name: "Ann" } }, hasNext: true });
    expect(payloads.flat()).toMatchObject([
      { path: ["me"], data: { level: null }, errors: [{ path: ["me"], extensions: { code: "SUBGRAPH_UNAVAILABLE" } }] },
    ]);
    expect(JSON.stringify(payloads)).not.toContain("10.0.0.1");
  });

  test("makes null of the part and no more where a field must not be null", async () => {
    answerWith(({ subgraph }) => (subgraph === "stars" ? down() : undefined));
    const { payloads } = await inParts("{ me { name ... @defer { stars } } }");
    expect(payloads.flat()).toMatchObject([{ path: ["me"], data: null, errors: [{ path: ["me"] }] }]);
  });

  test("is told with the element that it concerns", async () => {
    const { initial, payloads } = await inParts("{ orders { state ... @defer { total } } }");
    expect(initial.data).toEqual({ orders: [{ state: "PAID" }, { state: "PAID" }] });
    expect(payloads.flat()).toEqual([
      { path: ["orders", 0], data: { total: 7 } },
      {
        path: ["orders", 1],
        data: null,
        errors: [expect.objectContaining({ message: "no total", path: ["orders", 1, "total"] })],
      },
    ]);
  });

  test("in a subgraph's silence is told by the engine, at the field", async () => {
    answerWith(({ query }) =>
      query.includes("stars") ? { json: { data: { _entities: [{ stars: null }] } } } : undefined,
    );
    const { payloads } = await inParts("{ me { name ... @defer { stars } } }");
    expect(payloads.flat()).toMatchObject([{ data: null, errors: [{ path: ["me", "stars"] }] }]);
  });

  test("is told of each of many elements", async () => {
    const orders = Array.from({ length: 60 }, (_, id) => ({ __typename: "Order", id: String(id) }));
    answerWith(({ subgraph }) => (subgraph === "stars" ? down() : { json: { data: { orders } } }));
    const { payloads } = await inParts("{ orders { id ... @defer { rating } } }");
    expect(payloads.flat()).toHaveLength(60);
    expect(payloads.flat().every(({ errors }) => errors?.length === 1)).toBe(true);
  });
});

test("objects that are null get nothing later: then the first result is the only one", async () => {
  answerWith(({ subgraph }) => (subgraph === "shop" ? { json: { data: { me: null } } } : undefined));
  expect(await ask("{ me { name ... @defer { stars } } }")).toEqual({ data: { me: null } });
});

test("a part around which null came to stand is not given", async () => {
  answerWith(({ query }) =>
    query.includes("me{") ? { json: { data: { me: { __typename: "User", id: "1", name: null } } } } : undefined,
  );
  const result = await ask("{ me { name ... @defer { stars } } best }");
  expect(result).toMatchObject({ data: { me: null, best: 5 }, errors: [{ path: ["me", "name"] }] });
});

test("a mutation's result comes as it was; only what others say of it is put off", async () => {
  const { initial, payloads } = await inParts("mutation { place { id ... @defer { state rating } } }");
  expect(initial.data).toEqual({ place: { id: "new" } });
  expect(payloads.flat()).toEqual([{ path: ["place"], data: { state: "PAID", rating: 2 } }]);
  expect(requests.map(({ kind, subgraph }) => [kind, subgraph])).toEqual([
    ["mutation", "shop"],
    ["query", "stars"],
  ]);
});

test("introspection may be deferred", async () => {
  const { payloads } = await inParts('{ best ... @defer { __type(name: "Note") { name } __typename } }');
  expect(payloads.flat()).toEqual([{ path: [], data: { __type: { name: "Note" }, __typename: "Query" } }]);
});

describe("a client that leaves", () => {
  test.each(["by its signal", "by ending the iteration"])("%s ends what is still asked", async (way) => {
    const client = new AbortController();
    const asked = Promise.withResolvers<AbortSignal>();
    answerWith(({ subgraph, signal }) => {
      if (subgraph !== "stars" || signal.aborted) return undefined;
      asked.resolve(signal);
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
    });
    const query = "{ note { text ... @defer { long } } me { ... @defer { stars } } }";
    const result = (await ask(query, { signal: client.signal })) as IncrementalResult;
    const parts = result.subsequentResults[Symbol.asyncIterator]();
    expect(await parts.next()).toMatchObject({ value: { incremental: [{ path: ["note"] }], hasNext: true } });
    const signal = await asked.promise;
    expect(signal.aborted).toBe(false);
    if (way === "by its signal") client.abort();
    else await parts.return?.();
    expect(signal.aborted).toBe(true);
  });
});

test.each([
  ['{ me { ... @defer(label: "a") { id } ... @defer(label: "a") { name } } }', 'Two @defer have the label "a".'],
  [
    "query ($l: String) { me { ... @defer(label: $l) { id } } }",
    "The label of @defer must be a string in the document.",
  ],
  ["mutation { ... @defer { place { id } } }", "Fields of Mutation cannot be deferred."],
])("%s is not valid", async (query, message) => {
  expect(await ask(query)).toMatchObject({ errors: [{ message }] });
  expect(requests).toEqual([]);
});

test("more parts than anybody can use are answered at once", async () => {
  const parts = Array.from({ length: 65 }, (_, index) => `... @defer { a${index}: stars }`).join(" ");
  expect(await ask(`{ me { id ${parts} } }`)).not.toHaveProperty("initialResult");
});
