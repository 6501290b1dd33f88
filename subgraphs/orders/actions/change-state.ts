/** The one way an order changes state: table row, history, timers, promotions and event in one transaction. */
import type { Tx } from "../../../kit/database/db.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { applyMove, type Act, type OrderPatch } from "../db/changes.ts";
import { erasePending } from "../db/erasure.ts";
import { restorePromotions } from "../db/redemptions.ts";
import type { OrderRow } from "../db/tables.ts";
import type { Settings } from "../deps.ts";
import { reasonsIn } from "../domain/attention.ts";
import {
  isTerminal,
  transition,
  unfulfilledStates,
  type OrderCause,
  type TransitionRefusal,
} from "../domain/order-states.ts";
import { announce } from "../events/announce.ts";
import { setStateTimers } from "./state-timers.ts";

/** What to change with the state. */
export type Change = { cause: OrderCause; patch?: OrderPatch };

/**
 * Moves `order`, whose row the transaction must have locked, along the table: history, timers and event included.
 * Answers the new row, or why the table has no such move.
 */
export async function changeState(
  tx: Tx,
  order: OrderRow,
  change: Change,
  act: Act,
  settings: Settings,
): Promise<Result<OrderRow, TransitionRefusal>> {
  const { state, fulfilment, scheduledFor, capturedAt } = order;
  const situation = { state, fulfilment, scheduled: scheduledFor !== null, captured: capturedAt !== null };
  const move = transition(situation, change.cause);
  if (!move.ok) return move;
  const closing = isTerminal(move.value.to) ? { closedAt: act.now } : {};
  const patch = { ...change.patch, ...closing, attention: reasonsIn(move.value.to, order.attention) };
  const moved = await applyMove(tx, order.id, move.value, patch, act);
  if (moved === null) return err("WRONG_STATE");
  await setStateTimers(tx, moved, state, settings, act);
  if (unfulfilledStates.includes(moved.state)) await restorePromotions(tx, moved.id, act.now);
  await announce(tx, moved, move.value, act);
  if (isTerminal(moved.state)) await erasePending(tx, moved.customerId, act.now);
  return ok(moved);
}
