/** Moves that a member of the restaurant makes: accept, reject, start, ready, hand over. */
import { isId } from "../../../kit/id.ts";
import { err, type Result } from "../../../kit/result.ts";
import { inTransaction } from "../db/changes.ts";
import { isMember, lockOrder } from "../db/queries.ts";
import type { OrderRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import type { OrderState } from "../domain/order-states.ts";
import { changeState, type Change } from "./change-state.ts";
import type { Asker } from "./quote-cart.ts";

export type HandleRefusal =
  | { tag: "NOT_FOUND" }
  | { tag: "WRONG_STATE"; state: OrderState }
  | { tag: "NOT_CAPTURED" }
  | { tag: "WRONG_CODE" };

/** What the member wants; `allowed` may refuse once the order is known to be theirs. */
export type Handling = {
  orderId: string;
  change: (order: OrderRow, now: Date) => Change;
  reason?: string;
  allowed?: (order: OrderRow) => boolean;
};

/** Makes the move for a member of the order's restaurant; for all others the order does not exist. */
export async function handleAsRestaurant(
  deps: Deps,
  asker: Asker,
  handling: Handling,
): Promise<Result<OrderRow, HandleRefusal>> {
  if (!isId("ord", handling.orderId)) return err({ tag: "NOT_FOUND" });
  const now = deps.clock.now();
  return inTransaction(deps.db, async (tx) => {
    const order = await lockOrder(tx, handling.orderId);
    if (order === null || !(await isMember(tx, asker.userId, order.restaurantId))) return err({ tag: "NOT_FOUND" });
    if (handling.allowed?.(order) === false) return err({ tag: "WRONG_CODE" });
    const act = { actorId: asker.userId, reason: handling.reason ?? null, now, traceId: asker.traceId };
    const moved = await changeState(tx, order, handling.change(order, now), act, deps.rules);
    if (moved.ok) return moved;
    return err(moved.error === "NOT_CAPTURED" ? { tag: "NOT_CAPTURED" } : { tag: "WRONG_STATE", state: order.state });
  });
}
