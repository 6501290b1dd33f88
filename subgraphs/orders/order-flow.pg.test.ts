import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { events } from "../../schema/events.ts";
import { replay } from "./domain/order-states.ts";
import {
  deliveryOf,
  mutate,
  paymentOf,
  placed,
  published,
  quote,
  see,
  startOrders,
  type Orders,
} from "./testing/harness.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders()));
afterAll(() => orders.stop());

const minutes = (count: number) => count * 60_000;

test("an order goes from quote to completed, each step told to the others", async () => {
  const made = await quote(orders, { tipMinor: 200_000 });
  expect(made.quote.amounts).toEqual({
    items: { amount: 10_000_000 },
    tax: { amount: 1_000_000 + 110_000 + 33_000 },
    fees: { amount: 1_300_000 },
    tip: { amount: 200_000 },
    total: { amount: 12_643_000, currency: "IDR" },
  });
  const id = await placed(orders);
  const payment = paymentOf(orders, id);
  const delivery = deliveryOf(orders, id);
  await payment.authorized();
  expect((await see(orders, id)).state).toBe("PLACED");
  expect(
    (await mutate(orders, "acceptOrder", { orderId: id, prepMinutes: 15 }, orders.callers.owner)).order.state,
  ).toBe("ACCEPTED");
  expect((await mutate(orders, "startPreparing", { orderId: id }, orders.callers.owner)).__typename).toBe(
    "PaymentNotCapturedError",
  );
  await payment.captured();
  expect((await mutate(orders, "startPreparing", { orderId: id }, orders.callers.owner)).order.state).toBe("PREPARING");
  expect((await mutate(orders, "markReady", { orderId: id }, orders.callers.owner)).order.state).toBe("READY");
  await delivery.assigned();
  expect((await see(orders, id, orders.callers.courier)).state).toBe("READY");
  await delivery.pickedUp();
  await delivery.delivered();
  orders.clock.advance(minutes(24 * 60));
  await orders.runTimers();
  const done = await see(orders, id);
  expect(done.state).toBe("COMPLETED");
  expect(replay(done.history)).toEqual({ ok: true, value: "COMPLETED" });
  expect(done.history.every((step: { traceId: string }) => /^[0-9a-f]{32}$/.test(step.traceId))).toBe(true);
  const steps = ["created", "placed", "accepted", "preparing", "ready", "picked-up", "delivered", "completed"];
  expect(await published(orders, id)).toEqual(steps.map((step) => `order.${step}.v1`));
  const completed = (await orders.outbox()).find(
    (event) => event.aggregateId === id && event.type === "order.completed.v1",
  );
  const data = events["order.completed.v1"].data.parse(completed?.data);
  expect(data).toMatchObject({ courierId: orders.courierId, courierPayMinor: 800_000, items: [{ quantity: 2 }] });
});

test("a pickup order is collected with the customer's code, at most once", async () => {
  const id = await placed(orders, { fulfilment: "PICKUP", addressId: null });
  const payment = paymentOf(orders, id);
  await payment.authorized();
  await mutate(orders, "acceptOrder", { orderId: id, prepMinutes: 5 }, orders.callers.owner);
  await payment.captured();
  await mutate(orders, "startPreparing", { orderId: id }, orders.callers.owner);
  await mutate(orders, "markReady", { orderId: id }, orders.callers.owner);
  expect((await see(orders, id, orders.callers.owner)).collectionCode).toBeNull();
  const { collectionCode: code } = await see(orders, id, orders.callers.customer);
  const wrong = code === "000000" ? "000001" : "000000";
  const confirm = (given: string) =>
    mutate(orders, "confirmCollection", { orderId: id, code: given }, orders.callers.owner);
  expect((await confirm(wrong)).__typename).toBe("WrongCodeError");
  expect((await confirm(code)).order.state).toBe("COLLECTED");
  expect((await confirm(wrong)).__typename).toBe("WrongOrderStateError");
  expect((await confirm(code)).order.state).toBe("COLLECTED");
  expect((await published(orders, id)).filter((type) => type === "order.collected.v1")).toHaveLength(1);
});

