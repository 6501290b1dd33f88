/** Operations: mutations in series, variables, directives, nulls and their errors. */
import { expect, test } from "vitest";
import { ask, type Subgraph } from "./conformance.ts";

function bank(): Record<string, Subgraph> {
  let sum = 0;
  const events: string[] = [];
  const later = <T>(value: () => T): Promise<T> => new Promise((done) => setImmediate(() => done(value())));
  return {
    accounts: {
      sdl: `type Query { sum: Int } type Mutation { add(by: Int!): Account times(by: Int!): Account } type Account @key(fields: "id") { id: ID! sum: Int! }`,
      resolvers: {
        Query: { sum: () => sum },
        Mutation: {
          add: (_: unknown, { by }: { by: number }) => later(() => ({ id: `+${by}`, sum: (sum += by) })),
          times: (_: unknown, { by }: { by: number }) => ({ id: `*${by}`, sum: (sum *= by) }),
        },
      },
    },
    journal: {
      sdl: `type Mutation { write(text: String!): Int } type Account @key(fields: "id") { id: ID! log: [String!] }`,
      resolvers: {
        Mutation: { write: (_: unknown, { text }: { text: string }) => later(() => events.push(text)) },
        Account: {
          __resolveReference: ({ id }: { id: string }) => ({ id, log: [...events, id] }),
        },
      },
    },
  };
}

test("mutations run in the order in which they are written, across subgraphs", async () => {
  const query = `mutation { a: add(by: 5) { sum log } w: write(text: "x") b: times(by: 3) { sum } c: add(by: 1) { sum log } }`;
  const { data, errors } = await ask(bank(), query);
  expect(errors).toEqual([]);
  expect(data).toEqual({ a: { sum: 5, log: ["+5"] }, w: 1, b: { sum: 15 }, c: { sum: 16, log: ["x", "+1"] } });
});

test("a mutation that fails does not stop the next one", async () => {
  const subgraphs: Record<string, Subgraph> = {
    a: {
      sdl: `type Query { q: Int } type Mutation { fail: Int work: Int }`,
      resolvers: {
        Mutation: {
          fail: () => {
            throw new Error("no");
          },
          work: () => 1,
        },
      },
    },
    b: { sdl: `type Mutation { other: Int! }`, resolvers: { Mutation: { other: () => 2 } } },
  };
  const { data, errors } = await ask(subgraphs, "mutation { fail other work }");
  expect(data).toEqual({ fail: null, other: 2, work: 1 });
  expect(errors).toEqual([{ path: ["fail"], message: "no" }]);
});

const people: Record<string, Subgraph> = {
  a: {
    sdl: `type Query { user(id: ID = "1", tags: [String!] = ["d"]): User users: [User!]! maybe: [User] grid: [[User!]] echo(in: In = { n: 1 }): String }
      input In { n: Int = 7 text: String list: [Int] }
      type User @key(fields: "id") { id: ID! name: String friend: User }`,
    resolvers: {
      Query: {
        user: (_: unknown, { id, tags }: { id: string | null; tags: string[] | null }) => ({
          id,
          name: String(tags),
          friend: { id: "9" },
        }),
        users: () => [{ id: "1" }, { id: "2" }],
        maybe: () => [{ id: "1" }, { id: "2" }],
        grid: () => [[{ id: "1" }, { id: "2" }], [{ id: "1" }]],
        echo: (_: unknown, args: object) => JSON.stringify(args),
      },
      User: { __resolveReference: (reference: object) => reference },
    },
  },
  b: {
    sdl: `type User @key(fields: "id") { id: ID! age: Int! soft: Int bad: String ok: Boolean }`,
    resolvers: {
      User: {
        __resolveReference: (reference: object) => reference,
        age: ({ id }: { id: string }) => (id === "2" ? null : 30),
        soft: () => 1,
        bad: ({ id }: { id: string }) => {
          if (id === "2") throw new Error("broken");
          return "fine";
        },
      },
    },
  },
};

test("variables: left out, null and default are three things", async () => {
  const query = `query ($id: ID, $tags: [String!], $x: ID = "v") { a: user(id: $id) { id } b: user(tags: $tags) { name } c: user(id: $x) { id } }`;
  expect((await ask(people, query)).data).toEqual({ a: { id: "1" }, b: { name: "d" }, c: { id: "v" } });
  expect((await ask(people, query, { id: null, tags: null, x: null })).data).toEqual({
    a: null,
    b: { name: "null" },
    c: null,
  });
});

test("defaults within inputs and a single value for a list", async () => {
  const { data } = await ask(
    people,
    `query ($n: [Int] = 3) { a: echo b: echo(in: { list: 2 }) c: echo(in: { n: null, list: $n }) d: user(tags: "one") { name } }`,
  );
  expect(data).toEqual({
    a: '{"in":{"n":1}}',
    b: '{"in":{"n":7,"list":[2]}}',
    c: '{"in":{"n":null,"list":[3]}}',
    d: { name: "one" },
  });
});

test("a variable that cannot be coerced refuses the whole operation before anything is asked", async () => {
  const query = "query ($in: In!) { echo(in: $in) }";
  for (const variables of [{}, { in: null }, { in: { n: "x" } }, { in: { unknown: 1 } }, { in: 3 }]) {
    const { data, errors, requests } = await ask(people, query, variables);
    expect(data).toBeUndefined();
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toContain("$in");
    expect(requests).toEqual([]);
  }
});

