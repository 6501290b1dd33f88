import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execute, getOperationAST, graphql } from "graphql";
import { expect, test } from "vitest";
import { registeredOperations } from "../operations/registry.ts";
import { mockSchema } from "./schema.ts";

const schema = mockSchema(readFileSync(join(import.meta.dirname, "../api.graphql"), "utf8"));
const now = new Date("2026-03-01T12:00:00Z");
type Answers = {
  restaurant: { id: string };
  restaurants: { edges: { node: { id: string } }[] };
  placeOrder: { __typename: string };
};
const ask = async (source: string, outcome?: string) => {
  const result = await graphql({ schema, source, contextValue: { now, outcome } });
  expect(result.errors).toBeUndefined();
  return JSON.parse(JSON.stringify(result.data)) as Answers;
};

test("one thing by id has that id, and is the same wherever it is asked", async () => {
  const query = `{ restaurant(id: "rst_1") { id name rating cuisines menu { name items { name price { amount currency } } } } }`;
  const first = await ask(query);
  expect(first.restaurant).toMatchObject({
    id: "rst_1",
    menu: [{ items: [{ price: { currency: "IDR" } }, {}, {}] }, {}, {}],
  });
  expect(await ask(query)).toEqual(first);
});

test("connections have as many edges as are asked for", async () => {
  const { restaurants } = await ask(
    `{ restaurants(first: 7) { edges { node { id name } } pageInfo { hasNextPage } } }`,
  );
  expect(restaurants.edges).toHaveLength(7);
  expect(new Set(restaurants.edges.map(({ node }) => node.id)).size).toBeGreaterThan(1);
});

test("mutations succeed unless another result is asked for", async () => {
  const mutation = `mutation { placeOrder(input: { quoteId: "q", paymentMethod: "p", idempotencyKey: "k" }) { __typename ... on PlaceOrderSuccess { order { state } } ... on UserError { message } } }`;
  expect((await ask(mutation)).placeOrder).toMatchObject({ __typename: "PlaceOrderSuccess", order: {} });
  expect((await ask(mutation, "QuoteExpiredError")).placeOrder.__typename).toBe("QuoteExpiredError");
});

test("inputs are checked as the real graph checks them", async () => {
  const result = await graphql({
    schema,
    source: `mutation { acceptOrder(input: { orderId: "o" }) { __typename } }`,
    contextValue: { now },
  });
  expect(result.errors?.[0]?.message).toContain("prepMinutes");
});

/** Values that fit each type of variable that queries take. */
const fitting: Record<string, unknown> = {
  ID: "id_1",
  Int: 3,
  LocationInput: { latitude: -6.2, longitude: 106.8 },
  OrderSearchInput: {},
  Currency: "IDR",
  LocalDate: "2026-03-01",
};

const queries = registeredOperations(join(import.meta.dirname, "../operations.json")).flatMap(({ name, document }) => {
  const operation = getOperationAST(document, name);
  return operation?.operation === "query" ? [[name, document, operation] as const] : [];
});

test.each(queries)(
  "%s, as a client has registered it, is answered without errors",
  async (_name, document, operation) => {
    const given = (operation.variableDefinitions ?? []).flatMap(({ variable, type }) => {
      const inner = type.kind === "NonNullType" ? type.type : type;
      const value = inner.kind === "NamedType" ? fitting[inner.name.value] : undefined;
      return value === undefined ? [] : [[variable.name.value, value] as const];
    });
    const contextValue = { now, outcome: undefined };
    const { errors, data } = await execute({
      schema,
      document,
      variableValues: Object.fromEntries(given),
      contextValue,
    });
    expect(errors).toBeUndefined();
    for (const value of Object.values(data ?? {})) expect(value).not.toBeNull();
  },
);
