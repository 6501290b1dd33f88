/** The courier leaves the restaurant with the food. */
import { cancelTimer } from "../../../kit/events/timers.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { updateDelivery } from "../db/queries/deliveries.ts";
import type { DeliveryRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import { tryPickup, type PickupRefusal } from "../domain/pickup.ts";
import { payOf } from "../domain/ride.ts";
import { publish } from "../events/published.ts";
import { isLastStep, lockOwnDelivery, takeStep, type StepRefusal } from "./courier-step.ts";
import { courierSilenceTimer } from "./release-courier.ts";
import { codeRule } from "../settings.ts";

type Refusal = StepRefusal | Exclude<PickupRefusal, { tag: "WRONG_STATE" }>;

/** AT_PICKUP → PICKED_UP. Withdrawal takes the same row lock, so exactly one of the two wins. A wrong code is counted. */
export async function pickUp(
  ctx: Context,
  userId: string,
  deliveryId: string,
  code: string,
): Promise<Result<DeliveryRow, Refusal>> {
  const at = { now: ctx.clock.now(), traceId: ctx.traceId };
  return ctx.db.transaction(async (tx): Promise<Result<DeliveryRow, Refusal>> => {
    const own = await lockOwnDelivery(tx, userId, deliveryId);
    if (!own) return err({ tag: "NOT_FOUND" });
    const { courier, delivery } = own;
    if (code === delivery.pickupCode && (await isLastStep(tx, delivery, { userId, to: "PICKED_UP" })))
      return ok(delivery);
    const tried = tryPickup(delivery, code, at.now, codeRule(ctx.settings));
    if (!tried.ok) {
      if (tried.error.tag === "WRONG_STATE") return err({ tag: "WRONG_STATE", state: delivery.state });
      if (tried.error.tag === "WRONG_CODE") {
        await updateDelivery(tx, deliveryId, {
          wrongCodes: tried.error.wrongCodes,
          codeLockedUntil: tried.error.lockedUntil,
        });
      }
      return err(tried.error);
    }
    const moved = await takeStep(tx, courier, delivery, { to: "PICKED_UP", set: { pickedUpAt: at.now } }, at.now);
    if (!moved.ok) return moved;
    await cancelTimer(tx, { name: courierSilenceTimer, key: deliveryId });
    const data = { deliveryId, orderId: delivery.orderId, courierId: courier.id, ...payOf(delivery) };
    await publish(tx, { type: "delivery.picked-up.v1", aggregateId: deliveryId, data }, at);
    return moved;
  });
}
