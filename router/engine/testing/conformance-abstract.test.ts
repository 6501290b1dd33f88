/** Interfaces, unions, objects that stand in for interfaces, enums and inputs that subgraphs see differently. */
import { expect, test } from "vitest";
import { ask, type Subgraph } from "./conformance.ts";

const echo = { __resolveReference: (reference: object) => reference };

const zoo: Record<string, Subgraph> = {
  animals: {
    sdl: `type Query { pets: [Pet] any: [Thing] }
      interface Pet { id: ID! name: String }
      type Dog implements Pet @key(fields: "id") { id: ID! name: String barks: Boolean }
      type Cat implements Pet @key(fields: "id") { id: ID! name: String }
      union Thing = Dog | Rock
      type Rock { grams: Int }`,
    resolvers: {
      Query: {
        pets: () => [
          { __typename: "Dog", id: "d", name: "Rex", barks: true },
          null,
          { __typename: "Cat", id: "c", name: null },
        ],
        any: () => [
          { __typename: "Rock", grams: 3 },
          { __typename: "Dog", id: "d", name: "Rex" },
        ],
      },
      Dog: { __resolveReference: () => ({ id: "d", name: "Rex", barks: true }) },
      Cat: { __resolveReference: () => ({ id: "c", name: null }) },
    },
  },
  vets: {
    sdl: `type Query { patients: [Thing!]! }
      type Dog @key(fields: "id") { id: ID! shots: Int! }
      type Cat @key(fields: "id") { id: ID! lives: Int }
      union Thing = Dog | Cat`,
    resolvers: {
      Query: {
        patients: () => [
          { __typename: "Cat", id: "c" },
          { __typename: "Dog", id: "d" },
        ],
      },
      Dog: { ...echo, shots: () => 2 },
      Cat: { ...echo, lives: () => 9 },
    },
  },
};

test("fields of an interface's objects come from the subgraphs of each object", async () => {
  const { data, errors } = await ask(zoo, "{ pets { name ... on Dog { shots barks } ... on Cat { lives } } }");
  expect(errors).toEqual([]);
  expect(data).toEqual({ pets: [{ name: "Rex", shots: 2, barks: true }, null, { name: null, lives: 9 }] });
});

test("a union whose members differ by subgraph, with objects that match no fragment", async () => {
  const query = "{ any { __typename ... on Dog { shots } ... on Rock { grams } } patients { ... on Dog { name } } }";
  const { data, errors } = await ask(zoo, query);
  expect(errors).toEqual([]);
  expect(data).toEqual({
    any: [
      { __typename: "Rock", grams: 3 },
      { __typename: "Dog", shots: 2 },
    ],
    patients: [{}, { name: "Rex" }],
  });
});

test("__typename at every level, under aliases too, and where nothing else is asked for", async () => {
  const { data } = await ask(zoo, "{ __typename pets { kind: __typename __typename } patients { what: __typename } }");
  expect(data).toEqual({
    __typename: "Query",
    pets: [{ kind: "Dog", __typename: "Dog" }, null, { kind: "Cat", __typename: "Cat" }],
    patients: [{ what: "Cat" }, { what: "Dog" }],
  });
});

test("fragments within fragments narrow step by step; an object's own type is kept on the way", async () => {
  const { data } = await ask(zoo, "{ pets { ... on Thing { ... on Pet { ... on Dog { barks } name } } } }");
  expect(data).toEqual({ pets: [{ barks: true, name: "Rex" }, null, { name: null }] });
});

test("a fragment that can only match an object of another subgraph's union", async () => {
  const { data, errors } = await ask(zoo, "{ any { ... on Dog { __typename shots } } }");
  expect(errors).toEqual([]);
  expect(data).toEqual({ any: [{}, { __typename: "Dog", shots: 2 }] });
});

