/** Gives a searching delivery to a courier. */
import type { Tx } from "../../../kit/database/db.ts";
import { cancelTimer, schedule } from "../../../kit/events/timers.ts";
import { updateCourier } from "../db/queries/couriers.ts";
import { moveDelivery } from "../db/queries/deliveries.ts";
import { withdrawOpenOffer } from "../db/queries/offers.ts";
import type { DeliveryRow } from "../db/tables.ts";
import type { Settings } from "../deps.ts";
import { publish } from "../events/published.ts";
import { searchLimitTimer } from "./create-delivery.ts";
import { courierSilenceTimer } from "./release-courier.ts";

/**
 * SEARCHING → ASSIGNED with delivery.assigned.v1; null when the delivery no longer searches.
 * The caller holds the courier's lock and knows that they hold nothing else.
 */
export async function assignCourier(
  tx: Tx,
  to: { deliveryId: string; courierId: string; actorId: string },
  settings: Settings,
  at: { now: Date; traceId: string },
): Promise<DeliveryRow | null> {
  const { deliveryId, courierId } = to;
  const moved = await moveDelivery(tx, {
    id: deliveryId,
    to: "ASSIGNED",
    actorId: to.actorId,
    now: at.now,
    set: { courierId, assignedAt: at.now },
  });
  if (!moved) return null;
  // Work ends the idle time; the courier was heard of just now.
  await updateCourier(tx, courierId, { idleSince: null, locatedAt: at.now });
  await withdrawOpenOffer(tx, courierId, at.now);
  await cancelTimer(tx, { name: searchLimitTimer, key: deliveryId });
  const dueAt = new Date(at.now.getTime() + settings.COURIER_SILENCE_MS);
  await schedule(tx, { name: courierSilenceTimer, key: deliveryId, dueAt, traceId: at.traceId });
  const data = { deliveryId, orderId: moved.orderId, courierId };
  await publish(tx, { type: "delivery.assigned.v1", aggregateId: deliveryId, data }, at);
  return moved;
}
