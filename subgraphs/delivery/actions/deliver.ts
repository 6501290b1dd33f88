/** The food reaches the customer, or it does not. */
import { isId, newId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { couriersByIds } from "../db/queries/couriers.ts";
import { lockDelivery, moveDelivery, updateDelivery } from "../db/queries/deliveries.ts";
import type { DeliveryRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import type { FailureReason } from "../domain/reasons.ts";
import { payOf } from "../domain/ride.ts";
import { publish } from "../events/published.ts";
import { courierStep, isLastStep, type StepRefusal } from "./courier-step.ts";

/** What shows a hand-over. */
export type Proof = { readonly note: string; readonly photoUrl: string | null };

/** AT_DROPOFF → DELIVERED, with the courier's pay in the event. */
export const deliver = (ctx: Context, userId: string, deliveryId: string, proof: Proof) =>
  courierStep(
    ctx,
    userId,
    deliveryId,
    {
      to: "DELIVERED",
      set: (now) => ({ deliveredAt: now, proofNote: proof.note, proofPhotoUrl: proof.photoUrl }),
      took: ({ proofNote, proofPhotoUrl }) => proofNote === proof.note && proofPhotoUrl === proof.photoUrl,
    },
    (tx, { id, orderId, courierPayMinor, currency }, courier, at) => {
      if (courierPayMinor === null || currency === null) throw new Error(`${id} has no pay`);
      const data = { deliveryId: id, orderId, courierId: courier.id, courierPayMinor, currency };
      return publish(tx, { type: "delivery.delivered.v1", aggregateId: id, data }, at);
    },
  );

/** PICKED_UP or AT_DROPOFF → FAILED; orders decides whose fault it was. */
export const failDelivery = (ctx: Context, userId: string, deliveryId: string, reason: FailureReason) =>
  courierStep(
    ctx,
    userId,
    deliveryId,
    { to: "FAILED", set: () => ({ failureReason: reason }), took: ({ failureReason }) => failureReason === reason },
    (tx, delivery, courier, at) => {
      const { id, orderId } = delivery;
      const data = { deliveryId: id, orderId, courierId: courier.id, reason, ...payOf(delivery) };
      return publish(tx, { type: "delivery.failed.v1", aggregateId: id, data }, at);
    },
  );

/**
 * FAILED → RETURNED with delivery.returned.v1, by the courier who failed or by support. The ride is paid when support asked
 * for it: by `requestReturn` before, or by noting the return itself.
 */
export async function returnDelivery(
  ctx: Context,
  by: { userId: string; isSupport: boolean },
  deliveryId: string,
): Promise<Result<DeliveryRow, StepRefusal>> {
  if (!isId("dlv", deliveryId)) return err({ tag: "NOT_FOUND" });
  return ctx.db.transaction(async (tx): Promise<Result<DeliveryRow, StepRefusal>> => {
    const delivery = await lockDelivery(tx, deliveryId);
    if (!delivery) return err({ tag: "NOT_FOUND" });
    const courier = delivery.courierId
      ? (await couriersByIds(tx, [delivery.courierId])).get(delivery.courierId)
      : undefined;
    if (!by.isSupport && courier?.userId !== by.userId) return err({ tag: "NOT_FOUND" });
    if (await isLastStep(tx, delivery, { userId: by.userId, to: "RETURNED" })) return ok(delivery);
    const at = { now: ctx.clock.now(), traceId: ctx.traceId };
    const returnAskedAt = delivery.returnAskedAt ?? (by.isSupport ? at.now : null);
    const step = { id: deliveryId, to: "RETURNED", actorId: by.userId, now: at.now, set: { returnAskedAt } } as const;
    const moved = await moveDelivery(tx, step);
    if (!moved) return err({ tag: "WRONG_STATE", state: delivery.state });
    const { orderId, courierId, courierPayMinor } = moved;
    if (courierId === null || courierPayMinor === null) return ok(moved);
    const data = { deliveryId, orderId, courierId, courierPayMinor, askedBySupport: returnAskedAt !== null };
    await publish(tx, { type: "delivery.returned.v1", aggregateId: deliveryId, data }, at);
    return ok(moved);
  });
}

/** Support asks the courier to bring the food of a failed delivery back; asking again changes nothing. Audited. */
export async function requestReturn(
  ctx: Context,
  actorId: string,
  deliveryId: string,
): Promise<Result<DeliveryRow, StepRefusal>> {
  if (!isId("dlv", deliveryId)) return err({ tag: "NOT_FOUND" });
  const at = { now: ctx.clock.now(), traceId: ctx.traceId };
  return ctx.db.transaction(async (tx): Promise<Result<DeliveryRow, StepRefusal>> => {
    const delivery = await lockDelivery(tx, deliveryId);
    if (!delivery) return err({ tag: "NOT_FOUND" });
    if (delivery.returnAskedAt !== null) return ok(delivery);
    if (delivery.state !== "FAILED") return err({ tag: "WRONG_STATE", state: delivery.state });
    await updateDelivery(tx, deliveryId, { returnAskedAt: at.now });
    const auditId = newId("aud");
    const about = { auditId, actorId, action: "delivery.request-return", subjectId: deliveryId };
    const data = { ...about, at: at.now.toISOString() };
    await publish(tx, { type: "audit.recorded.v1", aggregateId: auditId, data }, at);
    return ok({ ...delivery, returnAskedAt: at.now });
  });
}