const media = (resolvable: boolean): Record<string, Subgraph> => ({
  library: {
    sdl: `type Query { all: [Media!]! }
      interface Media @key(fields: "id") { id: ID! title: String }
      type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
      type Film implements Media @key(fields: "id") { id: ID! title: String }`,
    resolvers: {
      Query: {
        all: () => [
          { __typename: "Book", id: "b", title: "B", pages: 5 },
          { __typename: "Film", id: "f", title: "F" },
        ],
      },
      Media: {
        __resolveReference: ({ id }: { id: string }) =>
          id === "b" ? { __typename: "Book", id, title: "B", pages: 5 } : { __typename: "Film", id, title: "F" },
      },
      Book: { __resolveReference: () => ({ id: "b", title: "B", pages: 5 }) },
      Film: { __resolveReference: () => ({ id: "f", title: "F" }) },
    },
  },
  reviews: {
    sdl: `type Query { best: Media worst: [Media] }
      type Media @key(fields: "id"${resolvable ? "" : ", resolvable: false"}) @interfaceObject { id: ID! ${resolvable ? "stars: Int" : ""} }`,
    resolvers: {
      Query: { best: () => ({ id: "b" }), worst: () => [{ id: "f" }, null, { id: "b" }] },
      Media: {
        ...(resolvable ? echo : {}),
        ...(resolvable ? { stars: ({ id }: { id: string }) => (id === "b" ? 5 : 1) } : {}),
      },
    },
  },
});

const resolved = media(true);
const unresolved = media(false);

test("an interface object adds a field to every object of the interface", async () => {
  const { data, errors } = await ask(resolved, "{ all { __typename title stars } }");
  expect(errors).toEqual([]);
  expect(data).toEqual({
    all: [
      { __typename: "Book", title: "B", stars: 5 },
      { __typename: "Film", title: "F", stars: 1 },
    ],
  });
});

test("an interface object's real type and fields come from the interface's own subgraph", async () => {
  const query = "{ best { __typename stars ... on Book { pages } } worst { title ... on Book { pages stars } } }";
  const { data, errors } = await ask(resolved, query);
  expect(errors).toEqual([]);
  expect(data).toEqual({
    best: { __typename: "Book", stars: 5, pages: 5 },
    worst: [{ title: "F" }, null, { title: "B", pages: 5, stars: 5 }],
  });
});

test("an interface object whose key nobody resolves there: the rest is asked elsewhere", async () => {
  const { data, errors } = await ask(
    media(false),
    "{ best { id title ... on Book { pages } } worst { id __typename } }",
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    best: { id: "b", title: "B", pages: 5 },
    worst: [{ id: "f", __typename: "Film" }, null, { id: "b", __typename: "Book" }],
  });
});

test("an interface object is seen by the key alone; its fragment asks for the real type", async () => {
  const { data, errors } = await ask(unresolved, "{ best { ... on Book { id } } worst { ... on Film { id } } }");
  expect(errors).toEqual([]);
  expect(data).toEqual({ best: { id: "b" }, worst: [{ id: "f" }, null, {}] });
});

