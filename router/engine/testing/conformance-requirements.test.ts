/** `@requires` and `@external` where the planner alone goes wrong: value types, nested keys, chains; in lists and unions as well. */
import { describe, expect, test } from "vitest";
import { ask, type Subgraph } from "./conformance.ts";

const box = { id: "7", meta: { rating: 2 } };
const valueTypes: Record<string, Subgraph> = {
  a: {
    sdl: `type Query { given: Box @provides(fields: "meta { cost }") plain: Box list: [Box] any: [Any] deep: Deep } union Any = Box | Other
      type Other { n: Int } type Deep { box: Box }
      type Box @key(fields: "id") { id: ID! meta: Meta @shareable metas: [Meta] @shareable }
      type Meta { cost: Int @external rating: Int }`,
    resolvers: {
      Query: {
        given: () => ({ ...box, meta: { cost: 70, rating: 2 } }),
        plain: () => box,
        list: () => [box, null, box],
        any: () => [
          { __typename: "Other", n: 1 },
          { __typename: "Box", ...box },
        ],
        deep: () => ({ box }),
      },
      Box: { __resolveReference: () => box, metas: () => [{ rating: 1 }, { rating: 2 }] },
    },
  },
  b: {
    sdl: `type Box @key(fields: "id") { id: ID! meta: Meta @shareable metas: [Meta] @shareable } type Meta { cost: Int @shareable }`,
    resolvers: {
      Box: {
        __resolveReference: (r: object) => ({ ...r, meta: { cost: 70 }, metas: [{ cost: 1 }, { cost: 2 }] }),
      },
    },
  },
};

describe("a field of a value type that its subgraph declares external", () => {
  test.each<[string, unknown, string[]]>([
    ["{ given { meta { cost } } }", { given: { meta: { cost: 70 } } }, ["a"]],
    ["{ plain { meta { cost } } }", { plain: { meta: { cost: 70 } } }, ["a", "b"]],
    ["{ plain { meta { cost rating } } }", { plain: { meta: { cost: 70, rating: 2 } } }, ["a", "b"]],
    ["{ plain { m: meta { c: cost } } }", { plain: { m: { c: 70 } } }, ["a", "b"]],
    ["{ deep { box { meta { cost } } } }", { deep: { box: { meta: { cost: 70 } } } }, ["a", "b"]],
    ["{ list { meta { cost } } }", { list: [{ meta: { cost: 70 } }, null, { meta: { cost: 70 } }] }, ["a", "b"]],
    ["{ any { ... on Box { meta { cost } } } }", { any: [{}, { meta: { cost: 70 } }] }, ["a", "b"]],
    [
      "{ plain { metas { cost rating } } }",
      {
        plain: {
          metas: [
            { cost: 1, rating: 1 },
            { cost: 2, rating: 2 },
          ],
        },
      },
      ["a", "b"],
    ],
  ])("%s", async (query, wanted, subgraphs) => {
    const { data, errors, requests } = await ask(valueTypes, query);
    expect([data, errors, requests.map(({ subgraph }) => subgraph)]).toEqual([wanted, [], subgraphs]);
    const plain = requests.filter((one) => one.subgraph === "a" && /cost/.test(one.query));
    expect(plain).toHaveLength(query.includes("given") ? 1 : 0);
  });
});

type Person = { stats?: { meta?: { cost?: number } } };
const fit = ({ stats }: Person) => {
  if (stats?.meta?.cost === undefined) throw new Error("what is required did not come");
  return stats.meta.cost * 2;
};
const people: Record<string, Subgraph> = {
  people: {
    sdl: `type Query { person: Person people: [Person!] }
      type Person @key(fields: "id") { id: Int! stats: Stats fit: Int @requires(fields: "stats { meta { cost } }") friend: Person }
      type Stats @key(fields: "id", resolvable: false) { id: Int! meta: Meta @shareable } type Meta { cost: Int @external rating: Int }`,
    resolvers: {
      Query: { person: () => ({ id: 1 }), people: () => [{ id: 1 }, { id: 2 }] },
      Stats: { meta: (s: { meta?: object }) => s.meta ?? { rating: 4 } },
      Person: {
        __resolveReference: (r: object) => r,
        stats: (p: { id: number; stats?: object }) => p.stats ?? { id: p.id * 7 },
        fit,
        friend: () => ({ id: 3 }),
      },
    },
  },
  costs: {
    sdl: `type Stats @key(fields: "id") { id: Int! meta: Meta @shareable } type Meta { cost: Int @shareable }`,
    resolvers: { Stats: { __resolveReference: ({ id }: { id: number }) => ({ id, meta: { cost: id * 10 } }) } },
  },
};

