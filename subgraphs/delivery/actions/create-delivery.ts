/** An accepted order becomes a delivery, which then asks orders for what the courier must know. */
import { randomInt } from "node:crypto";
import type { Tx } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { schedule } from "../../../kit/events/timers.ts";
import { insertDelivery } from "../db/queries/deliveries.ts";
import type { DeliveryRow } from "../db/tables.ts";
import type { Settings } from "../deps.ts";
import { pickupCodeDigits } from "../domain/pickup.ts";
import { publish } from "../events/published.ts";

/** Timer that asks orders for the instructions of a delivery (key). */
export const describeTimer = "delivery.describe";
/** Timer that calls support when a delivery (key) finds no courier. */
export const searchLimitTimer = "delivery.search-limit";

type AcceptedOrder = {
  orderId: string;
  customerId: string;
  restaurantId: string;
  prepSeconds: number;
  readyAt: string;
};

/** Food for now needs its courier from now on; food for later, which the kitchen need not begin yet, once it is ready. */
function neededAt({ prepSeconds, readyAt }: AcceptedOrder, now: Date): Date {
  const ready = new Date(readyAt);
  return ready.getTime() - prepSeconds * 1000 > now.getTime() ? ready : now;
}

/** A code that the restaurant tells the courier, digits only. */
const newPickupCode = (): string => String(randomInt(10 ** pickupCodeDigits)).padStart(pickupCodeDigits, "0");

/** Creates the order's delivery in PENDING; nothing happens when it has one. */
export async function createDelivery(
  tx: Tx,
  order: AcceptedOrder,
  settings: Settings,
  at: { now: Date; traceId: string },
): Promise<void> {
  const delivery = await insertDelivery(tx, {
    id: newId("dlv"),
    orderId: order.orderId,
    customerId: order.customerId,
    restaurantId: order.restaurantId,
    state: "PENDING",
    kitchen: "ACCEPTED",
    readyAt: new Date(order.readyAt),
    courierNeededAt: neededAt(order, at.now),
    pickupCode: newPickupCode(),
    createdAt: at.now,
    traceId: at.traceId,
  });
  if (!delivery) return;
  const { id: deliveryId, orderId } = delivery;
  await schedule(tx, { name: describeTimer, key: deliveryId, dueAt: at.now, traceId: at.traceId });
  await limitSearch(tx, delivery, settings, at.now);
  await publish(tx, { type: "delivery.created.v1", aggregateId: deliveryId, data: { deliveryId, orderId } }, at);
}

/** Sets the time at which support is called for a delivery that still has no courier then. */
export async function limitSearch(tx: Tx, delivery: DeliveryRow, settings: Settings, now: Date): Promise<void> {
  const from = Math.max(now.getTime(), delivery.courierNeededAt?.getTime() ?? 0);
  const dueAt = new Date(from + settings.SEARCH_LIMIT_MS);
  await schedule(tx, { name: searchLimitTimer, key: delivery.id, dueAt, traceId: delivery.traceId });
}
