/** The order is called off: its delivery is withdrawn, unless the food is already on its way. */
import { newId } from "../../../kit/id.ts";
import type { Tx } from "../../../kit/database/db.ts";
import { cancelTimer } from "../../../kit/events/timers.ts";
import { lockCourier, updateCourier } from "../db/queries/couriers.ts";
import { deliveriesByOrders, insertDelivery, lockDeliveryOfOrder, moveDelivery } from "../db/queries/deliveries.ts";
import { withdrawOffersOf } from "../db/queries/offers.ts";
import { eraseWhenSettled } from "../db/queries/personal-data.ts";
import type { DeliveryRow } from "../db/tables.ts";
import { payOf, rideOf, type DoneRide } from "../domain/ride.ts";
import { publish } from "../events/published.ts";
import { describeTimer, searchLimitTimer } from "./create-delivery.ts";
import { courierSilenceTimer } from "./release-courier.ts";

type Order = { readonly orderId: string; readonly customerId: string; readonly restaurantId: string };
type Moment = { readonly now: Date; readonly traceId: string };

/**
 * Always answers: delivery.cancelled.v1, with the courier who held it and how far they were (an order without a delivery gets a CANCELLED one on record), or
 * delivery.withdrawal-refused.v1 once it was picked up.
 */
export async function withdrawDelivery(tx: Tx, order: Order, at: Moment): Promise<void> {
  const recorded = await insertDelivery(tx, {
    id: newId("dlv"),
    orderId: order.orderId,
    customerId: order.customerId,
    restaurantId: order.restaurantId,
    state: "CANCELLED",
    kitchen: "ACCEPTED",
    pickupCode: "",
    createdAt: at.now,
    endedAt: at.now,
    traceId: at.traceId,
  });
  if (recorded) return answerCancelled(tx, recorded, {}, at);
  const seen = (await deliveriesByOrders(tx, [order.orderId])).get(order.orderId);
  // Courier before delivery, as everywhere: two actions never wait for each other.
  if (seen?.courierId) await lockCourier(tx, seen.courierId);
  const delivery = await lockDeliveryOfOrder(tx, order.orderId);
  if (!delivery) throw new Error(`${order.orderId} has and has no delivery`);
  const { id: deliveryId, orderId } = delivery;
  if (delivery.state === "CANCELLED") return answerCancelled(tx, delivery, {}, at);
  const cancelled = await moveDelivery(tx, { id: deliveryId, to: "CANCELLED", actorId: null, now: at.now });
  if (!cancelled) {
    const carried = delivery.courierId === null ? {} : { courierId: delivery.courierId, ...payOf(delivery) };
    const data = { deliveryId, orderId, reason: "ALREADY_PICKED_UP" as const, ...carried };
    return publish(tx, { type: "delivery.withdrawal-refused.v1", aggregateId: deliveryId, data }, at);
  }
  await withdrawOffersOf(tx, deliveryId, at.now);
  if (delivery.courierId) await updateCourier(tx, delivery.courierId, { idleSince: at.now });
  for (const name of [describeTimer, searchLimitTimer, courierSilenceTimer])
    await cancelTimer(tx, { name, key: deliveryId });
  await eraseWhenSettled(tx, delivery.customerId, at.now);
  await answerCancelled(tx, delivery, rideOf(delivery), at);
}

/** Whoever held it is named once; a second withdrawal is answered without. */
const answerCancelled = (
  tx: Tx,
  { id: deliveryId, orderId }: DeliveryRow,
  ride: Partial<DoneRide>,
  at: Moment,
): Promise<void> =>
  publish(tx, { type: "delivery.cancelled.v1", aggregateId: deliveryId, data: { deliveryId, orderId, ...ride } }, at);

/** For orders that ended otherwise: withdraws a delivery that still waits, says nothing when there is none. */
export async function dropDelivery(tx: Tx, order: Order, at: Moment): Promise<void> {
  const delivery = (await deliveriesByOrders(tx, [order.orderId])).get(order.orderId);
  if (delivery && delivery.endedAt === null) await withdrawDelivery(tx, order, at);
}
