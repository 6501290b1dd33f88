import { afterAll, beforeAll, expect, test } from "vitest";
import { cooking, deliveryOf, mutate, paymentOf, placed, see, startOrders, type Orders } from "./testing/harness.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders()));
afterAll(() => orders.stop());

const words = "I am Ayu, call me at +628111";

async function cancelledWithWords() {
  const id = await placed(orders);
  const payment = paymentOf(orders, id);
  await payment.authorized();
  await mutate(orders, "cancelOrder", { orderId: id, reason: words }, orders.callers.customer);
  await deliveryOf(orders, id).cancelled();
  await payment.voided();
  return id;
}

test("what a person wrote stays in orders: events carry the cause", async () => {
  const id = await cancelledWithWords();
  expect(await see(orders, id)).toMatchObject({ state: "CANCELLED", cancelReason: words });
  const refused = await placed(orders);
  await paymentOf(orders, refused).authorized();
  await mutate(orders, "rejectOrder", { orderId: refused, reason: words }, orders.callers.owner);
  const told = await orders.outbox();
  expect(JSON.stringify(told)).not.toContain(words);
  const reasons = told.flatMap(({ type, data }) =>
    type === "order.cancelling.v1" || type === "order.rejected.v1" ? [(data as { reason: string }).reason] : [],
  );
  expect(reasons).toEqual(["CUSTOMER_CANCELLED", "RESTAURANT_REJECTED"]);
});

test("an erased person's words go with the address; what others decided stays", async () => {
  const own = await cancelledWithWords();
  const { id: others, payment, delivery } = await cooking(orders, "ACCEPTED");
  const fault = { orderId: others, fault: "RESTAURANT", reason: "the oven broke" };
  await mutate(orders, "cancelOrderForFault", fault, orders.callers.support);
  await delivery.cancelled();
  await payment.refunded();
  await orders.emit("user.erased.v1", orders.ids.customer, { userId: orders.ids.customer });
  const left = await see(orders, own);
  expect(left).toMatchObject({ state: "CANCELLED", cancelReason: null });
  expect(JSON.stringify(left)).not.toContain(words);
  expect(await see(orders, others)).toMatchObject({ state: "CANCELLED", cancelReason: "the oven broke" });
  expect((await see(orders, others)).history.map(({ reason }: { reason: string }) => reason)).toContain(
    "the oven broke",
  );
});
