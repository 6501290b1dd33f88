/** A courier who cannot go on gives the delivery back before pickup. */
import { err, ok, type Result } from "../../../kit/result.ts";
import { updateCourier } from "../db/queries/couriers.ts";
import type { DeliveryRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import { isOwnFault, type HandBackReason } from "../domain/reasons.ts";
import { lockOwnDelivery, type StepRefusal } from "./courier-step.ts";
import { releaseCourier } from "./release-courier.ts";

/**
 * ASSIGNED or AT_PICKUP → SEARCHING with delivery.unassigned.v1; the offer is closed, and the courier, who stays ONLINE,
 * is not offered this delivery again for a while. Takes the locks that `pickUp` takes, so exactly one of the two wins;
 * afterwards the delivery is no longer theirs and a second call answers NOT_FOUND.
 */
export async function handBackDelivery(
  ctx: Context,
  userId: string,
  deliveryId: string,
  handBackReason: HandBackReason,
): Promise<Result<DeliveryRow, StepRefusal>> {
  const at = { now: ctx.clock.now(), traceId: ctx.traceId, actorId: userId, handBackReason };
  const waitedMs = ({ atPickupAt }: DeliveryRow) => atPickupAt && at.now.getTime() - atPickupAt.getTime();
  return ctx.db.transaction(async (tx): Promise<Result<DeliveryRow, StepRefusal>> => {
    const own = await lockOwnDelivery(tx, userId, deliveryId);
    if (!own) return err({ tag: "NOT_FOUND" });
    const atFault = isOwnFault(handBackReason, waitedMs(own.delivery), ctx.settings.KITCHEN_SLOW_MS);
    const searching = await releaseCourier(tx, own.delivery, ctx.settings, { ...at, atFault });
    if (!searching) return err({ tag: "WRONG_STATE", state: own.delivery.state });
    await updateCourier(tx, own.courier.id, { locatedAt: at.now });
    return ok(searching);
  });
}
