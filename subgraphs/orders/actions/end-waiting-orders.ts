/** A restaurant has left: its orders for later end without a charge; those in hand are finished. */
import { schedule, type FiredTimer } from "../../../kit/events/timers.ts";
import { inTransaction } from "../db/changes.ts";
import { lockOrder, waitingOrdersOf } from "../db/queries.ts";
import type { Deps } from "../deps.ts";
import { changeState } from "./change-state.ts";

/** Name of the timer that ends them; its key is the restaurant's id. */
export const restaurantLeft = "restaurant-left";

/** Most orders that end in one transaction. */
const batch = 50;

const reason = "The restaurant has closed for good.";

/** Timer handler: ends the next orders, and comes back at once while there may be more. One that is due by then is left alone. */
export const endWaitingOrders = ({ name, key, traceId }: FiredTimer, deps: Deps): Promise<void> =>
  inTransaction(deps.db, async (tx) => {
    const now = deps.clock.now();
    const waiting = await waitingOrdersOf(tx, key, batch);
    for (const orderId of waiting) {
      const order = await lockOrder(tx, orderId);
      if (order?.state !== "SCHEDULED" || order.dueAt !== null) continue;
      const change = { cause: "SCHEDULE_UNAVAILABLE", patch: { cancelReason: reason } } as const;
      await changeState(tx, order, change, { actorId: null, reason, now, traceId }, deps.settings);
    }
    if (waiting.length === batch) await schedule(tx, { name, key, dueAt: now, traceId });
  });
