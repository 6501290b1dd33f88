import { beforeEach, expect, test } from "vitest";
import { composeGraph, testGraph, type TestSubgraph } from "./in-process-graph.ts";

type Row = Record<string, unknown>;
const users: Row[] = [
  { id: "1", name: "Ann", age: 30 },
  { id: "2", name: "Bob", age: null },
];

const graph: Record<string, TestSubgraph> = {
  users: {
    sdl: `type Query { me: User users: [User!] one: Node }
      type Mutation { rename(id: ID!, name: String!): User }
      interface Node { id: ID! }
      type User implements Node @key(fields: "id") { id: ID! name: String! age: Int kind: Kind }
      enum Kind { PERSON HIDDEN @inaccessible }`,
    resolvers: {
      Query: { me: () => users[0], users: () => users, one: () => ({ __typename: "User", ...users[0] }) },
      Mutation: {
        rename: (_: unknown, { id, name }: { id: string; name: string }) => ({ ...users[Number(id) - 1], name }),
      },
      User: {
        __resolveReference: ({ id }: Row) => users.find((user) => user["id"] === id) ?? null,
        kind: ({ id }: Row) => (id === "1" ? "PERSON" : "HIDDEN"),
      },
    },
  },
  reviews: {
    sdl: `type Query { reviews: [Review] }
      type Review @key(fields: "id") { id: ID! body(length: Int = 3): String author: User! }
      type User @key(fields: "id") { id: ID! reviews: [Review!] score: Int! }`,
    resolvers: {
      Query: { reviews: () => [{ id: "a", author: { id: "1" } }, { id: "b", author: { id: "1" } }, null] },
      Review: { body: ({ id }: Row, { length }: { length: number }) => String(id).repeat(length) },
      User: {
        reviews: ({ id }: { id: string }) => [{ id: `r${id}`, author: { id } }],
        score: ({ id }: Row) => {
          if (id === "2") throw new Error("no score");
          return 5;
        },
      },
    },
  },
};

const { engine, requests, answerWith } = testGraph(graph);
beforeEach(() => answerWith());

test("fields of several subgraphs come together, in the order in which they were asked", async () => {
  const { data } = (await engine.execute({ query: "{ me { reviews { author { age } id } name } }" })) as {
    data: unknown;
  };
  expect(JSON.stringify(data)).toBe('{"me":{"reviews":[{"author":{"age":30},"id":"r1"}],"name":"Ann"}}');
});

test("an entity that several objects wait for is asked for once", async () => {
  const result = await engine.execute({ query: "{ reviews { author { name } } }" });
  expect(result).toEqual({ data: { reviews: [{ author: { name: "Ann" } }, { author: { name: "Ann" } }, null] } });
  expect(requests.map(({ variables }) => variables["representations"])).toEqual([
    undefined,
    [{ __typename: "User", id: "1" }],
  ]);
});

test("entity calls to one subgraph at one stage travel in one request", async () => {
  await engine.execute({ query: "{ me { reviews { id } } users { score } }" });
  expect(requests.map(({ subgraph }) => subgraph)).toEqual(["users", "reviews"]);
  expect(requests[1]?.query.match(/_entities/g)).toHaveLength(2);
});

test("variables, defaults, @skip and @include", async () => {
  const query = `query ($n: Int = 2, $no: Boolean!) { reviews { id @skip(if: $no) body(length: $n) ...F @include(if: $no) } }
    fragment F on Review { author { id } }`;
  const ask = async (variables: Row) =>
    (await engine.execute({ query, variables })) as { data: { reviews: unknown[] } };
  expect((await ask({ no: false })).data.reviews[0]).toEqual({ id: "a", body: "aa" });
  expect((await ask({ no: true, n: 1 })).data.reviews[0]).toEqual({ body: "a", author: { id: "1" } });
});

test("a variable of a wrong type is told before anything is asked", async () => {
  const result = await engine.execute({
    query: "query ($n: Int) { reviews { body(length: $n) } }",
    variables: { n: "many" },
  });
  expect(result).toMatchObject({ errors: [{ message: expect.stringContaining('Variable "$n" got invalid value') }] });
  expect("data" in result).toBe(false);
  expect(requests).toEqual([]);
});

