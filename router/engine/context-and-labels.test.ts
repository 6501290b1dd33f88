/** Contextual arguments and progressive overrides, which stock gateway does not know. */
import { expect, test } from "vitest";
import { testGraph } from "./in-process-graph.ts";
import { receive } from "./testing/deferred.ts";

const echo = { __resolveReference: (reference: object) => reference };
const item = { id: "i" };

const rows = [
  { id: "1", currency: "IDR", items: [item, { id: "j" }], best: { inner: [[item, null], []] } },
  { id: "2", currency: "EUR", items: [item], best: null },
];

const shops = testGraph({
  shops: {
    sdl: `type Query { shops: [Shop!]! }
      type Shop @key(fields: "id") @context(name: "shop") { id: ID! currency: String! items: [Item!]! best: Box }
      type Box { inner: [[Item]] }
      type Item @key(fields: "id") { id: ID! price(times: Int = 1, currency: String @fromContext(field: "$shop { currency }")): String }`,
    resolvers: {
      Query: {
        shops: () => rows,
      },
      Shop: { __resolveReference: ({ id }: { id: string }) => rows.find((row) => row.id === id) },
      Item: {
        ...echo,
        price: ({ id }: { id: string }, { times, currency }: { times: number; currency: string }) =>
          `${id} ${times} ${currency}`,
      },
    },
  },
  names: {
    sdl: `type Item @key(fields: "id") { id: ID! name: String }`,
    resolvers: { Item: { ...echo, name: () => "n" } },
  },
});

test("an argument from the context has the value of the object above, also where equal entities stand under two", async () => {
  const query =
    "query ($times: Int) { shops { currency: id items { name price(times: $times) } best { inner { price } } } }";
  expect(await shops.engine.execute({ query, variables: { times: 2 } })).toEqual({
    data: {
      shops: [
        {
          currency: "1",
          items: [
            { name: "n", price: "i 2 IDR" },
            { name: "n", price: "j 2 IDR" },
          ],
          best: { inner: [[{ price: "i 1 IDR" }, null], []] },
        },
        { currency: "2", items: [{ name: "n", price: "i 2 EUR" }], best: null },
      ],
    },
  });
});

test("deferred or not: the first part does not ask for what only the context of a later one is", async () => {
  const query = "{ shops { items { name ... @defer { price } } best { inner { ... @defer { price(times: 2) } } } } }";
  const whole = (await shops.engine.execute({ query })) as { data: unknown };
  shops.answerWith();
  const { data, initial, payloads } = await receive(await shops.engine.execute({ query, defer: true }));
  expect(data).toEqual(whole.data);
  expect(initial.data).toEqual({
    shops: [
      { items: [{ name: "n" }, { name: "n" }], best: { inner: [[{}, null], []] } },
      { items: [{ name: "n" }], best: null },
    ],
  });
  expect(payloads.flat()).toContainEqual({ path: ["shops", 1, "items", 0], data: { price: "i 1 EUR" } });
  expect(shops.requests[0]?.query).not.toContain("currency");
});

const post = { id: "1" };
const moving = (label: string) =>
  testGraph({
    old: {
      sdl: `type Query { post: Post } type Post @key(fields: "id") { id: ID! at: String }`,
      resolvers: { Query: { post: () => ({ ...post, at: "old" }) }, Post: { ...echo, at: () => "old" } },
    },
    new: {
      sdl: `type Post @key(fields: "id") { id: ID! at: String @override(from: "old", label: "${label}") }`,
      resolvers: { Post: { ...echo, at: () => "new" } },
    },
  }).engine;
const query = "{ post { at } }";

test("a labelled override holds for the requests that have the label, and for no others", async () => {
  const engine = moving("moved");
  const at = async (...labels: string[]) => {
    const { data } = (await engine.execute({ query, labels: new Set(labels) })) as { data: { post: { at: string } } };
    const later = await engine.execute({
      query: "{ post { ... @defer { at } } }",
      labels: new Set(labels),
      defer: true,
    });
    expect((await receive(later)).data).toEqual(data);
    return data.post.at;
  };
  expect([await at(), await at("moved"), await at("other"), await at("moved", "other")]).toEqual([
    "old",
    "new",
    "old",
    "new",
  ]);
});

test("an override by percentage is drawn for each request", async () => {
  expect(await moving("percent(100)").execute({ query })).toEqual({ data: { post: { at: "new" } } });
  expect(await moving("percent(0)").execute({ query })).toEqual({ data: { post: { at: "old" } } });
});
