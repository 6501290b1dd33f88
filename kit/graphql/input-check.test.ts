import { graphql } from "graphql";
import { gql } from "graphql-tag";
import { expect, test } from "vitest";
import { buildSchema } from "../server/subgraph.ts";

const seen: unknown[] = [];
const take = (_: unknown, args: unknown) => {
  seen.push(args);
  return "taken";
};
const schema = buildSchema(
  gql`
    scalar JSON
    type Query {
      find(search: String, ids: [ID!], within: Float, filter: JSON): String
      thing: Thing!
      _entity: Thing
    }
    type Thing {
      named(as: Box): String
      counted(by: Int, is: Boolean): String
    }
    input Box {
      name: String
      boxes: [Box!]
      size: Float = 1
    }
    type Mutation {
      typed(input: Box!): TypedResult!
      untyped(input: Box!): String
    }
    union TypedResult = Done | InvalidInputError
    type Done {
      done: String
    }
    type InvalidInputError {
      message: String!
      field: String
    }
  `,
  {
    Query: { find: take, thing: () => ({}) },
    Thing: { named: take, counted: take },
    Mutation: { untyped: take, typed: (_: unknown, args: unknown) => ({ __typename: "Done", done: take(_, args) }) },
  },
);
const contextValue = { caller: { kind: "anonymous" } };
const ask = (source: string, variableValues: Record<string, unknown> = {}) =>
  graphql({ schema, source, variableValues, contextValue });

test.each<[string, Record<string, unknown>, string]>([
  ["search", { search: "a\0" }, "search"],
  ["a member of a list", { ids: ["a", "\u202e"] }, "ids.1"],
  ["a number too small", { within: 5e-324 }, "within"],
  ["a number too large", { within: -1e308 }, "within"],
  ["JSON", { filter: { a: [1, { b: "\ud800" }] } }, "filter.a.1.b"],
  ["a name in JSON", { filter: { "\0": 1 } }, "filter"],
])("%s is refused with its place, and the resolver is not called", async (_, variables, place) => {
  seen.length = 0;
  const query = `query($search: String, $ids: [ID!], $within: Float, $filter: JSON) {
    find(search: $search, ids: $ids, within: $within, filter: $filter) }`;
  const { data, errors } = await ask(query, variables);
  expect(data).toEqual({ find: null });
  expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT" } });
  expect(errors?.[0]?.message.split(":")[0]).toBe(place);
  expect(seen).toEqual([]);
});

test("a literal that overflows a double is refused, though graphql-js takes it", async () => {
  const { errors } = await ask("{ find(within: 1e999) }");
  expect(errors?.[0]?.extensions["code"]).toBe("BAD_USER_INPUT");
});

test("a nested field's arguments are checked, inputs within inputs too", async () => {
  const { errors } = await ask(`{ thing { named(as: { boxes: [{ name: "a" }, { boxes: [{ size: 1e-320 }] }] }) } }`);
  expect(errors?.[0]?.message).toMatch(/^as\.boxes\.1\.boxes\.0\.size:/);
});

test("a mutation whose result can say so answers InvalidInputError, with its path", async () => {
  const input = { boxes: [{ name: "\u200b" }] };
  const typed = `mutation($input: Box!) { typed(input: $input) { __typename ... on InvalidInputError { field message } } }`;
  const field = "input.boxes[0].name";
  const { data } = await ask(typed, { input });
  expect(data).toMatchObject({
    typed: { __typename: "InvalidInputError", field, message: "Text must show something." },
  });
  const { errors } = await ask(`mutation($input: Box!) { untyped(input: $input) }`, { input });
  expect(errors?.[0]?.extensions["code"]).toBe("BAD_USER_INPUT");
});

test("what is fine reaches the resolver as it came", async () => {
  seen.length = 0;
  const input = { name: "👩‍🍳 محمد", boxes: [{ size: 0 }, { name: "", size: 1e-100 }] };
  expect((await ask(`mutation($input: Box!) { untyped(input: $input) }`, { input })).errors).toBeUndefined();
  const counted = await ask("{ thing { counted(by: 2147483647, is: null) } find(search: null) }");
  expect(counted.errors).toBeUndefined();
  expect(seen[0]).toMatchObject({ input: { ...input, size: 1 } });
});
