/** Calling an order off. CANCELLING is a lock: the order ends only when delivery and payments have confirmed. */
import { chargeStep } from "../../../kit/money.ts";
import { isId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import type { Executor } from "../../../kit/database/db.ts";
import { inTransaction, type OrderPatch } from "../db/changes.ts";
import { chargedOrder, lastStepOf, lockOrder } from "../db/queries.ts";
import type { OrderRow } from "../db/tables.ts";
import type { Deps, Settings } from "../deps.ts";
import { chargeOf, isEndedState, type Charge, type Fault } from "../domain/cancellation.ts";
import { isCancellableByCustomer, type OrderCause, type OrderState } from "../domain/order-states.ts";
import { audit } from "./audit.ts";
import { changeState } from "./change-state.ts";
import type { Asker } from "./quote-cart.ts";

export type CancelRefusal =
  | { tag: "NOT_FOUND" }
  | { tag: "WRONG_STATE"; state: OrderState }
  | { tag: "FEE_REQUIRED"; feeMinor: number; currency: string };

/** What an end by this fault changes in the order's row, and what it costs the customer; null where nothing ends so. */
export async function endingOf(
  tx: Executor,
  order: OrderRow,
  fault: Fault,
  { CANCELLATION_FEE_BPS }: Settings,
): Promise<{ patch: OrderPatch; charge: Charge } | null> {
  const { state: endedIn } = order;
  if (!isEndedState(endedIn)) return null;
  const rule = { shareBps: CANCELLATION_FEE_BPS, stepMinor: chargeStep(order.currency) };
  const charge = chargeOf(endedIn, fault, await chargedOrder(tx, order), rule);
  const patch = { cancelFeeMinor: charge.totalMinor, cancelCharge: charge, cancelFault: fault, endedIn };
  return { patch, charge };
}

const isOff = (order: OrderRow): boolean => order.state === "CANCELLING" || order.state === "CANCELLED";

/** The customer cancels, agreeing to a charge of at most `maxFeeMinor`. Cancelling again changes nothing. */
export async function cancelAsCustomer(
  deps: Deps,
  asker: Asker,
  input: { orderId: string; reason: string | null; maxFeeMinor: number },
): Promise<Result<OrderRow, CancelRefusal>> {
  if (!isId("ord", input.orderId)) return err({ tag: "NOT_FOUND" });
  const act = { actorId: asker.userId, reason: input.reason, now: deps.clock.now(), traceId: asker.traceId };
  return inTransaction(deps.db, async (tx) => {
    const order = await lockOrder(tx, input.orderId);
    if (order === null || order.customerId !== asker.userId) return err({ tag: "NOT_FOUND" });
    if (isOff(order)) return ok(order);
    const ending = await endingOf(tx, order, "CUSTOMER", deps.settings);
    if (ending === null || !isCancellableByCustomer(order.state))
      return err({ tag: "WRONG_STATE", state: order.state });
    const feeMinor = ending.charge.totalMinor;
    if (feeMinor > input.maxFeeMinor) return err({ tag: "FEE_REQUIRED", feeMinor, currency: order.currency });
    const patch = { ...ending.patch, cancelReason: input.reason };
    const moved = await changeState(tx, order, { cause: "CUSTOMER_CANCELLED", patch }, act, deps.settings);
    return moved.ok ? moved : err({ tag: "WRONG_STATE", state: order.state });
  });
}

/** Whether this agent ended the order so before, by the same cause, for the same fault and reason. */
async function isOwnEnd(tx: Executor, order: OrderRow, end: { cause: OrderCause; actorId: string } & SupportInput) {
  const step = await lastStepOf(tx, order.id, end.cause);
  return step?.actorId === end.actorId && step.reason === end.reason && order.cancelFault === end.fault;
}

type SupportInput = { orderId: string; fault: Fault; reason: string };

/** Support cancels before pickup; who pays and who earns follows from state and fault. The same again changes nothing. Audited. */
export const cancelForFault = (
  deps: Deps,
  asker: Asker,
  input: SupportInput,
): Promise<Result<OrderRow, CancelRefusal>> => asSupport(deps, asker, input, "SUPPORT_CANCELLED");

/** Support ends a delivery that cannot be made. Audited. */
export const resolveFailedDelivery = (
  deps: Deps,
  asker: Asker,
  input: SupportInput,
): Promise<Result<OrderRow, CancelRefusal>> => asSupport(deps, asker, input, "DELIVERY_GIVEN_UP");

async function asSupport(
  deps: Deps,
  asker: Asker,
  { orderId, fault, reason }: SupportInput,
  cause: "SUPPORT_CANCELLED" | "DELIVERY_GIVEN_UP",
): Promise<Result<OrderRow, CancelRefusal>> {
  if (!isId("ord", orderId)) return err({ tag: "NOT_FOUND" });
  const act = { actorId: asker.userId, reason, now: deps.clock.now(), traceId: asker.traceId };
  return inTransaction(deps.db, async (tx) => {
    const order = await lockOrder(tx, orderId);
    if (order === null) return err({ tag: "NOT_FOUND" });
    const ending = await endingOf(tx, order, fault, deps.settings);
    const patch = { ...ending?.patch, cancelReason: reason };
    const moved = await changeState(tx, order, { cause, patch }, act, deps.settings);
    if (!moved.ok) {
      const isRepeated = await isOwnEnd(tx, order, { cause, orderId, fault, reason, actorId: asker.userId });
      return isRepeated ? ok(order) : err({ tag: "WRONG_STATE", state: order.state });
    }
    const action = cause === "SUPPORT_CANCELLED" ? "order.cancel" : "order.resolve-failed-delivery";
    await audit(tx, { action, subjectId: orderId, detail: { fault } }, act);
    return moved;
  });
}
