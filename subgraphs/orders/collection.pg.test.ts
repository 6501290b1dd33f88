/** Handing a pickup order over the counter, and guessing its code. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { mutate, paymentOf, placed, see, startOrders, type Orders } from "./testing/harness.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders({ COLLECTION_CODE_TRIES: "3" })));
afterAll(() => orders.stop());

async function ready() {
  const id = await placed(orders, { fulfilment: "PICKUP", addressId: null });
  const payment = paymentOf(orders, id);
  const handle = (name: string, more: object = {}) =>
    mutate(orders, name, { orderId: id, ...more }, orders.callers.owner);
  const { collectionCode: code } = await see(orders, id, orders.callers.customer);
  const wrong = code === "000000" ? "000001" : "000000";
  const confirm = (given: string) => handle("confirmCollection", { code: given });
  const early = await confirm(wrong);
  await payment.authorized();
  await handle("acceptOrder", { prepMinutes: 5 });
  await payment.captured();
  await handle("startPreparing");
  await handle("markReady");
  return { id, code, wrong, confirm, early };
}

test("after a few wrong codes not even the right one is looked at, until the lock is over", async () => {
  const { code, wrong, confirm } = await ready();
  expect(await confirm(wrong)).toMatchObject({ __typename: "WrongCodeError", triesLeft: 2 });
  expect(await confirm(`${code}0`)).toMatchObject({ __typename: "WrongCodeError", triesLeft: 1 });
  expect(await confirm("")).toMatchObject({ __typename: "WrongCodeError", triesLeft: 0 });
  const until = new Date(orders.clock.now().getTime() + 5 * 60_000).toISOString();
  expect(await confirm(code)).toMatchObject({ __typename: "CodeLockedError", lockedUntil: until });
  orders.clock.advance(5 * 60_000);
  expect(await confirm(wrong)).toMatchObject({ __typename: "WrongCodeError", triesLeft: 2 });
  expect((await confirm(` ${code} `)).order.state).toBe("COLLECTED");
});

test("guesses in the same moment are counted one after the other", async () => {
  const { wrong, confirm } = await ready();
  const answers = await Promise.all(Array.from({ length: 8 }, () => confirm(wrong)));
  const kinds = answers.map((answer) => answer.__typename);
  expect(kinds.filter((kind) => kind === "WrongCodeError")).toHaveLength(3);
  expect(kinds.filter((kind) => kind === "CodeLockedError")).toHaveLength(5);
});

test("an order that is not ready says so, whatever the code, and counts nothing", async () => {
  const { early, wrong, confirm } = await ready();
  expect(early.__typename).toBe("WrongOrderStateError");
  expect(await confirm(wrong)).toMatchObject({ triesLeft: 2 });
});