test("a key that nobody resolves here still leads to the subgraph that resolves it", async () => {
  const subgraphs: Record<string, Subgraph> = {
    orders: {
      sdl: `type Query { order: Order } type Order { user: User } type User @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: { Query: { order: () => ({ user: { id: "7" } }) } },
    },
    users: {
      sdl: `type User @key(fields: "id") { id: ID! name: String }`,
      resolvers: { User: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `n${id}` }) } },
    },
  };
  expect((await ask(subgraphs, "{ order { user { id name } } }")).data).toEqual({
    order: { user: { id: "7", name: "n7" } },
  });
});

test("an enum value that is hidden from clients becomes null, in a list only there, and is told where null cannot stand", async () => {
  const subgraphs: Record<string, Subgraph> = {
    a: {
      sdl: `type Query { level: Level levels: [Level] strict: [Level!] } enum Level { LOW HIGH SECRET @inaccessible }`,
      resolvers: {
        Query: { level: () => "SECRET", levels: () => ["LOW", "SECRET"], strict: () => ["SECRET", "HIGH"] },
      },
    },
  };
  const { data, errors } = await ask(subgraphs, "{ level levels strict }");
  expect(data).toEqual({ level: null, levels: ["LOW", null], strict: null });
  expect(errors.map(({ path }) => path)).toEqual([["strict", 0]]);
});

test("inputs and enums of arguments are what all subgraphs know", async () => {
  const subgraphs: Record<string, Subgraph> = {
    a: {
      sdl: `type Query { a(in: In): String } input In { both: Int onlyA: Int } enum Level { LOW HIGH } extend type Query { l(at: Level): Level }`,
      resolvers: {
        Query: { a: (_: unknown, args: object) => JSON.stringify(args), l: (_: unknown, { at }: { at: string }) => at },
      },
    },
    b: {
      sdl: `type Query { b(in: In): String } input In { both: Int } enum Level { LOW } extend type Query { m(at: Level): String }`,
      resolvers: {
        Query: { b: (_: unknown, args: object) => JSON.stringify(args), m: (_: unknown, { at }: { at: string }) => at },
      },
    },
  };
  await expect(ask(subgraphs, "{ l }")).rejects.toThrow("Level");
  const inputs = Object.fromEntries(
    Object.entries(subgraphs).map(([name, { sdl, resolvers }]) => [
      name,
      {
        sdl: sdl.replace(/enum Level.*$/, ""),
        resolvers: { Query: { [name]: resolvers["Query"]?.[name] ?? (() => null) } },
      },
    ]),
  );
  const { data } = await ask(inputs, "{ a(in: { both: 1 }) b(in: { both: 2 }) }");
  expect(data).toEqual({ a: '{"in":{"both":1}}', b: '{"in":{"both":2}}' });
  const refused = await ask(inputs, "{ a(in: { onlyA: 1 }) }");
  expect(refused.data).toBeUndefined();
  expect(refused.errors[0]?.message).toContain("onlyA");
});

test("a field that is nullable in one type of a subgraph and not in another is asked for under two names", async () => {
  const subgraphs: Record<string, Subgraph> = {
    a: {
      sdl: `type Query { any: [Any!]! } union Any = Cat | Dog
        type Cat @shareable { name: String! } type Dog @shareable { name: String }`,
      resolvers: {
        Query: {
          any: () => [
            { __typename: "Cat", name: "Tom" },
            { __typename: "Dog", name: null },
          ],
        },
      },
    },
    b: {
      sdl: `type Query { cat: Cat } type Cat @shareable { name: String }`,
      resolvers: { Query: { cat: () => ({ name: "Kit" }) } },
    },
  };
  const query = "{ any { ... on Cat { name } ... on Dog { name } } cat { name } }";
  const { data, errors, requests } = await ask(subgraphs, query);
  expect(errors).toEqual([]);
  expect(data).toEqual({ any: [{ name: "Tom" }, { name: null }], cat: { name: "Kit" } });
  expect(requests.find(({ subgraph }) => subgraph === "a")?.query).toMatch(/\w+:name/);
});

test("what a mutation's untyped result is asked for by its type is asked before the next mutation runs", async () => {
  let pages = 5;
  const book = () => ({ __typename: "Book", id: "b", pages });
  const subgraphs: Record<string, Subgraph> = {
    library: {
      sdl: `type Query { all: [Media] } type Mutation { tear: Int }
        interface Media @key(fields: "id") { id: ID! } type Book implements Media @key(fields: "id") { id: ID! pages: Int }`,
      resolvers: {
        Mutation: { tear: () => (pages -= 1) },
        Media: { __resolveReference: book },
        Book: { __resolveReference: book },
      },
    },
    reviews: {
      sdl: `type Mutation { rate: Media } type Media @key(fields: "id") @interfaceObject { id: ID! }`,
      resolvers: { Mutation: { rate: () => ({ id: "b" }) }, Media: echo },
    },
  };
  const query = "mutation { rate { ... on Book { pages } } tear again: rate { ... on Book { pages } } }";
  expect(await ask(subgraphs, query)).toMatchObject({
    data: { rate: { pages: 5 }, tear: 4, again: { pages: 4 } },
    errors: [],
  });
});

const vault: Record<string, Subgraph> = {
  vault: {
    sdl: `type Query { items: [Item] first: Item! box: Box! boxes: [Box] }
      interface Item { id: ID! }
      type Coin implements Item { id: ID! }
      type Gem implements Item @inaccessible { id: ID! }
      union Box = Coin | Gem`,
    resolvers: {
      Query: {
        items: () => [
          { __typename: "Gem", id: "g" },
          { __typename: "Coin", id: "c" },
        ],
        first: () => ({ __typename: "Gem", id: "g" }),
        box: () => ({ __typename: "Coin" }),
        boxes: () => [{ __typename: "Gem" }],
      },
    },
  },
};

test("objects of a type that is hidden from clients are null without an error, where null may stand", async () => {
  const { data, errors } = await ask(vault, "{ items { id } boxes { __typename } box { __typename } }");
  expect(errors).toEqual([]);
  expect(data).toEqual({ items: [null, { id: "c" }], boxes: [null], box: { __typename: "Coin" } });
});

test("an object of a type that is hidden from clients is an error where null cannot stand", async () => {
  const first = await ask(vault, "{ first { id } }");
  expect(first.data).toBeNull();
  expect(first.errors.map(({ path }) => path)).toEqual([["first"]]);
});
