import { afterAll, beforeAll, expect, test } from "vitest";
import { replay } from "./domain/order-states.ts";
import {
  cooking,
  deliveryOf,
  mutate,
  paymentOf,
  placed,
  published,
  see,
  startOrders,
  type Orders,
} from "./testing/harness.ts";

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

/** Minutes pass, and what falls due then happens. */
async function later(minutes: number): Promise<void> {
  orders.clock.advance(minutes * 60_000);
  await orders.runTimers();
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

/** The event of this type that was sent of the order. */
const told = async (id: string, type: string) =>
  (await orders.outbox()).find((one) => one.aggregateId === id && one.type === type)?.data as Record<string, unknown>;

test("an agreed charge, a quarter of the lines with their tax, travels with the event", async () => {
  const { id } = await accepted();
  const fee = "query ($id: ID!) { order(id: $id) { cancellationFee { amount currency } } }";
  const seen = await orders.graphql(fee, { id }, orders.callers.customer);
  expect(seen.data?.order.cancellationFee).toEqual({ amount: 2_750_000, currency: "IDR" });
  const mutation = `mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) {
    ... on CancellationFeeRequiredError { fee { amount currency } } } }`;
  const refused = await orders.graphql(
    mutation,
    { input: { orderId: id, maxFeeMinor: 2_749_999 } },
    orders.callers.customer,
  );
  expect(refused.data?.cancelOrder.fee).toEqual({ amount: 2_750_000, currency: "IDR" });
  expect((await cancel(id, { maxFeeMinor: 2_750_000 })).order.state).toBe("CANCELLING");
  expect(await told(id, "order.cancelling.v1")).toMatchObject({
    feeMinor: 2_750_000,
    ending: {
      endedIn: "ACCEPTED",
      fault: "CUSTOMER",
      charge: { itemsBps: 2_500, itemsMinor: 2_500_000, taxMinor: 250_000, totalMinor: 2_750_000, tipMinor: 0 },
    },
  });
});

test.each([
  ["CUSTOMER", 10_000_000 * 1.1 + 300_000 * 1.11],
  ["RESTAURANT", 0],
  ["COURIER", 0],
  ["PLATFORM", 0],
  ["NOBODY", 0],
])("support calls a ready order off, the fault %s's: the customer pays %i", async (fault, totalMinor) => {
  const { id } = await cooking(orders, "READY");
  const input = { orderId: id, fault, reason: "never fetched" };
  await mutate(orders, "cancelOrderForFault", input, orders.callers.support);
  const charge = expect.objectContaining({ totalMinor });
  const ending = { endedIn: "READY", fault, charge };
  expect(await told(id, "order.cancelling.v1")).toMatchObject({ feeMinor: totalMinor, ending });
});

test("a delivery that nobody decides on within a day failed by nobody's fault", async () => {
  const { id, delivery } = await cooking(orders, "READY");
  await delivery.pickedUp();
  await delivery.failed(800_000);
  await later(24 * 60 - 1);
  expect((await see(orders, id)).state).toBe("PICKED_UP");
  await later(1);
  const { state, history, attention } = await see(orders, id);
  expect([state, attention]).toEqual(["DELIVERY_FAILED", []]);
  expect(history.at(-1)).toMatchObject({ cause: "FAILURE_UNDECIDED", actor: "SYSTEM" });
  expect(await told(id, "order.delivery-failed.v1")).toMatchObject({
    fault: "NOBODY",
    courierId: orders.courierId,
    courierPayMinor: 8e5,
    ending: {
      endedIn: "PICKED_UP",
      fault: "NOBODY",
      charge: { totalMinor: 0 },
    },
  });
});

test("support that decides in time is not overruled later, and a failure that is told again starts nothing anew", async () => {
  const { id, delivery } = await cooking(orders, "READY");
  await delivery.pickedUp();
  await delivery.failed(800_000);
  const input = { orderId: id, fault: "CUSTOMER", reason: "nobody at home" };
  await mutate(orders, "resolveFailedDelivery", input, orders.callers.support);
  await delivery.failed(800_000);
  await later(48 * 60);
  expect(await see(orders, id)).toMatchObject({ state: "DELIVERY_FAILED", attention: [] });
  expect(await published(orders, id)).toEqual(expect.not.arrayContaining(["order.completed.v1"]));
  const failures = (await published(orders, id)).filter((type) => type === "order.delivery-failed.v1");
  expect(failures).toHaveLength(1);
  const total = 10_000_000 * 1.1 + 300_000 * 1.11 + 1_000_000 * 1.11;
  expect(await told(id, "order.delivery-failed.v1")).toMatchObject({ ending: { charge: { totalMinor: total } } });
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
  const ending = { endedIn: "ACCEPTED", fault: "PLATFORM", charge: { totalMinor: 0 } };
  expect(await told(id, "order.cancelling.v1")).toMatchObject({ feeMinor: 0, ending });
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
