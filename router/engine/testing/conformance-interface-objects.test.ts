/** Objects that stand in for interfaces and are known by composite keys alone. */
import { expect, test } from "vitest";
import { ask, type Subgraph } from "./conformance.ts";

type Key = { no: number; site: { code: string } };

const crane = { __typename: "Crane", no: 1, site: { code: "n" }, label: "Big", lift: 12 };
// The same number at another site.
const truck = { __typename: "Truck", no: 1, site: { code: "s" }, label: null, load: 900 };
const find = ({ no, site }: Key) => [crane, truck].find((one) => one.no === no && one.site.code === site.code);
const names: Record<string, string> = { n: "North", s: "South" };
const reference = (row: typeof crane | typeof truck): Key => ({ no: row.no, site: row.site });

const key = "no site { code }";

const yard = {
  register: {
    sdl: `type Query { assets: [Asset!]! heavy: [Heavy] }
      union Heavy = Crane | Truck
      interface Asset @key(fields: "${key}") { no: Int! site: Site! label: String }
      type Crane implements Asset @key(fields: "${key}") { no: Int! site: Site! label: String lift: Int }
      type Truck implements Asset @key(fields: "${key}") { no: Int! site: Site! label: String load: Int }
      type Site @key(fields: "code") { code: ID! name: String }`,
    resolvers: {
      Query: { assets: () => [crane, truck], heavy: () => [truck] },
      Asset: { __resolveReference: find },
      Crane: { __resolveReference: find },
      Truck: { __resolveReference: find },
      Site: {
        __resolveReference: ({ code }: { code: string }) => ({ code }),
        name: ({ code }: { code: string }) => names[code],
      },
    },
  },
  sensors: {
    sdl: `type Query { hot: [Asset] }
      type Asset @key(fields: "${key}") @interfaceObject {
        no: Int! site: Site! label: String @external heat: Int next: Asset
        warning: String @requires(fields: "label site { name }")
      }
      type Site @key(fields: "code") { code: ID! name: String @external }`,
    resolvers: {
      Query: { hot: () => [reference(truck), null, reference(crane)] },
      Asset: {
        __resolveReference: (given: Key) => given,
        heat: ({ site }: Key) => (site.code === "n" ? 21 : null),
        next: (given: Key) => reference(given.site.code === "n" ? truck : crane),
        warning: ({ label, site }: { label?: string | null; site: { name?: string } }) =>
          label === undefined || site.name === undefined ? "not all was sent" : `${label} at ${site.name}`,
      },
    },
  },
  rounds: {
    sdl: `type Query { watched: [Asset] }
      type Asset @key(fields: "${key}", resolvable: false) @interfaceObject { no: Int! site: Site! }
      type Site @key(fields: "code", resolvable: false) { code: ID! }`,
    resolvers: { Query: { watched: () => [reference(crane), null, reference(truck)] } },
  },
} satisfies Record<string, Subgraph>;

test("real types and their own fields, asked of the interface's subgraph by the whole key", async () => {
  const { data, errors } = await ask(
    yard,
    "{ hot { __typename heat ... on Crane { lift } ... on Truck { load label } } }",
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    hot: [
      { __typename: "Truck", heat: null, load: 900, label: null },
      null,
      { __typename: "Crane", heat: 21, lift: 12 },
    ],
  });
});

test("a composite key that its subgraph does not resolve leads to those that do", async () => {
  const query = "{ watched { heat ... on Crane { lift next { __typename no } } ... on Truck { warning } } }";
  const { data, errors } = await ask(yard, query);
  expect(errors).toEqual([]);
  expect(data).toEqual({
    watched: [
      { heat: 21, lift: 12, next: { __typename: "Truck", no: 1 } },
      null,
      { heat: null, warning: "null at South" },
    ],
  });
});

test("different fields of different types, in one another: each gets its own", async () => {
  const query = `{ assets { ... on Truck { next { ... on Crane { warning } } } ... on Crane { heat next { heat ... on Truck { load } } } } }`;
  const { data, errors } = await ask(yard, query);
  expect(errors).toEqual([]);
  expect(data).toEqual({
    assets: [{ heat: 21, next: { heat: null, load: 900 } }, { next: { warning: "Big at North" } }],
  });
});

test("a part of the key under another name, with more asked of it than the key holds", async () => {
  const query = "{ watched { ... on Truck { at: site { is: code name } number: no } ... on Crane { site { name } } } }";
  const { data, errors } = await ask(yard, query);
  expect(errors).toEqual([]);
  expect(data).toEqual({
    watched: [{ site: { name: "North" } }, null, { at: { is: "s", name: "South" }, number: 1 }],
  });
});

test("what an object's representation holds is not asked for again", async () => {
  const { data, requests } = await ask(yard, "{ assets { ... on Crane { heat warning } } }");
  expect(data).toEqual({ assets: [{ heat: 21, warning: "Big at North" }, {}] });
  const asked = requests.filter(({ subgraph }) => subgraph === "sensors").map(({ query }) => query);
  expect(asked).toEqual([expect.stringContaining("heat"), expect.stringContaining("warning")]);
  expect(asked.join()).not.toMatch(/site|\bno\b/);
});

test("the order of a key's fields, and of its parts, is each subgraph's own", async () => {
  const sdl = yard.rounds.sdl.replace(key, "site { code } no");
  const other = { ...yard, rounds: { ...yard.rounds, sdl } };
  const { data, errors } = await ask(other, "{ watched { ... on Crane { lift } ... on Truck { heat load } } }");
  expect(errors).toEqual([]);
  expect(data).toEqual({ watched: [{ lift: 12 }, null, { heat: null, load: 900 }] });
});

test("abstract types within abstract types narrow an interface object step by step", async () => {
  const query = `{
    watched { ... on Heavy { ... on Truck { load } ... on Asset { heat ... on Heavy { ... on Crane { lift } } } } }
    hot { ... on Heavy { ... on Asset { ... on Heavy { __typename } next { ... on Heavy { ... on Truck { load } } } } } }
    heavy { ... on Asset { ... on Heavy { ... on Truck { heat label } } } }
  }`;
  const { data, errors } = await ask(yard, query);
  expect(errors).toEqual([]);
  expect(data).toEqual({
    watched: [{ heat: 21, lift: 12 }, null, { load: 900, heat: null }],
    hot: [{ __typename: "Truck", next: {} }, null, { __typename: "Crane", next: { load: 900 } }],
    heavy: [{ heat: null, label: null }],
  });
});

const lone = {
  owner: {
    sdl: `type Query { declared: Item } interface Item @key(fields: "id") { id: ID! }`,
    resolvers: { Query: { declared: () => ({ __typename: "Item", id: "i" }) } },
  },
  user: {
    sdl: `type Query { used: Item } type Item @interfaceObject @key(fields: "id", resolvable: false) { id: ID! note: String }`,
    resolvers: { Query: { used: () => ({ id: "i", note: "hi" }) } },
  },
} satisfies Record<string, Subgraph>;

test("an interface without any objects is answered by the subgraph that knows it as an object", async () => {
  const { data, errors } = await ask(lone, "{ used { id note } other: used { id } }");
  expect(errors).toEqual([]);
  expect(data).toEqual({ used: { id: "i", note: "hi" }, other: { id: "i" } });
});

test("what no subgraph can answer is refused as a whole", async () => {
  const { data, errors, requests } = await ask(lone, "{ declared { note } used { id } }");
  expect(data).toBeUndefined();
  expect(errors).toEqual([{ path: undefined, message: "The operation cannot be planned." }]);
  expect(requests).toEqual([]);
});
