import { eq } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { historyByOrder, ordersByIds } from "./db/queries.ts";
import { timers as timerRows } from "./db/tables.ts";
import { reasonsIn } from "./domain/attention.ts";
import { isTerminal, replay, type HistoryStep, type OrderState } from "./domain/order-states.ts";
import { deliveryOf, mutate, paymentOf, placed, published, startOrders, type Orders } from "./testing/harness.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders()));
afterAll(() => orders.stop());

type Doing = {
  id: string;
  payment: ReturnType<typeof paymentOf>;
  delivery: ReturnType<typeof deliveryOf>;
};

const as =
  (who: "customer" | "owner" | "support", name: string, more: object = {}) =>
  ({ id }: Doing) =>
    mutate(orders, name, { orderId: id, ...more }, orders.callers[who]);

const later = (minutes: number) => async () => {
  orders.clock.advance(minutes * 60_000);
  await orders.runTimers();
};

const hasCooked = async (id: string) => (await look(id)).history.some(({ to }) => to === "PREPARING");

/** Everything that people, time, payments and delivery may do to an order, whether it makes sense then or not. */
const deeds: Record<string, (doing: Doing) => Promise<unknown>> = {
  methodSaved: ({ payment }) => payment.methodSaved(),
  authorized: ({ payment }) => payment.authorized(),
  captured: ({ payment }) => payment.captured(),
  declined: ({ payment }) => payment.failed(),
  captureFailed: ({ payment }) => payment.captureFailed(),
  voided: ({ payment }) => payment.voided(),
  refundedInPart: ({ payment }) => payment.refunded({ full: false, cause: "SUPPORT" }),
  refunded: ({ payment }) => payment.refunded({ full: false, cause: "CANCELLATION" }),
  assigned: ({ delivery }) => delivery.assigned(),
  unassigned: ({ delivery }) => delivery.unassigned(),
  supportNeeded: ({ delivery }) => delivery.supportNeeded(),
  withdrawn: ({ delivery }) => delivery.cancelled(),
  deliveryFailed: ({ delivery }) => delivery.failed(),
  // A courier gets the food of a kitchen that began, and delivers what was picked up; delivery sees to that.
  pickedUp: async ({ id, delivery }) => {
    if (await hasCooked(id)) await delivery.pickedUp();
  },
  tooLate: async ({ id, delivery }) => {
    if (await hasCooked(id)) await delivery.refused();
  },
  delivered: ({ delivery }) => delivery.delivered(),
  cancel: as("customer", "cancelOrder", { maxFeeMinor: 100_000_000 }),
  accept: as("owner", "acceptOrder", { prepMinutes: 15 }),
  reject: as("owner", "rejectOrder", { reason: "no gas" }),
  start: as("owner", "startPreparing"),
  ready: as("owner", "markReady"),
  cancelForFault: as("support", "cancelOrderForFault", { fault: "PLATFORM", reason: "test" }),
  giveUp: as("support", "resolveFailedDelivery", { fault: "COURIER", reason: "test" }),
  soon: later(3),
  later: later(21),
  muchLater: later(120),
};

const fulfilment = ["authorized", "accept", "captured", "start", "ready", "assigned", "pickedUp", "delivered"];
const anyStory = fc.record({
  forLater: fc.boolean(),
  /** How far it goes as it should before anything may happen. */
  depth: fc.nat({ max: fulfilment.length }),
  deeds: fc.array(fc.constantFrom(...Object.keys(deeds)), { minLength: 4, maxLength: 14 }),
});

async function look(id: string) {
  const row = (await ordersByIds(orders.db, [id])).get(id);
  if (row === undefined) throw new Error("the order is gone");
  const steps = (await historyByOrder(orders.db, [id])).get(id) ?? [];
  const history = steps.map(({ fromState: from, toState: to, cause }): HistoryStep => ({ from, to, cause }));
  const timers = await orders.db.select().from(timerRows).where(eq(timerRows.key, id));
  return { row, history, timers: timers.map(({ name }) => name) };
}

async function expectSound(id: string, ended: OrderState | null): Promise<OrderState> {
  const { row, history, timers } = await look(id);
  expect(replay(history)).toEqual({ ok: true, value: row.state });
  if (ended !== null) expect(row.state).toBe(ended);
  expect(reasonsIn(row.state, row.attention)).toEqual(row.attention);
  if (row.state === "CANCELLED") expect([row.withdrawnAt, row.settledAt]).not.toContain(null);
  if (isTerminal(row.state)) expect({ timers, closed: row.closedAt !== null }).toEqual({ timers: [], closed: true });
  // Whoever must decide or answer next: their time is running, or support was told.
  else expect(timers.length > 0 || row.attention !== null).toBe(true);
  return row.state;
}

test("whatever happens in whatever order, an order moves along the table, tells every move once, and never hangs", async () => {
  await fc.assert(
    fc.asyncProperty(anyStory, async ({ forLater, depth, deeds: surprises }) => {
      const scheduledFor = forLater ? new Date(orders.clock.now().getTime() + 3 * 60 * 60_000).toISOString() : null;
      const id = await placed(orders, { scheduledFor });
      const doing = { id, payment: paymentOf(orders, id), delivery: deliveryOf(orders, id) };
      const way = [...(forLater ? ["methodSaved", "muchLater"] : []), ...fulfilment];
      const begun = depth === 0 ? [] : way.slice(0, way.indexOf(fulfilment[depth - 1] ?? "") + 1);
      let ended: OrderState | null = null;
      for (const name of [...begun, ...surprises]) {
        expect(await deeds[name]?.(doing)).not.toBe("quarantined");
        const state = await expectSound(id, ended);
        if (isTerminal(state)) ended = state;
      }
      const { history } = await look(id);
      const beside = ["order.due.v1", "order.late.v1", "order.cancellation-refused.v1"];
      const told = (await published(orders, id)).filter((type) => !beside.includes(type));
      expect(told).toHaveLength(history.length);
    }),
    { numRuns: 12 },
  );
}, 120_000);
