/** The food reaches the customer, or it does not. */
import { isId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { couriersByIds } from "../db/queries/couriers.ts";
import { lockDelivery, moveDelivery } from "../db/queries/deliveries.ts";
import type { DeliveryRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import type { FailureReason } from "../domain/reasons.ts";
import { publish } from "../events/published.ts";
import { courierStep, type StepRefusal } from "./courier-step.ts";

/** What shows a hand-over. */
export type Proof = { readonly note: string; readonly photoUrl: string | null };

/** AT_DROPOFF → DELIVERED, with the courier's pay in the event. */
export const deliver = (ctx: Context, userId: string, deliveryId: string, proof: Proof) =>
  courierStep(
    ctx,
    userId,
    deliveryId,
    { to: "DELIVERED", set: (now) => ({ deliveredAt: now, proofNote: proof.note, proofPhotoUrl: proof.photoUrl }) },
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
    { to: "FAILED", set: () => ({ failureReason: reason }) },
    (tx, { id, orderId }, courier, at) =>
      publish(
        tx,
        {
          type: "delivery.failed.v1",
          aggregateId: id,
          data: { deliveryId: id, orderId, courierId: courier.id, reason },
        },
        at,
      ),
  );

/** FAILED → RETURNED, by the courier who failed or by support. */
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
    const moved = await moveDelivery(tx, { id: deliveryId, to: "RETURNED", actorId: by.userId, now: ctx.clock.now() });
    return moved ? ok(moved) : err({ tag: "WRONG_STATE", state: delivery.state });
  });
}