test("skip and include, on fields of other subgraphs, on fragments, both at once; what is left out is not asked for", async () => {
  const query = `query ($yes: Boolean!, $no: Boolean = false) {
    user { age @include(if: $yes) soft @skip(if: $yes) ... on User @include(if: $no) { bad } ... @skip(if: $no) { name } ok @skip(if: $no) @include(if: $no) }
  }`;
  const { data, requests } = await ask(people, query, { yes: true });
  expect(data).toEqual({ user: { age: 30, name: "d" } });
  expect(JSON.stringify(requests)).not.toContain("bad @");
  const none = await ask(people, "query ($no: Boolean!) { user { id age @include(if: $no) } }", { no: false });
  expect(none.data).toEqual({ user: { id: "1" } });
  expect(none.requests).toHaveLength(1);
});

test("the same field under different conditions and fragments is merged", async () => {
  const query = `query ($no: Boolean!) { user @include(if: $no) { bad } user { soft } ...F user { friend { soft } } } fragment F on Query { user { friend { id ok } } }`;
  expect((await ask(people, query, { no: false })).data).toEqual({
    user: { soft: 1, friend: { id: "9", ok: null, soft: 1 } },
  });
});

test("null in a non-null place of another subgraph goes up to the next nullable one", async () => {
  const { data, errors } = await ask(people, "{ maybe { id age } grid { age } }");
  expect(data).toEqual({ maybe: [{ id: "1", age: 30 }, null], grid: [null, [{ age: 30 }]] });
  expect(errors.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      ["maybe", 1, "age"],
      ["grid", 0, 1, "age"],
    ]),
  );
});

test("null in a non-null place with nothing nullable above takes all the data", async () => {
  const { data, errors } = await ask(people, "{ users { age } user { id } }");
  expect(data).toBeNull();
  expect(errors.map(({ path }) => path)).toEqual([["users", 1, "age"]]);
});

test("an error of one entity has the path of its place in the answer", async () => {
  const { data, errors } = await ask(people, "{ all: users { worse: bad } }");
  expect(data).toEqual({ all: [{ worse: "fine" }, { worse: null }] });
  expect(errors).toEqual([{ path: ["all", 1, "worse"], message: "broken" }]);
});

test("names that JavaScript objects have by birth are names like others", async () => {
  const query = `{ __proto__: user { constructor: id toString: soft __proto__: name } hasOwnProperty: users { valueOf: ok } }`;
  const { data } = await ask(people, query);
  expect(JSON.stringify(data)).toBe(
    '{"__proto__":{"constructor":"1","toString":1,"__proto__":"d"},"hasOwnProperty":[{"valueOf":null},{"valueOf":null}]}',
  );
  expect(({} as Record<string, unknown>)["constructor"]).toBe(Object);
});

test("introspection and data in one operation", async () => {
  const { data } = await ask(
    people,
    `{ __type(name: "User") { fields { name } } user { age } __schema { queryType { name } } }`,
  );
  expect(data).toEqual({
    __type: { fields: expect.arrayContaining([{ name: "age" }, { name: "friend" }]) as unknown },
    user: { age: 30 },
    __schema: { queryType: { name: "Query" } },
  });
});

test("a condition that is null is told and harms nothing else", async () => {
  const { data, errors } = await ask(people, "query ($when: Boolean = true) { user { id @skip(if: $when) } }", {
    when: null,
  });
  expect(errors).not.toEqual([]);
  expect(data ?? null).not.toEqual({ user: { id: "1" } });
});

/** A counter in one subgraph, and what another one sees of it when it is asked. */
function counters(): Record<string, Subgraph> {
  let count = 0;
  const box = () => ({ id: "b", own: ++count });
  const seen = ({ id }: { id: string }) => ({ id, seen: count, next: { id } });
  return {
    writes: {
      sdl: `type Query { q: Int } type Mutation { bump: Box bumps: [Box!]! plain: Int! pick: Any } union Any = Box
        type Box @key(fields: "id") { id: ID! own: Int }`,
      resolvers: {
        Mutation: {
          bump: box,
          bumps: () => [box()],
          plain: () => ++count,
          pick: () => ({ __typename: "Box", ...box() }),
        },
      },
    },
    reads: {
      sdl: `type Mutation { other: Int } type Box @key(fields: "id") { id: ID! seen: Int next: Box }`,
      resolvers: { Mutation: { other: () => ++count }, Box: { __resolveReference: seen } },
    },
  };
}

test.each<[string, string, unknown, number]>([
  [
    "neighbours of one subgraph",
    "mutation { a: bump { own seen } b: bump { own seen } }",
    { a: { own: 1, seen: 1 }, b: { own: 2, seen: 2 } },
    4,
  ],
  [
    "neighbours and another subgraph between",
    "mutation { a: bump { own seen } x: other b: bump { own seen } }",
    { a: { own: 1, seen: 1 }, x: 2, b: { own: 3, seen: 3 } },
    5,
  ],
  [
    "in lists, in unions and in fragments",
    "mutation { a: bumps { seen } ...F } fragment F on Mutation { b: pick { ... on Box { seen } } c: bump { seen } }",
    { a: [{ seen: 1 }], b: { seen: 2 }, c: { seen: 3 } },
    6,
  ],
  [
    "a field merged from two places",
    "mutation { a: bump { own } b: bump { seen } a: bump { seen } }",
    { a: { own: 1, seen: 1 }, b: { seen: 2 } },
    4,
  ],
  [
    "what comes whole travels together",
    "mutation { a: plain b: plain c: bump { seen } }",
    { a: 1, b: 2, c: { seen: 3 } },
    2,
  ],
])(
  "a mutation's field is answered with all below it before the next one begins: %s",
  async (_what, query, wanted, count) => {
    const { data, errors, requests } = await ask(counters(), query);
    expect(errors).toEqual([]);
    expect(data).toEqual(wanted);
    expect(requests).toHaveLength(count);
  },
);