test.each<[string, unknown]>([
  ["{ person { fit } }", { person: { fit: 140 } }],
  ["{ person { stats { meta { cost } } } }", { person: { stats: { meta: { cost: 70 } } } }],
  ["{ person { stats { meta { cost } } fit } }", { person: { stats: { meta: { cost: 70 } }, fit: 140 } }],
  [
    "{ person { stats { meta { rating cost } } fit } }",
    { person: { stats: { meta: { rating: 4, cost: 70 } }, fit: 140 } },
  ],
  [
    "{ people { fit friend { fit } } }",
    {
      people: [
        { fit: 140, friend: { fit: 420 } },
        { fit: 280, friend: { fit: 420 } },
      ],
    },
  ],
])("what is required is not asked for in the fetch that requires it: %s", async (query, wanted) => {
  const { data, errors, requests } = await ask(people, query);
  expect([data, errors]).toEqual([wanted, []]);
  expect(requests.filter((one) => one.subgraph === "people" && /cost/.test(one.query))).toEqual([]);
});

type Entity = { id: string; sub?: { id2: string }; a?: number; b?: number; tags?: { t: string; w: number }[] };
const entity = (id: string) => ({ id, sub: { id1: `s${id}` }, a: Number(id) + 2 });
const nested: Record<string, Subgraph> = {
  one: {
    sdl: `type Query { e: E list: [E!] any: [Any] lists: [[E]] } union Any = Other | E type Other { n: Int }
      type E @key(fields: "id") { id: ID! sub: S @shareable a: Int tags: [Tag] @shareable } type S @key(fields: "id1") { id1: ID! } type Tag @shareable { t: String }`,
    resolvers: {
      Query: {
        e: () => entity("1"),
        list: () => [entity("1"), entity("2")],
        any: () => [
          { __typename: "Other", n: 1 },
          { __typename: "E", ...entity("2") },
        ],
        lists: () => [[entity("1"), null], null, [entity("2")]],
      },
      E: { __resolveReference: ({ id }: Entity) => entity(id), tags: () => [{ t: "x" }, { t: "y" }] },
    },
  },
  two: {
    sdl: `type S @key(fields: "id1") @key(fields: "id2") { id1: ID! id2: ID! }`,
    resolvers: { S: { __resolveReference: (r: { id1: string }) => ({ ...r, id2: `z${r.id1}` }) } },
  },
  three: {
    sdl: `type Query { third: E }
      type E @key(fields: "sub { id2 }") @key(fields: "id", resolvable: false) { id: ID! sub: S @shareable a: Int @external b: Int @external
        f: String @requires(fields: "a") next: E @requires(fields: "a") h: String @requires(fields: "b") t: String @requires(fields: "tags { t }") tags: [Tag] @external g: Int }
      type S @key(fields: "id2") { id2: ID! } type Tag @shareable { t: String }`,
    resolvers: {
      Query: { third: () => ({ id: "1", sub: { id2: "zs1" } }) },
      E: {
        __resolveReference: (r: object) => r,
        f: (r: Entity) => `${r.sub?.id2}/${r.a}`,
        g: () => 9,
        h: (r: Entity) => `${r.sub?.id2}/${r.b}`,
        t: (r: Entity) => r.tags?.map(({ t }) => t).join(),
        next: (r: Entity) => (r.a === undefined ? null : { id: "5", sub: { id2: "zs5" } }),
      },
    },
  },
  four: {
    sdl: `type E @key(fields: "id") { id: ID! f: String @external b: Int @requires(fields: "f") }`,
    resolvers: { E: { __resolveReference: (r: object) => r, b: ({ f }: { f?: string }) => f?.length } },
  },
};

