import { afterAll, beforeAll, expect, test } from "vitest";
import { replay } from "./domain/order-states.ts";
import { deliveryOf, mutate, paymentOf, placed, published, see, startOrders, type Orders } from "./testing/harness.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders()));
afterAll(() => orders.stop());

async function accepted(): Promise<{
  id: string;
  payment: ReturnType<typeof paymentOf>;
  delivery: ReturnType<typeof deliveryOf>;
}> {
  const id = await placed(orders);
  const payment = paymentOf(orders, id);
  await payment.authorized();
  await mutate(orders, "acceptOrder", { orderId: id, prepMinutes: 15 }, orders.callers.owner);
  return { id, payment, delivery: deliveryOf(orders, id) };
}

const cancel = (orderId: string, more: object = {}) =>
  mutate(orders, "cancelOrder", { orderId, ...more }, orders.callers.customer);

test.each([["delivery first"], ["money first"]])(
  "a cancellation ends only when delivery and money are settled: %s",
  async (first) => {
    const id = await placed(orders);
    const payment = paymentOf(orders, id);
    const delivery = deliveryOf(orders, id);
    await payment.authorized();
    expect((await cancel(id, { reason: "changed my mind" })).order.state).toBe("CANCELLING");
    expect((await cancel(id)).order.state).toBe("CANCELLING");
    await (first === "delivery first" ? delivery.cancelled() : payment.voided());
    expect((await see(orders, id)).state).toBe("CANCELLING");
    await (first === "delivery first" ? payment.voided() : delivery.cancelled());
    expect((await see(orders, id)).state).toBe("CANCELLED");
    expect(await published(orders, id)).toEqual([
      "order.created.v1",
      "order.placed.v1",
      "order.cancelling.v1",
      "order.cancelled.v1",
    ]);
  },
);

test("after acceptance the customer must agree to the fee, after that only support cancels", async () => {
  const { id, payment, delivery } = await accepted();
  expect((await cancel(id)).__typename).toBe("CancellationFeeRequiredError");
  await payment.captured();
  await mutate(orders, "startPreparing", { orderId: id }, orders.callers.owner);
  expect((await cancel(id, { maxFeeMinor: 100_000_000 })).__typename).toBe("WrongOrderStateError");
  const input = { orderId: id, fault: "RESTAURANT", reason: "no gas" };
  expect((await mutate(orders, "cancelOrderForFault", input, orders.callers.support)).order.state).toBe("CANCELLING");
  await delivery.cancelled();
  await payment.refunded();
  expect((await see(orders, id)).state).toBe("CANCELLED");
  const audits = (await orders.outbox()).filter((event) => event.type === "audit.recorded.v1");
  expect(audits.map((event) => event.data)).toMatchObject([
    { action: "order.cancel", subjectId: id, actorId: orders.ids.support },
  ]);
});

test("support's refund of a part ends no cancellation, the cancellation's own does, in either order", async () => {
  const before = await accepted();
  await before.payment.captured();
  await cancel(before.id, { maxFeeMinor: 100_000_000 });
  await before.delivery.cancelled();
  await before.payment.refunded({ full: false, cause: "SUPPORT" });
  await before.payment.refunded({ full: false });
  expect((await see(orders, before.id)).state).toBe("CANCELLING");
  await before.payment.refunded({ full: false, cause: "CANCELLATION" });
  expect((await see(orders, before.id)).state).toBe("CANCELLED");

  const after = await accepted();
  await after.payment.captured();
  await cancel(after.id, { maxFeeMinor: 100_000_000 });
  await after.payment.refunded({ full: false, cause: "CANCELLATION" });
  await after.payment.refunded({ full: false, cause: "SUPPORT" });
  expect((await see(orders, after.id)).state).toBe("CANCELLING");
  await after.delivery.cancelled();
  expect((await see(orders, after.id)).state).toBe("CANCELLED");
});

test("an agreed fee travels with the event", async () => {
  const { id } = await accepted();
  expect((await cancel(id, { maxFeeMinor: 2_500_000 })).order.state).toBe("CANCELLING");
  const event = (await orders.outbox()).find((one) => one.aggregateId === id && one.type === "order.cancelling.v1");
  expect(event?.data).toMatchObject({ feeMinor: 2_500_000 });
});

test("cancel against accept ends in one legal state", async () => {
  for (let round = 0; round < 5; round++) {
    const id = await placed(orders);
    await paymentOf(orders, id).authorized();
    await Promise.all([
      cancel(id),
      mutate(orders, "acceptOrder", { orderId: id, prepMinutes: 15 }, orders.callers.owner),
    ]);
    const { state, history } = await see(orders, id);
    expect(["ACCEPTED", "CANCELLING"]).toContain(state);
    expect(replay(history)).toEqual({ ok: true, value: state });
  }
});

test("a courier who has it already defeats the cancellation, whichever event comes first", async () => {
  const { id, payment, delivery } = await accepted();
  await payment.captured();
  await cancel(id, { maxFeeMinor: 100_000_000 });
  await delivery.pickedUp();
  await delivery.refused();
  const order = await see(orders, id);
  expect(order.state).toBe("PICKED_UP");
  expect(replay(order.history).ok).toBe(true);
  expect(await published(orders, id)).toContain("order.cancellation-refused.v1");
  await payment.voided();
  expect((await see(orders, id)).state).toBe("PICKED_UP");
  await delivery.delivered();
  expect((await see(orders, id)).state).toBe("DELIVERED");
});

test("a refused capture calls the order off", async () => {
  const { id, payment, delivery } = await accepted();
  await payment.captureFailed();
  expect((await see(orders, id)).state).toBe("CANCELLING");
  await delivery.cancelled();
  await payment.voided();
  expect((await see(orders, id)).state).toBe("CANCELLED");
});

test("support gives a delivery up, naming the fault", async () => {
  const { id, payment, delivery } = await accepted();
  const giveUp = (caller: Orders["callers"]["support"]) =>
    mutate(orders, "resolveFailedDelivery", { orderId: id, fault: "CUSTOMER", reason: "nobody at home" }, caller);
  expect((await giveUp(orders.callers.support)).__typename).toBe("WrongOrderStateError");
  await payment.captured();
  await delivery.pickedUp();
  await delivery.failed();
  expect((await see(orders, id)).attention).toEqual(["DELIVERY_FAILED"]);
  expect((await giveUp(orders.callers.customer)).errors[0].extensions.code).toBe("FORBIDDEN");
  expect((await giveUp(orders.callers.support)).order.state).toBe("DELIVERY_FAILED");
  const event = (await orders.outbox()).find(
    (one) => one.aggregateId === id && one.type === "order.delivery-failed.v1",
  );
  expect(event?.data).toMatchObject({ fault: "CUSTOMER" });
});
