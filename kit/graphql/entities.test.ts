import { buildSubgraphSchema } from "@apollo/subgraph";
import { graphql } from "graphql";
import { gql } from "graphql-tag";
import { expect, test } from "vitest";
import { guardEntities, knownById } from "./entities.ts";
import { newId } from "../id.ts";

const typeDefs = gql`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key"])
  type Query {
    now: Int
  }
  type Shelf @key(fields: "room { id } number") @key(fields: "code") {
    room: Room!
    number: Int!
    code: String!
  }
  type Room @key(fields: "id") {
    id: ID!
    name: String
  }
  type Stub @key(fields: "id", resolvable: false) {
    id: ID!
  }
`;

const resolvers = {
  Shelf: { __resolveReference: (key: object) => ({ code: JSON.stringify(key) }) },
  Room: {
    __resolveReference: ({ id }: { id: string }) => {
      if (id === "broken") throw new Error("broken");
      return { id, name: id };
    },
  },
};

const schema = guardEntities(buildSubgraphSchema([{ typeDefs, resolvers }]));
const query = `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on Shelf { code } ... on Room { name } ... on Stub { id } } }`;
const ask = (...keys: unknown[]) => graphql({ schema, source: query, variableValues: { keys } });

test("a key of several parts needs each of them, of its kind", async () => {
  const shelf = (rest: object) => ({ __typename: "Shelf", ...rest });
  const { data, errors } = await ask(
    shelf({ room: { id: "r" }, number: 1 }),
    shelf({ code: "c" }),
    shelf({ room: { id: "r" } }),
    shelf({ room: "r", number: 1 }),
    shelf({ room: { id: 1 }, number: 1 }),
    shelf({ room: { id: "r" }, number: "1" }),
    shelf({ number: 1, code: null }),
  );
  expect(errors).toBeUndefined();
  const found = (data?.["_entities"] ?? []) as unknown[];
  expect(found.map((one) => Number(one !== null)).join("")).toBe("1100000");
});

test("one that fails before its first wait fails alone", async () => {
  const room = (id: string) => ({ __typename: "Room", id });
  const { data, errors } = await ask(room("a"), room("broken"), room("b"));
  expect(data?.["_entities"]).toEqual([{ name: "a" }, null, { name: "b" }]);
  expect(errors?.map(({ path }) => path)).toEqual([["_entities", 1]]);
});

test("what is no entity of this subgraph is null: another type, none at all, one that is known elsewhere only", async () => {
  const keys = [
    { __typename: "Query" },
    { __typename: "Nothing", id: "a" },
    { id: "a" },
    "a",
    [],
    { __typename: "Stub", id: "a" },
  ];
  expect(await ask(...keys, { __typename: "Room", id: "a" })).toEqual({
    data: { _entities: [...keys.map(() => null), { name: "a" }] },
  });
});

test("an entity to which fields are added is known by an id of its own kind alone", () => {
  const reference = { __typename: "Order", id: newId("ord") };
  expect(knownById("ord")(reference)).toBe(reference);
  expect(knownById("rst")(reference)).toBeNull();
  expect(knownById("ord")({ id: "ord_1" })).toBeNull();
});
