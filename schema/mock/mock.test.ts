import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execute, getNamedType, getOperationAST, graphql, type GraphQLObjectType } from "graphql";
import { expect, test } from "vitest";
import { registeredOperations } from "../operations/registry.ts";
import { mockSchema } from "./schema.ts";
import { sumsOf, type Invented } from "./sums.ts";

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

const money = "{ amount currency }";
const amounts = `amounts { subtotal ${money} addedTax ${money} includedTax ${money} items ${money} discount ${money} tax ${money} fees ${money} deliveryFee ${money} serviceFee ${money} smallOrderFee ${money} tip ${money} total ${money} }`;
const lines = `lines { quantity name item { name } unitPrice ${money} lineTotal ${money} discount ${money} tax ${money} modifiers { price ${money} } }`;
type Money = { amount: number };
type Line = { quantity: number; name: string; item: { name: string } } & Record<
  "unitPrice" | "lineTotal" | "discount" | "tax",
  Money
> & { modifiers: { price: Money }[] };
type Priced = { lines: Line[]; amounts: Record<string, Money> };
const total = (all: readonly Money[]) => all.reduce((sum, { amount }) => sum + amount, 0);

function expectSums({ lines: all, amounts: given }: Priced): void {
  const of = (name: string) => given[name]?.amount ?? Number.NaN;
  expect(all.length).toBeGreaterThan(0);
  for (const line of all) {
    expect(line.lineTotal.amount).toBe(line.unitPrice.amount * line.quantity);
    expect(line.unitPrice.amount).toBeGreaterThan(total(line.modifiers.map(({ price }) => price)));
    expect(line.name).toBe(line.item.name);
  }
  expect(of("subtotal")).toBe(of("items"));
  expect(of("addedTax")).toBe(of("tax"));
  expect(of("includedTax")).toBe(0);
  expect(of("items")).toBe(total(all.map(({ lineTotal }) => lineTotal)));
  expect(of("discount")).toBe(total(all.map(({ discount }) => discount)));
  expect(of("fees")).toBe(of("deliveryFee") + of("serviceFee") + of("smallOrderFee"));
  expect(of("tax")).toBeGreaterThanOrEqual(total(all.map(({ tax }) => tax)));
  expect(of("total")).toBe(of("items") - of("discount") + of("tax") + of("fees") + of("tip"));
}

test.for(["ord_1", "ord_2", "ord_3"])("the amounts of order %s add up, and are those of its payment", async (id) => {
  const paid = `payment { amount ${money} captured ${money} lines { quantity amount ${money} } order { ${amounts} } }`;
  const { order } = (await ask(`{ order(id: "${id}") { ${lines} ${amounts} ${paid} } }`)) as never as {
    order: Priced & {
      payment: { amount: Money; captured: Money; lines: { amount: Money }[]; order: Pick<Priced, "amounts"> };
    };
  };
  expectSums(order);
  const { payment } = order;
  expect(payment.amount).toEqual(order.amounts["total"]);
  expect(payment.captured).toEqual(payment.amount);
  expect(total(payment.lines.map(({ amount }) => amount))).toBe(order.amounts["items"]?.amount);
  expect(payment.order.amounts).toEqual(order.amounts);
});

test("no amount that is part of a sum is drawn on its own", () => {
  const given = (type: string) => sumsOf(type, "any");
  const order = given("Order");
  const [line] = order["lines"] as Invented[];
  const payment = given("Payment");
  const [paid] = payment["lines"] as Invented[];
  const parts: Record<string, Record<string, unknown> | undefined> = {
    OrderAmounts: (order["amounts"] as Invented).given,
    OrderLine: line?.given,
    PaymentLine: paid?.given,
    Payout: given("Payout"),
    Statement: given("Statement"),
    StatementLine: given("StatementLine"),
    TrialBalance: given("TrialBalance"),
  };
  for (const [type, values = {}] of Object.entries(parts)) {
    const fields = Object.values((schema.getType(type) as GraphQLObjectType).getFields());
    const amountsOfType = fields.filter((field) => getNamedType(field.type).name === "Money").map(({ name }) => name);
    expect(amountsOfType.length, type).toBeGreaterThan(0);
    expect(Object.keys(values), type).toEqual(expect.arrayContaining(amountsOfType));
  }
});

test("a line of a payment is one of its order's", async () => {
  const query = `{ order(id: "ord_1") { lines { id name } payment { lines { orderLineId name } } } }`;
  const { order } = (await ask(query)) as never as {
    order: { lines: { id: string; name: string }[]; payment: { lines: { orderLineId: string; name: string }[] } };
  };
  const paid = order.payment.lines.map(({ orderLineId, name }) => ({ id: orderLineId, name }));
  expect(paid).toEqual(order.lines);
});

test("the amounts of a quote add up", async () => {
  const { quote } = (await ask(`{ quote(id: "quo_1") { ${lines} ${amounts} } }`)) as never as { quote: Priced };
  expectSums(quote);
});

test("a statement leads from its opening to its closing balance", async () => {
  const net = `gross ${money} tips ${money} commission ${money} promoShare ${money} refunds ${money} payouts ${money} other ${money} net ${money}`;
  const query = `{ restaurant(id: "rst_1") { statement(from: "2026-03-01", to: "2026-03-07", currency: "IDR") { opening ${money} closing ${money} lines { edges { node { ${net} } } } } } }`;
  const { restaurant } = (await ask(query)) as never as {
    restaurant: {
      statement: { opening: Money; closing: Money; lines: { edges: { node: Record<string, Money> }[] } };
    };
  };
  const { opening, closing, lines: connection } = restaurant.statement;
  let balance = opening.amount;
  for (const { node } of connection.edges) {
    const of = (name: string) => node[name]?.amount ?? Number.NaN;
    const earned = of("gross") + of("tips") + of("other") - of("commission") - of("promoShare");
    expect(of("net")).toBe(earned - of("refunds") - of("payouts"));
    balance += of("net");
  }
  expect(closing.amount).toBe(balance);
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
  expect((await ask(mutation, "QuoteExpiredError")).placeOrder).toEqual({
    __typename: "QuoteExpiredError",
    message: "Quote expired.",
  });
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
