/** One step of the courier who holds a delivery. */
import type { Tx } from "../../../kit/database/db.ts";
import { isId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { lockCourierOfUser, updateCourier } from "../db/queries/couriers.ts";
import { lockDelivery, moveDelivery, stepsByDeliveries, type Move } from "../db/queries/deliveries.ts";
import { eraseWhenSettled } from "../db/queries/personal-data.ts";
import type { CourierRow, DeliveryRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import { isHeld, isSettled, type DeliveryState } from "../domain/delivery-states.ts";

/** The delivery is unknown or someone else's, or its state does not allow the step. */
export type StepRefusal =
  | { readonly tag: "NOT_FOUND" }
  | { readonly tag: "WRONG_STATE"; readonly state: DeliveryState };

type Moment = { readonly now: Date; readonly traceId: string };

/** The delivery and the courier who holds or held it, both locked; courier first, as everywhere. */
export async function lockOwnDelivery(
  tx: Tx,
  userId: string,
  deliveryId: string,
): Promise<{ courier: CourierRow; delivery: DeliveryRow } | null> {
  if (!isId("dlv", deliveryId)) return null;
  const courier = await lockCourierOfUser(tx, userId);
  const delivery = courier && (await lockDelivery(tx, deliveryId));
  return delivery && delivery.courierId === courier.id ? { courier, delivery } : null;
}

/** Takes the step, notes that the courier was heard of, frees them at the end, and lets `after` publish. */
export async function takeStep(
  tx: Tx,
  courier: CourierRow,
  delivery: DeliveryRow,
  step: { to: DeliveryState; set?: Move["set"] },
  now: Date,
): Promise<Result<DeliveryRow, StepRefusal>> {
  const moved = await moveDelivery(tx, {
    id: delivery.id,
    to: step.to,
    set: step.set ?? {},
    actorId: courier.userId,
    now,
  });
  if (!moved) return err({ tag: "WRONG_STATE", state: delivery.state });
  await updateCourier(tx, courier.id, { locatedAt: now, ...(isHeld(moved.state) ? {} : { idleSince: now }) });
  if (isSettled(moved.state)) await eraseWhenSettled(tx, moved.customerId, now);
  return ok(moved);
}

/** Whether the delivery stands where a step of this person left it: the last one of all. */
export async function isLastStep(
  tx: Tx,
  delivery: DeliveryRow,
  by: { userId: string; to: DeliveryState },
): Promise<boolean> {
  if (delivery.state !== by.to) return false;
  const last = (await stepsByDeliveries(tx, [delivery.id])).get(delivery.id)?.at(-1);
  return last?.state === by.to && last.actorId === by.userId;
}

/**
 * The whole of a simple step: lock, move, publish. One that the courier took already, so that what it would set is there
 * (`took`), answers the delivery as it is.
 */
export async function courierStep(
  ctx: Context,
  userId: string,
  deliveryId: string,
  step: { to: DeliveryState; set?: (now: Date) => Move["set"]; took?: (delivery: DeliveryRow) => boolean },
  after: (tx: Tx, delivery: DeliveryRow, courier: CourierRow, at: Moment) => Promise<void>,
): Promise<Result<DeliveryRow, StepRefusal>> {
  const at = { now: ctx.clock.now(), traceId: ctx.traceId };
  return ctx.db.transaction(async (tx): Promise<Result<DeliveryRow, StepRefusal>> => {
    const own = await lockOwnDelivery(tx, userId, deliveryId);
    if (!own) return err({ tag: "NOT_FOUND" });
    const isRepeated = step.took?.(own.delivery) ?? true;
    if (isRepeated && (await isLastStep(tx, own.delivery, { userId, to: step.to }))) return ok(own.delivery);
    const moved = await takeStep(tx, own.courier, own.delivery, { to: step.to, set: step.set?.(at.now) }, at.now);
    if (moved.ok) await after(tx, moved.value, own.courier, at);
    return moved;
  });
}
