/** A step that the same person takes again, with the same input, changes nothing and succeeds. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { cooking, mutate, paymentOf, placed, published, see, startOrders, type Orders } from "./testing/harness.ts";

let orders: Orders;
/** Staff of the same restaurant. */
let colleague: Orders["callers"]["owner"];
beforeAll(async () => {
  orders = await startOrders();
  const userId = newId("usr");
  colleague = userCaller(userId, "customer");
  const membership = { membershipId: newId("mem"), userId, restaurantId: orders.restaurantId, role: "STAFF" as const };
  await orders.emit("membership.changed.v1", membership.membershipId, membership);
});
afterAll(() => orders.stop());

/** What must not move: state, history, and what others were told. */
const traces = async (id: string) => ({ ...(await see(orders, id)), published: await published(orders, id) });

/** Takes the step, again as the same person, then as another and with another input: refused in the order's present state. */
async function repeat(
  name: string,
  input: Record<string, unknown> & { orderId: string },
  other: object | null,
  by = orders.callers.owner,
) {
  const first = await mutate(orders, name, input, by);
  expect(first.__typename).toMatch(/Success$/);
  const before = await traces(input.orderId);
  expect(await mutate(orders, name, input, by)).toEqual(first);
  expect((await mutate(orders, name, input, colleague)).__typename).toBe("WrongOrderStateError");
  if (other) expect((await mutate(orders, name, { ...input, ...other }, by)).__typename).toBe("WrongOrderStateError");
  expect(await traces(input.orderId)).toEqual(before);
}

test("accepting, starting, finishing", async () => {
  const orderId = await placed(orders);
  const payment = paymentOf(orders, orderId);
  await payment.authorized();
  await repeat("acceptOrder", { orderId, prepMinutes: 15 }, { prepMinutes: 16 });
  await payment.captured();
  await repeat("startPreparing", { orderId }, null);
  const late = await mutate(orders, "acceptOrder", { orderId, prepMinutes: 15 }, orders.callers.owner);
  expect(late.__typename).toBe("WrongOrderStateError");
  await repeat("markReady", { orderId }, null);
});

test("rejecting", async () => {
  const orderId = await placed(orders);
  await paymentOf(orders, orderId).authorized();
  await repeat("rejectOrder", { orderId, reason: "Sold out." }, { reason: "Closed." });
});

test("handing over at the counter, with the customer's code alone", async () => {
  const { id: orderId } = await cooking(orders, "READY", { fulfilment: "PICKUP", addressId: null });
  const { collectionCode: code } = await see(orders, orderId, orders.callers.customer);
  await repeat("confirmCollection", { orderId, code }, { code: code === "000000" ? "000001" : "000000" });
});

test("giving a delivery up, by the same agent, for the same fault and reason", async () => {
  const { id: orderId, delivery } = await cooking(orders, "READY");
  await delivery.assigned();
  await delivery.pickedUp();
  const input = { orderId, fault: "PLATFORM", reason: "The bridge is out." };
  const give = (change: object = {}, by = orders.callers.support) =>
    mutate(orders, "resolveFailedDelivery", { ...input, ...change }, by);
  const first = await give();
  expect(first.__typename).toBe("ResolveFailedDeliverySuccess");
  const before = await traces(orderId);
  expect(await give()).toEqual(first);
  for (const again of [
    give({ fault: "COURIER" }),
    give({ reason: "Another." }),
    give({}, userCaller(newId("usr"), "support")),
  ])
    expect((await again).__typename).toBe("WrongOrderStateError");
  expect(await traces(orderId)).toEqual(before);
});

test("calling an order off, by the same agent, for the same fault and reason: the fault decides who pays", async () => {
  const { id: orderId, delivery, payment } = await cooking(orders, "READY");
  const input = { orderId, fault: "CUSTOMER", reason: "Never fetched." };
  const cancel = (change: object = {}, by = orders.callers.support) =>
    mutate(orders, "cancelOrderForFault", { ...input, ...change }, by);
  const check = async () => {
    const before = await traces(orderId);
    expect((await cancel()).__typename).toBe("CancelOrderSuccess");
    for (const again of [
      cancel({ fault: "RESTAURANT" }),
      cancel({ reason: "Another." }),
      cancel({}, userCaller(newId("usr"), "support")),
    ])
      expect((await again).__typename).toBe("WrongOrderStateError");
    expect(await traces(orderId)).toEqual(before);
  };
  expect((await cancel()).__typename).toBe("CancelOrderSuccess");
  await check();
  await delivery.cancelled();
  await payment.refunded();
  expect((await see(orders, orderId)).state).toBe("CANCELLED");
  await check();
});
