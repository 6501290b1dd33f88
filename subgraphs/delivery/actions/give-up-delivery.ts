/** Support gave the order up: its delivery ends with it, whoever carries it. */
import type { Tx } from "../../../kit/database/db.ts";
import { lockCourier, updateCourier } from "../db/queries/couriers.ts";
import { deliveriesByOrders, lockDeliveryOfOrder, moveDelivery } from "../db/queries/deliveries.ts";
import { eraseWhenSettled } from "../db/queries/personal-data.ts";
import { payOf } from "../domain/ride.ts";
import { publish } from "../events/published.ts";

/** PICKED_UP or AT_DROPOFF → FAILED with delivery.failed.v1, and the courier is free again; nothing in any other state. */
export async function giveUpDelivery(tx: Tx, orderId: string, at: { now: Date; traceId: string }): Promise<void> {
  const seen = (await deliveriesByOrders(tx, [orderId])).get(orderId);
  // Courier before delivery, as everywhere: two actions never wait for each other.
  if (seen?.courierId) await lockCourier(tx, seen.courierId);
  const delivery = await lockDeliveryOfOrder(tx, orderId);
  if (!delivery?.courierId) return;
  const failed = await moveDelivery(tx, { id: delivery.id, to: "FAILED", actorId: null, now: at.now });
  if (!failed) return;
  await updateCourier(tx, delivery.courierId, { idleSince: at.now });
  await eraseWhenSettled(tx, delivery.customerId, at.now);
  const { id: deliveryId, courierId } = delivery;
  const data = { deliveryId, orderId, courierId, reason: "GIVEN_UP", ...payOf(delivery) };
  await publish(tx, { type: "delivery.failed.v1", aggregateId: delivery.id, data }, at);
}
