/** An accepted order becomes a delivery, which then asks orders for what the courier must know. */
import { randomInt } from "node:crypto";
import type { Tx } from "../../../kit/db.ts";
import { newId } from "../../../kit/id.ts";
import { schedule } from "../../../kit/timers.ts";
import { insertDelivery } from "../db/queries/deliveries.ts";
import type { Rules } from "../deps.ts";
import { pickupCodeDigits } from "../domain/pickup.ts";
import { publish } from "../events/published.ts";

/** Timer that asks orders for the instructions of a delivery (key). */
export const describeTimer = "delivery.describe";
/** Timer that calls support when a delivery (key) finds no courier. */
export const searchLimitTimer = "delivery.search-limit";

type AcceptedOrder = { orderId: string; customerId: string; restaurantId: string; readyAt: string };

/** A code that the restaurant tells the courier, digits only. */
const newPickupCode = (): string => String(randomInt(10 ** pickupCodeDigits)).padStart(pickupCodeDigits, "0");

/** Creates the order's delivery in PENDING; nothing happens when it has one. */
export async function createDelivery(
  tx: Tx,
  order: AcceptedOrder,
  rules: Rules,
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
    pickupCode: newPickupCode(),
    createdAt: at.now,
    traceId: at.traceId,
  });
  if (!delivery) return;
  const { id: deliveryId, orderId } = delivery;
  await schedule(tx, { name: describeTimer, key: deliveryId, dueAt: at.now, traceId: at.traceId });
  await schedule(tx, {
    name: searchLimitTimer,
    key: deliveryId,
    dueAt: new Date(at.now.getTime() + rules.searchLimitMs),
    traceId: at.traceId,
  });
  await publish(tx, { type: "delivery.created.v1", aggregateId: deliveryId, data: { deliveryId, orderId } }, at);
}
