import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { mutate, paymentOf, placed, placeQuote, quote, see, startOrders, type Orders } from "./testing/harness.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders()));
afterAll(() => orders.stop());

test.each([
  ["a NUL", "\0"],
  ["half a character", "\ud800"],
])("text with %s is refused, not stored and not a failure", async (_, odd) => {
  const id = await placed(orders);
  await paymentOf(orders, id).authorized();
  const { customer, owner, support } = orders.callers;
  const kind = async (answer: Promise<{ __typename: string }>) => (await answer).__typename;
  expect(await kind(mutate(orders, "cancelOrder", { orderId: id, reason: odd }, customer))).toBe("InvalidInputError");
  expect(await kind(mutate(orders, "rejectOrder", { orderId: id, reason: odd }, owner))).toBe("InvalidInputError");
  const fault = { orderId: id, fault: "PLATFORM", reason: odd };
  expect(await kind(mutate(orders, "cancelOrderForFault", fault, support))).toBe("InvalidInputError");
  expect((await see(orders, id)).state).toBe("PLACED");
  const { quote: made } = await quote(orders);
  expect((await placeQuote(orders, { quoteId: made.id, idempotencyKey: odd })).field).toBe("input.idempotencyKey");
  const cart = {
    restaurantId: orders.restaurantId,
    lines: [{ itemId: newId("itm"), quantity: 1, modifierIds: [odd] }],
  };
  const set = `mutation ($input: SetCartInput!) { setCart(input: $input) { ... on InvalidInputError { field } } }`;
  const answer = await orders.graphql(set, { input: cart }, customer);
  expect(answer.data.setCart.field).toBe("input.lines[0].modifierIds[0]");
});

test.each(["9".repeat(15), "9".repeat(14), "1e3", "-1"])("a cursor with the time %s is refused", async (time) => {
  const after = Buffer.from(`${time}:${newId("ord")}`).toString("base64url");
  const query = `query ($after: String) { searchOrders(filter: {}, after: $after) { edges { cursor } } }`;
  const answer = await orders.graphql(query, { after }, orders.callers.support);
  expect(answer.errors?.map((error) => error.extensions.code)).toEqual(["BAD_USER_INPUT"]);
});

test("quotes are forgotten some time after they expired, orders never", async () => {
  const { quote: made } = await quote(orders);
  const id = await placed(orders);
  const ids = async () => (await orders.sql`select id from quotes`).length;
  orders.clock.advance(29 * 24 * 60 * 60_000);
  await orders.clean();
  expect(await ids()).toBeGreaterThan(0);
  orders.clock.advance(24 * 60 * 60_000 + 11 * 60_000);
  await orders.clean();
  expect(await ids()).toBe(0);
  expect((await placeQuote(orders, { quoteId: made.id })).__typename).toBe("NotFoundError");
  expect((await see(orders, id)).id).toBe(id);
});