test.each<[string, unknown]>([
  ["{ e { g } }", { e: { g: 9 } }],
  ["{ e { f } }", { e: { f: "zs1/3" } }],
  ["{ e { a f } }", { e: { a: 3, f: "zs1/3" } }],
  ["{ e { x: f y: f a: id } }", { e: { x: "zs1/3", y: "zs1/3", a: "1" } }],
  ["{ list { f } }", { list: [{ f: "zs1/3" }, { f: "zs2/4" }] }],
  ["{ any { ... on E { f } ... on Other { n } } }", { any: [{ n: 1 }, { f: "zs2/4" }] }],
  ["{ lists { f g } }", { lists: [[{ f: "zs1/3", g: 9 }, null], null, [{ f: "zs2/4", g: 9 }]] }],
  ["{ third { f g } }", { third: { f: "zs1/3", g: 9 } }],
  ["{ e { b } }", { e: { b: 5 } }],
  ["{ e { h } }", { e: { h: "zs1/5" } }],
  ["{ e { h f a b } }", { e: { h: "zs1/5", f: "zs1/3", a: 3, b: 5 } }],
  ["{ e { t f } }", { e: { t: "x,y", f: "zs1/3" } }],
  ["{ e { next { f g next { h } } } }", { e: { next: { f: "zs5/7", g: 9, next: { h: "zs5/5" } } } }],
  [
    "{ list { ...F } } fragment F on E { next { ... on E { a f } } }",
    { list: [{ next: { a: 7, f: "zs5/7" } }, { next: { a: 7, f: "zs5/7" } }] },
  ],
])("what requires something below a key of another subgraph: %s", async (query, wanted) => {
  const { data, errors } = await ask(nested, query);
  expect([data, errors]).toEqual([wanted, []]);
});

/** Objects of abstract types within what is required: whoever gets them has to know what they are. */
type Given = { __typename?: string; name?: string; lives?: number; bark?: { vol: number } };
const given = ({ __typename, name, lives, bark }: Given): string => `${__typename} ${name} ${lives ?? bark?.vol}`;
const pets = [
  { __typename: "Cat", name: "Tom", lives: 7 },
  { __typename: "Dog", name: "Rex", bark: { vol: 11 } },
];
const kennel: Record<string, Subgraph> = {
  a: {
    sdl: `type Query { p: P }
      type P @key(fields: "id") {
        id: ID! pets: [Pet] @external one: Box @external
        all: [String] @requires(fields: "pets { ... on Cat { name lives } ... on Dog { name bark { vol } } }")
        names: [String] @requires(fields: "one { any { ... on Cat { name lives } } }")
      }
      type Box { any: [[Any!]!]! @external } union Any = Cat | Dog interface Pet { name: String }
      type Cat implements Pet { name: String @external lives: Int @external }
      type Dog implements Pet { name: String @external bark: Bark @external } type Bark { vol: Int @external }`,
    resolvers: {
      Query: { p: () => ({ id: "1" }) },
      P: {
        __resolveReference: (r: object) => r,
        all: (p: { pets: Given[] }) => p.pets.map(given),
        names: (p: { one: { any: Given[][] } }) => p.one.any.flat().map(given),
      },
    },
  },
  b: {
    sdl: `type P @key(fields: "id") { id: ID! pets: [Pet] one: Box } type Box { any: [[Any!]!]! }
      union Any = Cat | Dog interface Pet { name: String } type Cat implements Pet { name: String lives: Int }
      type Dog implements Pet { name: String bark: Bark } type Bark { vol: Int }`,
    resolvers: { P: { __resolveReference: (r: object) => ({ ...r, pets, one: { any: [pets] } }) } },
  },
};

test.each<[string, unknown]>([
  ["{ p { all } }", { p: { all: ["Cat Tom 7", "Dog Rex 11"] } }],
  [
    "{ p { pets { name } all } }",
    { p: { pets: [{ name: "Tom" }, { name: "Rex" }], all: ["Cat Tom 7", "Dog Rex 11"] } },
  ],
  ["{ p { names } }", { p: { names: ["Cat Tom 7", "Dog undefined undefined"] } }],
])("required objects of interfaces and unions come with their type's name: %s", async (query, wanted) => {
  const { data, errors } = await ask(kennel, query);
  expect([data, errors]).toEqual([wanted, []]);
});
