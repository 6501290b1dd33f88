/** The one way an order changes state: table row, history, timers and event in one transaction. */
import { cancelTimer, schedule } from "../../../kit/timers.ts";
import type { Tx } from "../../../kit/db.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { applyMove, type Act, type OrderPatch } from "../db/changes.ts";
import { erasePending } from "../db/erasure.ts";
import type { OrderRow } from "../db/tables.ts";
import type { Rules } from "../deps.ts";
import {
  isTerminal,
  transition,
  type OrderCause,
  type OrderState,
  type TransitionRefusal,
} from "../domain/order-states.ts";
import { announce } from "../events/announce.ts";

/** What a timer of a state is called, and when it fires after the state began. */
type StateTimer = { name: string; dueAt: (order: OrderRow, now: Date, rules: Rules) => Date };

const after = (now: Date, ms: number): Date => new Date(now.getTime() + ms);

/** The timer that each waiting state carries; entering sets it, leaving takes it away. */
const stateTimers: Partial<Record<OrderState, StateTimer>> = {
  PENDING_PAYMENT: { name: "payment-timeout", dueAt: (_, now, rules) => after(now, rules.PAYMENT_TIMEOUT_MS) },
  SCHEDULED: {
    name: "schedule-due",
    dueAt: (order, now, rules) => after(order.scheduledFor ?? now, -rules.SCHEDULE_LEAD_MS),
  },
  PLACED: { name: "acceptance-timeout", dueAt: (_, now, rules) => after(now, rules.ACCEPTANCE_TIMEOUT_MS) },
  READY: { name: "no-courier", dueAt: (_, now, rules) => after(now, rules.NO_COURIER_MS) },
  DELIVERED: { name: "completion-due", dueAt: (_, now, rules) => after(now, rules.COMPLETION_DELAY_MS) },
  COLLECTED: { name: "completion-due", dueAt: (_, now, rules) => after(now, rules.COMPLETION_DELAY_MS) },
};

/** Sets the timer of the state that the order has just entered. */
export async function startStateTimer(tx: Tx, order: OrderRow, rules: Rules, act: Act): Promise<void> {
  const timer = stateTimers[order.state];
  if (timer === undefined) return;
  const dueAt = timer.dueAt(order, act.now, rules);
  await schedule(tx, { name: timer.name, key: order.id, dueAt, traceId: act.traceId });
}

/** What to change with the state; `to` chooses where a cause has two ends. */
export type Change = { cause: OrderCause; to?: OrderState; patch?: OrderPatch };

/**
 * Moves `order`, whose row the transaction must have locked, along the table: history, timers and event included.
 * Answers the new row, or why the table has no such move.
 */
export async function changeState(
  tx: Tx,
  order: OrderRow,
  change: Change,
  act: Act,
  rules: Rules,
): Promise<Result<OrderRow, TransitionRefusal>> {
  const situation = { state: order.state, fulfilment: order.fulfilment, captured: order.capturedAt !== null };
  const move = transition(situation, change.cause, change.to);
  if (!move.ok) return move;
  const closing = isTerminal(move.value.to) ? { closedAt: act.now, attention: null } : {};
  const moved = await applyMove(tx, order.id, move.value, { ...change.patch, ...closing }, act);
  if (moved === null) return err("WRONG_STATE");
  const left = stateTimers[move.value.from];
  if (left !== undefined) await cancelTimer(tx, { name: left.name, key: order.id });
  await startStateTimer(tx, moved, rules, act);
  await announce(tx, moved, move.value, act);
  if (isTerminal(moved.state)) await erasePending(tx, moved.customerId, act.now);
  return ok(moved);
}
