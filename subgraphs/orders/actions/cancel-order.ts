/** Calling an order off. CANCELLING is a lock: the order ends only when delivery and payments have confirmed. */
import { isId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { inTransaction } from "../db/changes.ts";
import { lockOrder } from "../db/queries.ts";
import type { OrderRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import { cancellationFee, type Fault } from "../domain/cancellation.ts";
import { isCancellableByCustomer, type OrderState } from "../domain/order-states.ts";
import { audit } from "./audit.ts";
import { changeState } from "./change-state.ts";
import type { Asker } from "./quote-cart.ts";

export type CancelRefusal =
  | { tag: "NOT_FOUND" }
  | { tag: "WRONG_STATE"; state: OrderState }
  | { tag: "FEE_REQUIRED"; feeMinor: number; currency: string };

const isOff = (order: OrderRow): boolean => order.state === "CANCELLING" || order.state === "CANCELLED";

/** The customer cancels, agreeing to a fee of at most `maxFeeMinor`. Cancelling again changes nothing. */
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
    const feeMinor = cancellationFee(order.state, "CUSTOMER", order.itemsMinor, deps.rules.CANCELLATION_FEE_BPS);
    if (isCancellableByCustomer(order.state) && feeMinor > input.maxFeeMinor)
      return err({ tag: "FEE_REQUIRED", feeMinor, currency: order.currency });
    const patch = { cancelReason: input.reason, cancelFeeMinor: feeMinor, cancelFault: "CUSTOMER" };
    const moved = await changeState(tx, order, { cause: "CUSTOMER_CANCELLED", patch }, act, deps.rules);
    return moved.ok ? moved : err({ tag: "WRONG_STATE", state: order.state });
  });
}

type SupportInput = { orderId: string; fault: Fault; reason: string };

/** Support cancels before pickup; a customer's fault costs the cancellation fee. Audited. */
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
    if (cause === "SUPPORT_CANCELLED" && isOff(order)) return ok(order);
    const cancelFeeMinor = cancellationFee(order.state, fault, order.itemsMinor, deps.rules.CANCELLATION_FEE_BPS);
    const patch = { cancelReason: reason, cancelFeeMinor, cancelFault: fault };
    const moved = await changeState(tx, order, { cause, patch }, act, deps.rules);
    if (!moved.ok) return err({ tag: "WRONG_STATE", state: order.state });
    const action = cause === "SUPPORT_CANCELLED" ? "order.cancel" : "order.resolve-failed-delivery";
    await audit(tx, { action, subjectId: orderId, detail: { fault } }, act);
    return moved;
  });
}
