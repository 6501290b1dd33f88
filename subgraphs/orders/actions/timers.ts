/** What happens when an order's time is up. Each checks the state again: the timer may have begun before the move. */
import type { FiredTimer, TimerHandlers } from "../../../kit/timers.ts";
import { inTransaction, patchOrder } from "../db/changes.ts";
import { lockOrder } from "../db/queries.ts";
import type { Deps } from "../deps.ts";
import type { OrderState } from "../domain/order-states.ts";
import { changeState, type Change } from "./change-state.ts";

/** A handler that makes the move where the order is still in one of `from`. */
const move = (from: readonly OrderState[], change: (now: Date) => Change) => (timer: FiredTimer, deps: Deps) =>
  inTransaction(deps.db, async (tx) => {
    const order = await lockOrder(tx, timer.key);
    if (order === null || !from.includes(order.state)) return;
    const now = deps.clock.now();
    await changeState(tx, order, change(now), { actorId: null, now, traceId: timer.traceId }, deps.rules);
  });

async function noCourier(timer: FiredTimer, deps: Deps): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    const order = await lockOrder(tx, timer.key);
    if (order?.state !== "READY") return;
    await patchOrder(tx, order.id, { attention: order.fulfilment === "DELIVERY" ? "NO_COURIER" : "NOT_COLLECTED" });
  });
}

/** The timers of orders by name; change-state.ts sets them. */
export const timers: TimerHandlers<Deps> = {
  "payment-timeout": move(["PENDING_PAYMENT"], () => ({ cause: "PAYMENT_TIMED_OUT" })),
  "schedule-due": move(["SCHEDULED"], (now) => ({ cause: "SCHEDULE_DUE", patch: { placedAt: now } })),
  "acceptance-timeout": move(["PLACED"], () => ({ cause: "ACCEPTANCE_TIMED_OUT" })),
  "completion-due": move(["DELIVERED", "COLLECTED"], () => ({ cause: "COMPLETION_DUE" })),
  "no-courier": noCourier,
};
