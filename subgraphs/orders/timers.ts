/** What happens when an order's time is up. Each checks the state again: the timer may have begun before the move. */
import { restaurantLeft, endWaitingOrders } from "./actions/end-waiting-orders.ts";
import type { Tx } from "../../kit/database/db.ts";
import { schedule, type FiredTimer, type TimerHandlers } from "../../kit/events/timers.ts";
import { inTransaction, patchOrder } from "./db/changes.ts";
import { lockOrder } from "./db/queries.ts";
import { outagesWithin } from "./db/outages.ts";
import type { OrderRow } from "./db/tables.ts";
import type { Deps, Settings } from "./deps.ts";
import { withReason, type AttentionReason } from "./domain/attention.ts";
import type { OrderCause, OrderState } from "./domain/order-states.ts";
import { doubled, growthMs, type Span } from "./domain/windows.ts";
import { idsOf } from "./events/announce.ts";
import { publish } from "./events/published.ts";
import { endingOf } from "./actions/cancel-order.ts";
import { changeState } from "./actions/change-state.ts";
import { placeDueOrder } from "./actions/place-due-order.ts";
import { authorizationTimeout, failedUndecided, noCourier } from "./actions/state-timers.ts";

/** A handler that makes the move where the order is still in one of `from`. */
const move = (from: readonly OrderState[], cause: OrderCause) => (timer: FiredTimer, deps: Deps) =>
  inTransaction(deps.db, async (tx) => {
    const order = await lockOrder(tx, timer.key);
    if (order === null || !from.includes(order.state)) return;
    const act = { actorId: null, now: deps.clock.now(), traceId: timer.traceId };
    await changeState(tx, order, { cause }, act, deps.settings);
  });

/** The window in which somebody may act, by the order's own times; null where it has not begun. */
type WindowOf = (order: OrderRow, settings: Settings) => Span | null;

const windowFrom = (from: Date | null, ms: number): Span | null =>
  from === null ? null : { from, to: new Date(from.getTime() + ms) };

/** The same for a window of people's: it grows by what an outage took of it, and only then is over. */
const moveAfter =
  (from: readonly OrderState[], cause: OrderCause, windowOf: WindowOf) => async (timer: FiredTimer, deps: Deps) => {
    await deps.outages.look();
    await inTransaction(deps.db, async (tx) => {
      const order = await lockOrder(tx, timer.key);
      if (order === null || !from.includes(order.state)) return;
      const act = { actorId: null, now: deps.clock.now(), traceId: timer.traceId };
      const until = await grownEnd(tx, windowOf(order, deps.settings));
      if (until === null || until <= act.now) return void (await changeState(tx, order, { cause }, act, deps.settings));
      await schedule(tx, { name: timer.name, key: order.id, dueAt: until, traceId: timer.traceId });
      if (cause !== "PAYMENT_TIMED_OUT") return;
      const data = { ...idsOf(order), payUntil: until.toISOString() };
      await publish(tx, { type: "order.payment-extended.v1", aggregateId: order.id, data }, act);
    });
  };

async function grownEnd(tx: Tx, window: Span | null): Promise<Date | null> {
  if (window === null) return null;
  return new Date(window.to.getTime() + growthMs(window, await outagesWithin(tx, doubled(window))));
}

/** Nobody decided on a failed delivery: it counts as an accident. */
const decideFailed = (timer: FiredTimer, deps: Deps) =>
  inTransaction(deps.db, async (tx) => {
    const order = await lockOrder(tx, timer.key);
    if (order?.state !== "PICKED_UP") return;
    const act = { actorId: null, now: deps.clock.now(), traceId: timer.traceId };
    const patch = (await endingOf(tx, order, "NOBODY", deps.settings))?.patch ?? {};
    await changeState(tx, order, { cause: "FAILURE_UNDECIDED", patch }, act, deps.settings);
  });

/** A handler that notes why support should look at the order, if it is still so. */
const note = (reasonOf: (order: OrderRow) => AttentionReason) => (timer: FiredTimer, deps: Deps) =>
  inTransaction(deps.db, async (tx) => {
    const order = await lockOrder(tx, timer.key);
    if (order !== null) await patchOrder(tx, order.id, { attention: withReason(order, reasonOf(order)) });
  });

async function kitchenLate({ key, traceId }: FiredTimer, deps: Deps): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    const order = await lockOrder(tx, key);
    const cooking = order?.state === "ACCEPTED" || order?.state === "PREPARING";
    if (!cooking || order.readyAt === null || order.lateSince !== null) return;
    await patchOrder(tx, key, { lateSince: order.readyAt, attention: withReason(order, "LATE") });
    const data = { ...idsOf(order), readyAt: order.readyAt.toISOString() };
    await publish(tx, { type: "order.late.v1", aggregateId: key, data }, { now: deps.clock.now(), traceId });
  });
}

/** The timers of orders by name; state-timers.ts says when they run. */
export const timers: TimerHandlers<Deps> = {
  "payment-timeout": moveAfter(["PENDING_PAYMENT"], "PAYMENT_TIMED_OUT", ({ createdAt }, settings) =>
    windowFrom(createdAt, settings.PAYMENT_TIMEOUT_MS),
  ),
  "schedule-due": placeDueOrder,
  [authorizationTimeout]: moveAfter(["SCHEDULED"], "PAYMENT_TIMED_OUT", ({ dueAt }, settings) =>
    windowFrom(dueAt, settings.AUTHORIZATION_TIMEOUT_MS),
  ),
  "acceptance-timeout": moveAfter(["PLACED"], "ACCEPTANCE_TIMED_OUT", ({ placedAt }, settings) =>
    windowFrom(placedAt, settings.ACCEPTANCE_TIMEOUT_MS),
  ),
  "kitchen-late": kitchenLate,
  [noCourier]: note((order) =>
    order.fulfilment === "DELIVERY" && order.courierId === null ? "NO_COURIER" : "NOT_COLLECTED",
  ),
  "delivery-overdue": note(() => "NOT_DELIVERED"),
  [failedUndecided]: decideFailed,
  "cancellation-stuck": note(() => "CANCELLATION_STUCK"),
  [restaurantLeft]: endWaitingOrders,
  "completion-due": move(["DELIVERED", "COLLECTED"], "COMPLETION_DUE"),
};
