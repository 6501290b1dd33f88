import { afterAll, beforeAll, expect, test } from "vitest";
import { cooking, mutate, paymentOf, placed, see, startOrders, type Orders } from "./testing/harness.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders()));
afterAll(() => orders.stop());

test("two moves in one request each tell the whole history", async () => {
  const { id } = await cooking(orders, "ACCEPTED");
  const query = `mutation ($id: ID!) {
    first: startPreparing(input: { orderId: $id }) { ... on StartPreparingSuccess { order { history { to } } } }
    second: markReady(input: { orderId: $id }) { ... on MarkReadySuccess { order { history { to } } } }
  }`;
  const { data } = await orders.graphql(query, { id }, orders.callers.owner);
  expect(data.first.order.history.at(-1)).toEqual({ to: "PREPARING" });
  expect(data.second.order.history.at(-1)).toEqual({ to: "READY" });
});

test("a rejection is the restaurant's: with its words, and with who gave them to support alone", async () => {
  const id = await placed(orders);
  await paymentOf(orders, id).authorized();
  await mutate(orders, "rejectOrder", { orderId: id, reason: "no gas" }, orders.callers.owner);
  const last = async (caller: Orders["callers"]["support"]) => (await see(orders, id, caller)).history.at(-1);
  const step = { from: "PLACED", to: "REJECTED", cause: "RESTAURANT_REJECTED", actor: "RESTAURANT", reason: "no gas" };
  expect(await last(orders.callers.support)).toMatchObject({ ...step, by: { id: orders.ids.owner } });
  expect(await last(orders.callers.customer)).toMatchObject({ ...step, by: null });
});

test("the history names the courier to support, and to nobody else", async () => {
  const { id, delivery } = await cooking(orders, "READY");
  await delivery.pickedUp();
  await delivery.delivered();
  const byCourier = async (caller: Orders["callers"]["support"]) =>
    (await see(orders, id, caller)).history
      .filter((step: { actor: string }) => step.actor === "COURIER")
      .map((step: { by: object | null }) => step.by);
  const courier = { id: orders.ids.courierUser };
  expect(await byCourier(orders.callers.support)).toEqual([courier, courier]);
  expect(await byCourier(orders.callers.customer)).toEqual([null, null]);
});
