/** Keys, `@requires`, `@provides`, `@override`: each a trap of federated execution, with the answer that the specification gives. */
import { expect, test } from "vitest";
import { ask, type Subgraph } from "./conformance.ts";

const echo = { __resolveReference: (reference: object) => reference };

test("shared root fields: each part of a root field comes from a subgraph that has it", async () => {
  const users = { id: "u1", name: "Ana", email: "a@x.test" };
  const subgraphs: Record<string, Subgraph> = {
    names: {
      sdl: `type Query @shareable { user: User } type User @key(fields: "id") { id: ID! name: String }`,
      resolvers: { Query: { user: () => users }, User: { __resolveReference: () => users } },
    },
    mails: {
      sdl: `type Query @shareable { user: User } type User @key(fields: "id") { id: ID! email: String }`,
      resolvers: { Query: { user: () => users }, User: { __resolveReference: () => users } },
    },
  };
  const { data, errors } = await ask(subgraphs, "{ user { id name email } }");
  expect(data).toEqual({ user: { id: "u1", name: "Ana", email: "a@x.test" } });
  expect(errors).toEqual([]);
});

test("an object that comes back to its subgraph is asked for by the key that this can resolve, though it has others", async () => {
  const slot = { id: "7", bin: "b7", rack: { row: 1, shelf: 2, level: 3 } };
  const subgraphs: Record<string, Subgraph> = {
    labels: {
      sdl: `type Slot @key(fields: "id") @key(fields: "rack { row shelf }", resolvable: false) @key(fields: "id rack { shelf level }", resolvable: false) {
          id: ID! rack: Rack! label: String! }
        type Rack { row: Int! shelf: Int! level: Int! }`,
      resolvers: { Slot: { __resolveReference: () => ({ ...slot, label: "L7" }) } },
    },
    floor: {
      sdl: `type Query { hall: Hall } type Hall @key(fields: "no") { no: ID! slots: [Slot!]! }
        type Slot @key(fields: "rack { row shelf }", resolvable: false) @key(fields: "id rack { shelf level }") @key(fields: "bin", resolvable: false) {
          id: ID! bin: ID! rack: Rack! label: String! @external sign: String @requires(fields: "label") }
        type Rack { row: Int! shelf: Int! level: Int! }`,
      resolvers: {
        Query: { hall: () => ({ no: "1", slots: [slot] }) },
        Slot: {
          __resolveReference: ({ id, rack, label }: typeof slot & { label: string }) => ({
            sign: `${id}-${rack.shelf}-${rack.level}: ${label}`,
          }),
        },
      },
    },
  };
  const { data, errors } = await ask(subgraphs, "{ hall { no slots { id sign } } }");
  expect(errors).toEqual([]);
  expect(data).toEqual({ hall: { no: "1", slots: [{ id: "7", sign: "7-2-3: L7" }] } });
});

test("a key that only another key's subgraph can resolve: a → b by id, b → c by upc", async () => {
  const subgraphs: Record<string, Subgraph> = {
    a: {
      sdl: `type Query { part: Part } type Part @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { part: () => ({ id: "1" }) } },
    },
    b: {
      sdl: `type Part @key(fields: "id") @key(fields: "upc") { id: ID! upc: ID! }`,
      resolvers: { Part: { __resolveReference: () => ({ id: "1", upc: "u1" }) } },
    },
    c: {
      sdl: `type Part @key(fields: "upc") { upc: ID! price: Int }`,
      resolvers: {
        Part: { __resolveReference: ({ upc }: { upc: string }) => ({ upc, price: upc === "u1" ? 10 : -1 }) },
      },
    },
  };
  expect((await ask(subgraphs, "{ part { price } }")).data).toEqual({ part: { price: 10 } });
});

test("what a field requires is fetched before it, also when its subgraph's key comes by a longer way", async () => {
  const subgraphs: Record<string, Subgraph> = {
    names: {
      sdl: `type Query { parts: [Part!]! } type Part @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { parts: () => [{ id: "1" }, { id: "2" }] } },
    },
    codes: {
      sdl: `type Part @key(fields: "id") @key(fields: "upc") { id: ID! upc: ID! }`,
      resolvers: { Part: { __resolveReference: ({ id }: { id: string }) => ({ id, upc: `u${id}` }) } },
    },
    weights: {
      sdl: `type Part @key(fields: "upc") @key(fields: "mpn") { upc: ID! mpn: ID! grams: Int }`,
      resolvers: {
        Part: {
          __resolveReference: ({ upc, mpn }: { upc?: string; mpn?: string }) => {
            const number = (upc ?? mpn ?? "").slice(1);
            return { upc: `u${number}`, mpn: `m${number}`, grams: Number(number) * 5 };
          },
        },
      },
    },
    prices: {
      sdl: `type Part @key(fields: "mpn") { mpn: ID! grams: Int @external price: Int @requires(fields: "grams") }`,
      resolvers: { Part: { ...echo, price: ({ grams }: { grams: number }) => grams * 2 } },
    },
  };
  const { data, errors } = await ask(subgraphs, "{ parts { price } }");
  expect(data).toEqual({ parts: [{ price: 10 }, { price: 20 }] });
  expect(errors).toEqual([]);
});