test("two acceptances in the same moment: one wins, the other learns the state", async () => {
  const id = await placed(orders);
  await paymentOf(orders, id).authorized();
  const accept = (prepMinutes: number) =>
    mutate(orders, "acceptOrder", { orderId: id, prepMinutes }, orders.callers.owner);
  const answers = await Promise.all([accept(15), accept(20)]);
  expect(answers.map((answer) => answer.__typename).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    "AcceptOrderSuccess",
    "WrongOrderStateError",
  ]);
  expect((await published(orders, id)).filter((type) => type === "order.accepted.v1")).toHaveLength(1);
});

test("without payment, acceptance or collection in time, timers act", async () => {
  const unpaid = await placed(orders);
  orders.clock.advance(minutes(10));
  await orders.runTimers();
  expect((await see(orders, unpaid)).state).toBe("PAYMENT_FAILED");
  await paymentOf(orders, unpaid).authorized();
  expect((await see(orders, unpaid)).state).toBe("PAYMENT_FAILED");

  const ignored = await placed(orders);
  await paymentOf(orders, ignored).authorized();
  orders.clock.advance(minutes(5));
  await orders.runTimers();
  expect((await see(orders, ignored)).state).toBe("EXPIRED");
});

test("a declined card ends the order", async () => {
  const id = await placed(orders);
  await paymentOf(orders, id).failed();
  const order = await see(orders, id);
  expect(order.state).toBe("PAYMENT_FAILED");
  expect(order.history.at(-1).reason).toBe("card_declined");
});

test("a rejected order tells why", async () => {
  const id = await placed(orders);
  await paymentOf(orders, id).authorized();
  const reject = (reason: string) => mutate(orders, "rejectOrder", { orderId: id, reason }, orders.callers.owner);
  expect((await reject(" ")).__typename).toBe("InvalidInputError");
  expect((await reject("Out of rice")).order.state).toBe("REJECTED");
  expect(await published(orders, id)).toContain("order.rejected.v1");
});

test("events out of order wait for their predecessors; a forgotten button is made up for", async () => {
  const id = await placed(orders);
  const payment = paymentOf(orders, id);
  const delivery = deliveryOf(orders, id);
  await payment.authorized();
  await mutate(orders, "acceptOrder", { orderId: id, prepMinutes: 15 }, orders.callers.owner);
  await payment.captured();
  expect(await delivery.delivered(2)).toBe("parked");
  expect((await see(orders, id)).state).toBe("ACCEPTED");
  await delivery.pickedUp(1);
  const order = await see(orders, id);
  expect(order.state).toBe("DELIVERED");
  expect(replay(order.history)).toEqual({ ok: true, value: "DELIVERED" });
});

test("a decline that leaves other cards to try ends nothing; time or the last card does", async () => {
  const id = await placed(orders);
  const created = (await orders.outbox()).find(
    (event) => event.aggregateId === id && event.type === "order.created.v1",
  );
  const { payUntil = "" } = events["order.created.v1"].data.parse(created?.data);
  expect(Date.parse(payUntil) - orders.clock.now().getTime()).toBe(minutes(10));
  const paymentId = newId("pay");
  const declined = { paymentId, orderId: id, reason: "insufficient_funds", triesLeft: 4 };
  await orders.emit("payment.declined.v1", paymentId, declined);
  expect((await see(orders, id)).state).toBe("PENDING_PAYMENT");
  await paymentOf(orders, id).authorized();
  expect((await see(orders, id)).state).toBe("PLACED");
});

test("a new order tells what each of its lines was charged: together the items, and the tax that is not the fees'", async () => {
  const id = await placed(orders);
  const created = (await orders.outbox()).find(
    ({ aggregateId, type }) => aggregateId === id && type === "order.created.v1",
  );
  const { amounts, lines = [] } = events["order.created.v1"].data.parse(created?.data);
  expect(lines.map(({ lineId }) => lineId)).toEqual(lines.map((_, position) => `${id}.${position}`));
  const sum = (part: "netMinor" | "taxMinor") => lines.reduce((total, line) => total + line[part], 0);
  expect(sum("netMinor")).toBe(amounts.itemsMinor - amounts.discountMinor);
  expect([sum("taxMinor"), amounts.taxMinor - sum("taxMinor")]).toEqual([1_000_000, 110_000 + 33_000]);
});
