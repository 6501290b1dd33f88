/** What becomes of references to objects that their owner does not know (yet). */
import { expect, test } from "vitest";
import { testGraph, type TestSubgraph } from "./in-process-graph.ts";

const known = new Map([["1", { id: "1", total: 5, note: "n" }]]);
const row = (id: string, orderId: string) => ({ id, order: { id: orderId }, sure: { id: orderId } });

const graph: Record<string, TestSubgraph> = {
  delivery: {
    sdl: `type Query { trips: [Trip!] trip: Trip sure: [Order!] }
      type Trip { id: ID! order: Order sure: Order! }
      type Order @key(fields: "id") { id: ID! trip: Trip }`,
    resolvers: {
      Query: {
        trips: () => [row("a", "1"), row("b", "2")],
        trip: () => row("b", "2"),
        sure: () => [{ id: "1" }, { id: "2" }],
      },
      Order: { trip: ({ id }: { id: string }) => row("t", id) },
    },
  },
  orders: {
    sdl: `type Query { now: Int } type Order @key(fields: "id") { id: ID! total: Int! note: String amounts: Amounts! }
      type Amounts { fee: Int! }`,
    resolvers: {
      Order: {
        __resolveReference: ({ id }: { id: string }) => known.get(id) ?? null,
        amounts: () => ({ fee: 1 }),
      },
    },
  },
};

const { engine, answerWith } = testGraph(graph);
const ask = (query: string) => engine.execute({ query }) as Promise<unknown>;

test("an object that its owner does not know is null, and nothing else is lost or reported", async () => {
  expect(await ask("{ trips { id order { id total amounts { fee } } } }")).toEqual({
    data: {
      trips: [
        { id: "a", order: { id: "1", total: 5, amounts: { fee: 1 } } },
        { id: "b", order: null },
      ],
    },
  });
  expect(await ask("{ trip { id order { amounts { fee } } } }")).toEqual({ data: { trip: { id: "b", order: null } } });
});

test("what other subgraphs know of it stands where nothing forbids it", async () => {
  expect(await ask("{ trip { order { id note trip { id } } } }")).toEqual({
    data: { trip: { order: { id: "2", note: null, trip: { id: "t" } } } },
  });
});

test("where such a null cannot stand, there is one error at that place", async () => {
  const nonNull = (what: string) => `Cannot return null for non-nullable ${what}.`;
  expect(await ask("{ trip { id sure { total } } }")).toMatchObject({
    data: { trip: null },
    errors: [{ path: ["trip", "sure"], message: nonNull("field Trip.sure") }],
  });
  expect(await ask("{ sure { total } }")).toMatchObject({
    data: { sure: null },
    errors: [{ path: ["sure", 1], message: nonNull("element of a list of Order") }],
  });
});

test("a deferred part of such an object is null, and says so", async () => {
  const result = await engine.execute({ query: "{ trip { id order { id ... @defer { total } } } }", defer: true });
  if (!("initialResult" in result)) throw new Error("nothing was deferred");
  expect(result.initialResult.data).toEqual({ trip: { id: "b", order: { id: "2" } } });
  const parts = (await Array.fromAsync(result.subsequentResults)).flatMap(({ incremental }) => incremental);
  expect(parts).toMatchObject([
    { path: ["trip", "order"], data: null, errors: [{ path: ["trip", "order"], extensions: { code: "NOT_FOUND" } }] },
  ]);
});

test("an owner that fails, or forgets a value, is still reported", async () => {
  const query = "{ trip { id order { total } } }";
  const answers = async (body: object) => {
    answerWith(({ subgraph }) => (subgraph === "orders" ? { body: JSON.stringify(body) } : undefined));
    return (await ask(query)) as { data: unknown; errors: { path: unknown }[] };
  };
  const failed = { message: "no", path: ["_entities", 0], extensions: { code: "FORBIDDEN" } };
  for (const body of [
    { data: { _entities: [null] }, errors: [failed] },
    { data: { _entities: [{ total: null }] } },
    { data: { _entities: null }, errors: [failed] },
  ]) {
    const { data, errors } = await answers(body);
    expect(data).toEqual({ trip: { id: "b", order: null } });
    expect(errors).toHaveLength(1);
  }
});
