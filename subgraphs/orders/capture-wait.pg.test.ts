/** The kitchen's start waits for the capture that acceptance has asked for. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPreparing } from "./actions/start-preparing.ts";
import type { Deps } from "./deps.ts";
import { mutate, paymentOf, placed, see, startOrders, type Orders } from "./testing/harness.ts";

let orders: Orders;
// One connection for all, so that whoever held it while waiting would stop the others.
beforeAll(async () => void (orders = await startOrders({ CAPTURE_WAIT_MS: "20000", DATABASE_POOL: "1" })));
afterAll(() => orders.stop());

async function accepted() {
  const orderId = await placed(orders);
  const payment = paymentOf(orders, orderId);
  await payment.authorized();
  await mutate(orders, "acceptOrder", { orderId, prepMinutes: 15 }, orders.callers.owner);
  return { orderId, payment };
}

const start = (orderId: string) => mutate(orders, "startPreparing", { orderId }, orders.callers.owner);

test("right after acceptance it succeeds as soon as the payment is captured, and holds no connection meanwhile", async () => {
  const waiting = await Promise.all(Array.from({ length: 5 }, accepted));
  const started = waiting.map(({ orderId }) => start(orderId));
  for (const { orderId, payment } of waiting) {
    expect((await see(orders, orderId)).state).toBe("ACCEPTED");
    await payment.captured();
  }
  for (const answer of started) expect((await answer).order.state).toBe("PREPARING");
});

test("a capture that is refused ends the wait", async () => {
  const { orderId, payment } = await accepted();
  const started = start(orderId);
  await payment.captureFailed();
  expect((await started).__typename).toBe("WrongOrderStateError");
});

test("a caller who leaves ends the wait, and nothing is started", async () => {
  const { orderId, payment } = await accepted();
  const caller = new AbortController();
  const asker = { userId: orders.ids.owner, traceId: "0".repeat(32) };
  const settings = { CAPTURE_WAIT_MS: 3_600_000 } as Deps["settings"];
  const deps = { ...orders.deps, settings } as Deps;
  const started = startPreparing(deps, asker, orderId, caller.signal);
  caller.abort();
  expect(await started).toEqual({ ok: false, error: { tag: "NOT_CAPTURED" } });
  await payment.captured();
  expect((await see(orders, orderId)).state).toBe("ACCEPTED");
});

test("without a capture it is refused when the time is over", async () => {
  const impatient = await startOrders({ CAPTURE_WAIT_MS: "1" });
  const orderId = await placed(impatient);
  await paymentOf(impatient, orderId).authorized();
  await mutate(impatient, "acceptOrder", { orderId, prepMinutes: 15 }, impatient.callers.owner);
  expect((await mutate(impatient, "startPreparing", { orderId }, impatient.callers.owner)).__typename).toBe(
    "PaymentNotCapturedError",
  );
  await impatient.stop();
});
