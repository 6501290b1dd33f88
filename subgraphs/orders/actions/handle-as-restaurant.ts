/** Moves that a member of the restaurant makes: accept, reject, start, ready, hand over. */
import type { Tx } from "../../../kit/database/db.ts";
import { isId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { inTransaction, patchOrder } from "../db/changes.ts";
import { isMember, lastStepOf, lockOrder } from "../db/queries.ts";
import type { OrderRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import { isCodeOf, tryCode, type CodeRefusal, type CodeRule } from "../domain/collection.ts";
import type { OrderState } from "../domain/order-states.ts";
import { changeState, type Change } from "./change-state.ts";
import type { Asker } from "./quote-cart.ts";

export type HandleRefusal =
  | { tag: "NOT_FOUND" }
  | { tag: "WRONG_STATE"; state: OrderState }
  | { tag: "NOT_CAPTURED" }
  | CodeRefusal;

/** What the member wants; `code` is what the customer showed at the counter. */
export type Handling = {
  orderId: string;
  change: (order: OrderRow, now: Date) => Change;
  reason?: string;
  code?: string;
  /** Whether what the order holds is what this input would have written: tells a repeated step from another. Default true. */
  wrote?: (order: OrderRow) => boolean;
};

const codeRule = ({ settings }: Deps): CodeRule => ({
  maxTries: settings.COLLECTION_CODE_TRIES,
  lockMs: settings.COLLECTION_CODE_LOCK_MS,
});

/** Counts a wrong code; the row is locked, so that tries at the same moment count one after the other. */
async function noteRefused(tx: Tx, order: OrderRow, refusal: CodeRefusal): Promise<Result<never, CodeRefusal>> {
  if (refusal.tag === "WRONG_CODE") {
    const { wrongCodes, lockedUntil: codeLockedUntil } = refusal;
    await patchOrder(tx, order.id, { wrongCodes, codeLockedUntil });
  }
  return err(refusal);
}

/** Whether the last move of the order was this one, by the same person and with the same input. */
async function isRepeated(tx: Tx, order: OrderRow, { userId }: Asker, handling: Handling, { cause }: Change) {
  const last = await lastStepOf(tx, order.id);
  if (last?.cause !== cause || last.actorId !== userId) return false;
  if (handling.code !== undefined && !isCodeOf(order, handling.code)) return false;
  return handling.wrote?.(order) ?? true;
}

/**
 * Makes the move for a member of the order's restaurant; for all others the order does not exist. A move that the same person
 * made with the same input, and that nothing followed, answers the order as it is.
 */
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
    if (handling.code !== undefined && order.state === "READY") {
      const tried = tryCode(order, handling.code, now, codeRule(deps));
      if (!tried.ok) return noteRefused(tx, order, tried.error);
    }
    const act = { actorId: asker.userId, reason: handling.reason ?? null, now, traceId: asker.traceId };
    const change = handling.change(order, now);
    const moved = await changeState(tx, order, change, act, deps.settings);
    if (moved.ok) return moved;
    if (moved.error === "NOT_CAPTURED") return err({ tag: "NOT_CAPTURED" });
    if (await isRepeated(tx, order, asker, handling, change)) return ok(order);
    return err({ tag: "WRONG_STATE", state: order.state });
  });
}