test("circular references in keys: a house by its garage, a garage by its house", async () => {
  const subgraphs: Record<string, Subgraph> = {
    a: {
      sdl: `type Query { garage: Garage } type Garage @key(fields: "id") { id: ID! house: House! @shareable } type House @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { garage: () => ({ id: "g", house: { id: "h" } }) } },
    },
    b: {
      sdl: `type House @key(fields: "garage { id }") { garage: Garage! street: String } type Garage @key(fields: "id") @key(fields: "house { id }") { id: ID! house: House! code: Int } extend type House @key(fields: "id") { id: ID! }`,
      resolvers: {
        House: { __resolveReference: () => ({ id: "h", street: "Jalan", garage: { id: "g", code: 7 } }) },
        Garage: { __resolveReference: () => ({ id: "g", code: 7, house: { id: "h", street: "Jalan" } }) },
      },
    },
  };
  const { data } = await ask(subgraphs, "{ garage { code house { street } } }");
  expect(data).toEqual({ garage: { code: 7, house: { street: "Jalan" } } });
});

test("null keys: an entity that cannot be named is asked of nobody, its siblings are", async () => {
  const subgraphs: Record<string, Subgraph> = {
    a: {
      sdl: `type Query { books: [Book] } type Book @key(fields: "upc") { upc: ID title: String }`,
      resolvers: { Query: { books: () => [{ upc: "1", title: "x" }, null, { upc: "2", title: "y" }] } },
    },
    b: {
      sdl: `type Book @key(fields: "upc") { upc: ID pages: Int }`,
      resolvers: {
        Book: { __resolveReference: ({ upc }: { upc: string }) => (upc === "1" ? null : { upc, pages: 9 }) },
      },
    },
  };
  const { data, errors } = await ask(subgraphs, "{ books { title pages } }");
  expect(data).toEqual({ books: [{ title: "x", pages: null }, null, { title: "y", pages: 9 }] });
  expect(errors).toEqual([]);
});

const contents = `interface Content { name: String }
  type Food implements Content @shareable { name: String grams: Int }
  type Tool implements Content @shareable { name: String volts: Int }`;

test("requires with a fragment on an interface takes of each object what it has", async () => {
  const subgraphs: Record<string, Subgraph> = {
    a: {
      sdl: `type Query { boxes: [Box!]! } type Box @key(fields: "id") { id: ID! content: Content }
        ${contents}`,
      resolvers: {
        Query: {
          boxes: () => [
            { id: "1", content: { __typename: "Food", name: "rice", grams: 100 } },
            { id: "2", content: { __typename: "Tool", name: "drill", volts: 230 } },
            { id: "3", content: null },
          ],
        },
      },
    },
    b: {
      sdl: `type Box @key(fields: "id") { id: ID! content: Content @external label: String @requires(fields: "content { name ... on Food { grams } ... on Tool { volts } }") }
        ${contents}`,
      resolvers: {
        Box: { ...echo, label: ({ content }: { content: unknown }) => JSON.stringify(content) },
      },
    },
  };
  const { data } = await ask(subgraphs, "{ boxes { label } }");
  const labels = (data as { boxes: { label: string }[] }).boxes.map(({ label }) => JSON.parse(label) as object | null);
  expect(labels).toEqual([
    expect.objectContaining({ name: "rice", grams: 100 }),
    expect.objectContaining({ name: "drill", volts: 230 }),
    null,
  ]);
  expect(labels[0]).not.toHaveProperty("volts");
});

const priced: Record<string, Subgraph> = {
  catalog: {
    sdl: `type Query { product: Product } type Product @key(fields: "id") { id: ID! price(currency: String! = "EUR"): Int }`,
    resolvers: {
      Query: { product: () => ({ id: "1" }) },
      Product: { ...echo, price: (_: unknown, { currency }: { currency: string }) => (currency === "EUR" ? 10 : 170) },
    },
  },
  taxes: {
    sdl: `type Product @key(fields: "id") { id: ID! price(currency: String! = "EUR"): Int @external
      euro: Int @requires(fields: "price(currency: \\"EUR\\")") rupiah: Int @requires(fields: "price(currency: \\"IDR\\")") }`,
    resolvers: {
      Product: {
        ...echo,
        euro: ({ price }: { price: number }) => price * 2,
        rupiah: ({ price }: { price: number }) => price * 2,
      },
    },
  },
};

test("requires with an argument: the argument of the field set counts, not the client's", async () => {
  const { data } = await ask(priced, `{ product { price(currency: "EUR") rupiah } }`);
  expect(data).toEqual({ product: { price: 10, rupiah: 340 } });
});

test("requires with conflicting arguments: each field gets its own", async () => {
  const { data, errors } = await ask(priced, "{ product { euro rupiah price } }");
  expect(errors).toEqual([]);
  expect(data).toEqual({ product: { euro: 20, rupiah: 340, price: 10 } });
});

const chain: Record<string, Subgraph> = {
  a: {
    sdl: `type Query { item(id: ID! = "1"): Item } type Item @key(fields: "id") { id: ID! base: Int }`,
    resolvers: {
      Query: { item: () => ({ id: "1", base: 1 }) },
      Item: { __resolveReference: () => ({ id: "1", base: 1 }) },
    },
  },
  b: {
    sdl: `type Item @key(fields: "id") { id: ID! base: Int @external third: Int @external second: Int @requires(fields: "base") fourth: Int @requires(fields: "third") }`,
    resolvers: {
      Item: {
        ...echo,
        second: ({ base }: { base: number }) => base + 1,
        fourth: ({ third }: { third: number }) => third + 1,
      },
    },
  },
  c: {
    sdl: `type Item @key(fields: "id") { id: ID! second: Int @external third: Int @requires(fields: "second") }`,
    resolvers: { Item: { ...echo, third: ({ second }: { second: number }) => second + 1 } },
  },
};

test("a chain of requires goes to and fro between the same subgraphs", async () => {
  expect((await ask(chain, "{ item { fourth } }")).data).toEqual({ item: { fourth: 4 } });
});

test("a client's alias that is the name of a key or of a required field", async () => {
  const { data, errors } = await ask(chain, "{ item { id: base base: second fourth } }");
  expect(errors).toEqual([]);
  expect(data).toEqual({ item: { id: 1, base: 2, fourth: 4 } });
});

test("a field left out by @include takes nothing from another that requires more", async () => {
  const { data } = await ask(chain, "query ($no: Boolean!) { item { second fourth @include(if: $no) } }", {
    no: false,
  });
  expect(data).toEqual({ item: { second: 2 } });
});

test("nested provides: a path that provides a field is not asked again, another path is", async () => {
  const subgraphs: Record<string, Subgraph> = {
    reviews: {
      sdl: `type Query { top: Product @provides(fields: "category { name }") other: Product }
        type Product @key(fields: "id") { id: ID! category: Category @shareable } type Category @key(fields: "id") { id: ID! name: String @external }`,
      resolvers: {
        Query: {
          top: () => ({ id: "1", category: { id: "c", name: "provided" } }),
          other: () => ({ id: "1", category: { id: "c" } }),
        },
      },
    },
    catalog: {
      sdl: `type Category @key(fields: "id") { id: ID! name: String @shareable }`,
      resolvers: { Category: { __resolveReference: () => ({ id: "c", name: "asked" }) } },
    },
  };
  const provided = await ask(subgraphs, "{ top { category { name } } }");
  expect(provided.data).toEqual({ top: { category: { name: "provided" } } });
  expect(provided.requests.map(({ subgraph }) => subgraph)).toEqual(["reviews"]);
  expect((await ask(subgraphs, "{ other { category { name } } }")).data).toEqual({
    other: { category: { name: "asked" } },
  });
});

test("an overridden field is asked of the subgraph that took it over, everywhere", async () => {
  const old = { id: "1", at: "old", title: "t" };
  const subgraphs: Record<string, Subgraph> = {
    a: {
      sdl: `type Query { feed: [Post!]! } type Post @key(fields: "id") { id: ID! at: String! title: String }`,
      resolvers: { Query: { feed: () => [old] }, Post: { __resolveReference: () => old } },
    },
    b: {
      sdl: `type Query { latest: Post } type Post @key(fields: "id") { id: ID! at: String! @override(from: "a") }`,
      resolvers: {
        Query: { latest: () => ({ id: "1", at: "new" }) },
        Post: { __resolveReference: () => ({ id: "1", at: "new" }) },
      },
    },
  };
  const { data } = await ask(subgraphs, "{ feed { at title } latest { at title } }");
  expect(data).toEqual({ feed: [{ at: "new", title: "t" }], latest: { at: "new", title: "t" } });
});

test("a value of several subgraphs whose parent alone is an entity is asked through the parent", async () => {
  const subgraphs: Record<string, Subgraph> = {
    a: {
      sdl: `type Query { product: Product } type Product @key(fields: "id") { id: ID! details: Details } type Details { a: Int }`,
      resolvers: { Query: { product: () => ({ id: "1", details: { a: 1 } }) } },
    },
    b: {
      sdl: `type Product @key(fields: "id") { id: ID! details: Details @shareable } type Details { b: Int }`,
      resolvers: { Product: { __resolveReference: () => ({ id: "1", details: { b: 2 } }) } },
    },
  };
  subgraphs["a"] = {
    ...subgraphs["a"]!,
    sdl: subgraphs["a"]!.sdl.replace("details: Details }", "details: Details @shareable }"),
  };
  const { data } = await ask(subgraphs, "{ product { details { b a } } }");
  expect(data).toEqual({ product: { details: { b: 2, a: 1 } } });
});

test("entity calls of composite keys in lists give back what belongs to each", async () => {
  const key = `@key(fields: "id org { id }")`;
  const subgraphs: Record<string, Subgraph> = {
    a: {
      sdl: `type Query { staff: [[Person]] } type Person ${key} { id: ID! org: Org! } type Org @shareable { id: ID! }`,
      resolvers: {
        Query: {
          staff: () => [
            [{ id: "1", org: { id: "x" } }, null],
            [],
            [
              { id: "1", org: { id: "y" } },
              { id: "1", org: { id: "x" } },
            ],
          ],
        },
      },
    },
    b: {
      sdl: `type Person ${key} { id: ID! org: Org! badge: String } type Org @shareable { id: ID! }`,
      resolvers: {
        Person: {
          __resolveReference: ({ id, org }: { id: string; org: { id: string } }) => ({
            id,
            org,
            badge: `${id}@${org.id}`,
          }),
        },
      },
    },
  };
  const { data, requests } = await ask(subgraphs, "{ staff { badge } }");
  expect(data).toEqual({ staff: [[{ badge: "1@x" }, null], [], [{ badge: "1@y" }, { badge: "1@x" }]] });
  expect(requests[1]?.variables["representations"]).toHaveLength(2);
});
