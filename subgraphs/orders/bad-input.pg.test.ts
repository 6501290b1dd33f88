import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { mutate, paymentOf, placed, placeQuote, quote, see, startOrders, type Orders } from "./testing/harness.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders()));
afterAll(() => orders.stop());
afterEach(() => {
  Object.assign(orders.world, { open: true, inZone: true, problem: null, reserveProblems: [] });
  orders.world.down.clear();
});

const line = (quantity: number) => ({ itemId: newId("itm"), quantity, modifierIds: [] });
const countOrders = async () => (await orders.sql`select count(*)::int as n from orders`)[0]?.["n"];

test.each([
  ["a negative quantity", { lines: [line(-1)] }, "input.lines[0].quantity"],
  ["quantity zero", { lines: [line(0)] }, "input.lines[0].quantity"],
  ["a huge quantity", { lines: [line(2_000_000_000)] }, "input.lines[0].quantity"],
  ["no lines", { lines: [] }, "input.lines"],
  ["51 lines", { lines: Array.from({ length: 51 }, () => line(1)) }, "input.lines"],
  ["a negative tip", { tipMinor: -1 }, "input.tipMinor"],
  ["a tip on a pickup order", { fulfilment: "PICKUP", tipMinor: 5 }, "input.tipMinor"],
  ["no address", { addressId: null }, "input.addressId"],
  ["a past time", { scheduledFor: "2020-01-01T00:00:00Z" }, "input.scheduledFor"],
  ["a far time", { scheduledFor: "2036-01-01T00:00:00Z" }, "input.scheduledFor"],
])("quoteCart refuses %s", async (_, change, field) => {
  expect(await quote(orders, change)).toEqual({ __typename: "InvalidInputError", field });
});

test("quoteCart answers typed errors for what others say", async () => {
  expect((await quote(orders, { restaurantId: newId("rst") })).__typename).toBe("NotFoundError");
  expect((await quote(orders, { restaurantId: "nonsense" })).__typename).toBe("NotFoundError");
  expect((await quote(orders, { addressId: "x" })).__typename).toBe("NotFoundError");
  expect((await quote(orders, {}, orders.callers.stranger)).__typename).toBe("NotFoundError");
  orders.world.open = false;
  expect((await quote(orders)).__typename).toBe("RestaurantClosedError");
  orders.world.open = true;
  orders.world.inZone = false;
  expect((await quote(orders)).__typename).toBe("OutsideDeliveryZoneError");
});

test("dishes that are gone are named, with a quote of what is left", async () => {
  orders.world.problem = "OUT_OF_STOCK";
  const gone = newId("itm").slice(0, -1) + "1";
  const left = newId("itm").slice(0, -1) + "0";
  const lines = [gone, left].map((itemId) => ({ itemId, quantity: 3, modifierIds: [] }));
  const refused = await quote(orders, { lines });
  expect(refused.items).toEqual([{ problem: "SOLD_OUT", item: { id: gone } }]);
  expect(refused.freshQuote.lines).toEqual([{ quantity: 3 }]);
});

test.each(["menu", "users", "delivery"])("with %s down quoteCart says so and stores nothing", async (name) => {
  orders.world.down.add(name);
  const before = await orders.sql`select count(*)::int as n from quotes`;
  expect((await quote(orders)).errors[0].extensions.code).toBe("SUBGRAPH_UNAVAILABLE");
  expect(await orders.sql`select count(*)::int as n from quotes`).toEqual(before);
});

test.each(["menu", "delivery"])(
  "with %s down placeOrder writes nothing, and works with the same key later",
  async (name) => {
    const { quote: made } = await quote(orders);
    const input = { quoteId: made.id, idempotencyKey: newId("key") };
    const before = await countOrders();
    orders.world.down.add(name);
    expect((await placeQuote(orders, input)).errors[0].extensions.code).toBe("SUBGRAPH_UNAVAILABLE");
    expect(await countOrders()).toBe(before);
    orders.world.down.clear();
    expect((await placeQuote(orders, input)).__typename).toBe("PlaceOrderSuccess");
  },
);

test("the same key and body place one order, also at once; another body is a conflict", async () => {
  const { quote: made } = await quote(orders);
  const input = { quoteId: made.id, idempotencyKey: newId("key") };
  const answers = await Promise.all(Array.from({ length: 8 }, () => placeQuote(orders, input)));
  expect(new Set(answers.map((answer) => answer.order?.id)).size).toBe(1);
  expect((await placeQuote(orders, input)).order.id).toBe(answers[0].order.id);
  expect(answers[0].order.amounts.total).toEqual(made.amounts.total);
  expect((await placeQuote(orders, { ...input, paymentMethod: "pm_card_mastercard" })).__typename).toBe(
    "IdempotencyConflictError",
  );
});

