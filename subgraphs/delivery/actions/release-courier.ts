/** Takes a delivery off its courier before pickup and puts it back into the search. */
import type { Tx } from "../../../kit/database/db.ts";
import { cancelTimer } from "../../../kit/events/timers.ts";
import { updateCourier } from "../db/queries/couriers.ts";
import { moveDelivery } from "../db/queries/deliveries.ts";
import { withdrawOffersOf } from "../db/queries/offers.ts";
import type { DeliveryRow } from "../db/tables.ts";
import { rideOf } from "../domain/ride.ts";
import type { Settings } from "../deps.ts";
import { beforePickup } from "../domain/delivery-states.ts";
import type { HandBackReason } from "../domain/reasons.ts";
import { publish } from "../events/published.ts";
import { limitSearch } from "./create-delivery.ts";

/** Timer that takes a delivery (key) off a courier who fell silent. */
export const courierSilenceTimer = "delivery.courier-silence";

/** Who takes it off and when, why a courier hands it back, and whether it is the courier's own fault: then the work so far is not paid. */
type Release = {
  now: Date;
  traceId: string;
  actorId: string | null;
  atFault: boolean;
  handBackReason?: HandBackReason;
};

/**
 * ASSIGNED or AT_PICKUP → SEARCHING with delivery.unassigned.v1; null in any other state. Lock courier and delivery first.
 * The courier is left out of the search for `offerCooldownMs`, however they came by the delivery.
 */
export async function releaseCourier(
  tx: Tx,
  delivery: DeliveryRow,
  settings: Settings,
  at: Release,
): Promise<DeliveryRow | null> {
  const moved = await moveDelivery(tx, {
    id: delivery.id,
    to: "SEARCHING",
    from: beforePickup,
    actorId: at.actorId,
    now: at.now,
    told: { lostBy: delivery.courierId, handBackReason: at.handBackReason },
    set: {
      courierId: null,
      assignedAt: null,
      atPickupAt: null,
      searchingSince: at.now,
      supportNeededAt: null,
      wrongCodes: 0,
      codeLockedUntil: null,
    },
  });
  if (!moved) return null;
  await withdrawOffersOf(tx, delivery.id, at.now);
  if (delivery.courierId) await updateCourier(tx, delivery.courierId, { idleSince: at.now });
  await cancelTimer(tx, { name: courierSilenceTimer, key: delivery.id });
  await limitSearch(tx, moved, settings, at.now);
  const data = { deliveryId: moved.id, orderId: moved.orderId, ...rideOf(delivery), atFault: at.atFault };
  await publish(tx, { type: "delivery.unassigned.v1", aggregateId: moved.id, data }, at);
  return moved;
}