test("names that objects inherit are names like any other", async () => {
  const { data } = (await engine.execute({
    query:
      "{ __proto__: me { constructor: name __proto__: age toString: id } valueOf: users { hasOwnProperty: score } }",
  })) as { data: object };
  expect(JSON.stringify(data)).toBe('{"__proto__":{"constructor":"Ann","__proto__":30,"toString":"1"},"valueOf":null}');
  expect(({} as Row)["age"]).toBeUndefined();
});

test("a client's alias never takes the place of a key", async () => {
  expect(await engine.execute({ query: "{ me { id: name __typename: age reviews { body: id } } }" })).toEqual({
    data: { me: { id: "Ann", __typename: 30, reviews: [{ body: "r1" }] } },
  });
  expect(await engine.execute({ query: "{ me { id: name score: age reviews { author: id } } }" })).toEqual({
    data: { me: { id: "Ann", score: 30, reviews: [{ author: "r1" }] } },
  });
});

test("null in a non-null place goes up to the next nullable one, with the subgraph's error at the client's path", async () => {
  const result = await engine.execute({ query: "{ list: users { name points: score } me { score } }" });
  expect(result).toMatchObject({
    data: { list: null, me: { score: 5 } },
    errors: [{ message: "no score", path: ["list", 1, "points"] }],
  });
});

test("a value that clients must not see is null, and nothing tells of it", async () => {
  const result = await engine.execute({ query: "{ users { kind } }" });
  expect(result).toEqual({ data: { users: [{ kind: "PERSON" }, { kind: null }] } });
});

test("mutations run one after the other", async () => {
  const running: string[] = [];
  answerWith(({ query }) => void running.push(query.includes("rename") ? "rename" : "other"));
  const query = `mutation { a: rename(id: "1", name: "Cid") { name score } b: rename(id: "2", name: "Dan") { name } }`;
  expect(await engine.execute({ query })).toEqual({ data: { a: { name: "Cid", score: 5 }, b: { name: "Dan" } } });
  expect(requests[0]?.kind).toBe("mutation");
  expect(running).toEqual(["rename", "other", "rename"]);
});

test("introspection beside data; abstract types by their real name", async () => {
  const query = `{ __typename __type(name: "User") { kind } one { __typename ... on User { age } } }`;
  expect(await engine.execute({ query })).toEqual({
    data: { __typename: "Query", __type: { kind: "OBJECT" }, one: { __typename: "User", age: 30 } },
  });
});

test("a new supergraph replaces the old one at once; one that is none is refused", async () => {
  const { engine: other } = testGraph({ a: { sdl: "type Query { stale: Int }" } });
  const old = other.apiSchema;
  expect(() => other.load("type Query { a: Int }")).toThrow();
  expect(other.apiSchema).toBe(old);
  other.load(composeGraph({ a: { sdl: "type Query { fresh: Int }" } }));
  expect(other.apiSchema.getQueryType()?.getFields()).toHaveProperty("fresh");
});

test("a graph loaded warm has its plans made; operations that it no longer knows are left out, a later load prevails", async () => {
  const { engine: other, requests } = testGraph({ a: { sdl: "type Query { stays: Int goes: Int }" } });
  const query = "query Q($yes: Boolean!) { stays @include(if: $yes) }";
  await other.execute({ query, variables: { yes: true } });
  await other.execute({ query: "{ goes }" });
  const graph = (fields: string) => composeGraph({ a: { sdl: `type Query { ${fields} }` } });
  await other.loadWarm(graph("stays: Int comes: Int"));
  expect(other.apiSchema.getQueryType()?.getFields()).toHaveProperty("comes");
  requests.length = 0;
  expect(await other.execute({ query, variables: { yes: true } })).toEqual({ data: { stays: null } });
  expect(await other.execute({ query: "{ goes }" })).not.toHaveProperty("data");
  expect(requests).toHaveLength(1);
  const slow = other.loadWarm(graph("slow: Int"));
  other.load(graph("late: Int"));
  await slow;
  expect(other.apiSchema.getQueryType()?.getFields()).toHaveProperty("late");
  await expect(other.loadWarm("type Query { a: Int }")).rejects.toThrow();
});