test("a quote makes one order: another key gets a fresh quote", async () => {
  const { quote: made } = await quote(orders);
  await placeQuote(orders, { quoteId: made.id });
  const again = await placeQuote(orders, { quoteId: made.id });
  expect(again.__typename).toBe("QuoteExpiredError");
  expect(again.freshQuote.id).not.toBe(made.id);
});

test("two keys for one quote at once place one order", async () => {
  const { quote: made } = await quote(orders);
  const answers = await Promise.all([1, 2, 3].map(() => placeQuote(orders, { quoteId: made.id })));
  expect(answers.filter((answer) => answer.__typename === "PlaceOrderSuccess")).toHaveLength(1);
});

test("an expired quote answers a fresh one at today's price", async () => {
  const { quote: made } = await quote(orders);
  orders.clock.advance(10 * 60_000);
  const refused = await placeQuote(orders, { quoteId: made.id });
  expect(refused.__typename).toBe("QuoteExpiredError");
  expect((await placeQuote(orders, { quoteId: refused.freshQuote.id })).__typename).toBe("PlaceOrderSuccess");
});

test("the quoted price holds although the menu's has moved", async () => {
  const { quote: made } = await quote(orders);
  orders.world.unitPriceMinor = 9_000_000;
  const { order } = await placeQuote(orders, { quoteId: made.id });
  expect(order.amounts.total).toEqual(made.amounts.total);
  orders.world.unitPriceMinor = 5_000_000;
});

test("placeOrder refuses foreign and unknown quotes and bad payment methods", async () => {
  const { quote: made } = await quote(orders);
  expect((await placeQuote(orders, { quoteId: made.id }, orders.callers.stranger)).__typename).toBe("NotFoundError");
  expect((await placeQuote(orders, { quoteId: newId("qot") })).__typename).toBe("NotFoundError");
  expect((await placeQuote(orders, { quoteId: "'; drop table orders" })).__typename).toBe("NotFoundError");
  expect((await placeQuote(orders, { quoteId: made.id, paymentMethod: "4242424242424242" })).field).toBe(
    "input.paymentMethod",
  );
  expect((await placeQuote(orders, { quoteId: made.id, idempotencyKey: "" })).field).toBe("input.idempotencyKey");
});

test("placeOrder answers what moved since the quote", async () => {
  const { quote: made } = await quote(orders);
  orders.world.reserveProblems = [{ itemId: newId("itm"), problem: "OUT_OF_STOCK" }];
  expect(await placeQuote(orders, { quoteId: made.id })).toMatchObject({
    __typename: "ItemUnavailableError",
    items: [{ problem: "SOLD_OUT" }],
  });
  orders.world.reserveProblems = [{ itemId: null, problem: "RESTAURANT_CLOSED" }];
  expect((await placeQuote(orders, { quoteId: made.id })).__typename).toBe("RestaurantClosedError");
  orders.world.reserveProblems = [];
  orders.world.inZone = false;
  expect((await placeQuote(orders, { quoteId: made.id })).__typename).toBe("OutsideDeliveryZoneError");
});

test("other people's orders do not exist", async () => {
  const id = await placed(orders);
  await paymentOf(orders, id).authorized();
  const { stranger, customer, courier } = orders.callers;
  expect(await see(orders, id, stranger)).toBeNull();
  expect(await see(orders, id, courier)).toBeNull();
  for (const [name, input] of [
    ["cancelOrder", { orderId: id }],
    ["acceptOrder", { orderId: id, prepMinutes: 5 }],
    ["rejectOrder", { orderId: id, reason: "no" }],
    ["startPreparing", { orderId: id }],
    ["markReady", { orderId: id }],
    ["confirmCollection", { orderId: id, code: "1" }],
  ] as const)
    expect((await mutate(orders, name, input, stranger)).__typename).toBe("NotFoundError");
  expect((await mutate(orders, "acceptOrder", { orderId: id, prepMinutes: 5 }, customer)).__typename).toBe(
    "NotFoundError",
  );
  expect((await mutate(orders, "acceptOrder", { orderId: id, prepMinutes: -5 }, orders.callers.owner)).__typename).toBe(
    "InvalidInputError",
  );
  const entities = `query ($id: ID!) { _entities(representations: [{ __typename: "Order", id: $id }, { __typename: "Order", id: "bad" }]) { ... on Order { state } } }`;
  expect((await orders.graphql(entities, { id }, stranger)).data._entities).toEqual([null, null]);
  expect((await orders.graphql(entities, { id }, customer)).data._entities).toEqual([{ state: "PLACED" }, null]);
  expect((await orders.graphql(entities, { id })).data._entities).toEqual([null, null]);
});

test("queue, order list and cart are for their owners", async () => {
  await quote(orders);
  const query = `query ($user: ID!, $restaurant: ID!) { _entities(representations: [{ __typename: "User", id: $user }, { __typename: "Restaurant", id: $restaurant }]) {
    ... on User { orders(first: 1) { edges { node { id } } pageInfo { hasNextPage } } cart { lines { quantity } } }
    ... on Restaurant { orderQueue { edges { node { state } } } } } }`;
  const ids = { user: orders.ids.customer, restaurant: orders.restaurantId };
  const cart = { restaurantId: orders.restaurantId, lines: [line(2)] };
  await orders.graphql(
    `mutation ($input: SetCartInput!) { setCart(input: $input) { __typename } }`,
    { input: cart },
    orders.callers.customer,
  );
  const ask = async (caller: Orders["callers"]["owner"]) => (await orders.graphql(query, ids, caller)).data._entities;
  const [own] = await ask(orders.callers.customer);
  expect(own.orders.edges).toHaveLength(1);
  expect(own.cart).toEqual({ lines: [{ quantity: 2 }] });
  expect(await ask(orders.callers.stranger)).toEqual([{ orders: null, cart: null }, { orderQueue: null }]);
  const [, queue] = await ask(orders.callers.owner);
  expect(queue.orderQueue.edges.every((edge: { node: { state: string } }) => edge.node.state === "PLACED")).toBe(true);
});

test("a wrong page is refused", async () => {
  const ask = (page: string) =>
    orders.graphql(`{ searchOrders(filter: {}, ${page}) { edges { cursor } } }`, {}, orders.callers.support);
  expect((await ask("first: 101")).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  expect((await ask(`after: "x"`)).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  const one = await ask("first: 1");
  const next = await ask(`first: 1, after: "${one.data.searchOrders.edges[0].cursor}"`);
  expect(next.data.searchOrders.edges).not.toEqual(one.data.searchOrders.edges);
});

test("reorder keeps the tip, and puts the cart back of an order that was never paid", async () => {
  const reorder = async (id: string) => {
    const query = `mutation ($id: ID!) { reorder(input: { orderId: $id }) { ... on QuoteCartSuccess { quote { amounts { tip { amount } } } } } }`;
    const { data } = await orders.graphql(query, { id }, orders.callers.customer);
    return data.reorder.quote.amounts.tip.amount;
  };
  const me = { of: [{ __typename: "User", id: orders.ids.customer }] };
  const cart = async () => {
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { cart { lines { quantity } } } } }`;
    return (await orders.graphql(query, me, orders.callers.customer)).data._entities[0].cart;
  };
  const unpaid = await placed(orders, { tipMinor: 250_000 });
  expect(await reorder(unpaid)).toBe(250_000);
  expect(await cart()).toBeNull();
  await paymentOf(orders, unpaid).failed();
  expect((await see(orders, unpaid)).state).toBe("PAYMENT_FAILED");
  expect(await reorder(unpaid)).toBe(250_000);
  expect(await cart()).toEqual({ lines: [{ quantity: 2 }] });
  await orders.graphql("mutation { clearCart { __typename } }", {}, orders.callers.customer);
});

test("reorder quotes an own order's lines anew", async () => {
  const id = await placed(orders);
  const query = `mutation ($id: ID!) { reorder(input: { orderId: $id }) { __typename ... on QuoteCartSuccess { quote { lines { quantity } } } } }`;
  const again = await orders.graphql(query, { id }, orders.callers.customer);
  expect(again.data.reorder.quote.lines).toEqual([{ quantity: 2 }]);
  expect((await orders.graphql(query, { id }, orders.callers.stranger)).data.reorder.__typename).toBe("NotFoundError");
});

test("internal fields answer only the service they are for", async () => {
  const id = await placed(orders);
  const query = `query ($id: ID!) { deliveryInstructions(orderId: $id) { pickupName dropoffAddress recipientName feeMinor distanceMeters } }`;
  const answer = await orders.graphql(query, { id }, { kind: "service", service: "delivery" });
  expect(answer.data.deliveryInstructions).toEqual({
    pickupName: "Warung",
    dropoffAddress: "Jalan Melati 1, Jakarta, 10110",
    recipientName: "Ayu",
    feeMinor: 1_000_000,
    distanceMeters: 2000,
  });
  for (const caller of [orders.callers.customer, orders.callers.support, { kind: "service", service: "menu" } as const])
    expect((await orders.graphql(query, { id }, caller)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
});

test("an erased person's snapshots go when their last live order has ended", async () => {
  const fresh = await startOrders();
  try {
    const id = await placed(fresh);
    const payment = paymentOf(fresh, id);
    await fresh.emit("user.erased.v1", fresh.ids.customer, { userId: fresh.ids.customer });
    const data = async () => {
      const query = `query ($id: ID!) { ordersPersonalData(userId: $id) }`;
      return JSON.stringify(
        await fresh.graphql(query, { id: fresh.ids.customer }, { kind: "service", service: "users" }),
      );
    };
    expect(await data()).toContain("Jalan Melati");
    await payment.failed();
    expect(await data()).not.toContain("Jalan Melati");
    expect(await data()).not.toContain("Ayu");
  } finally {
    await fresh.stop();
  }
});
