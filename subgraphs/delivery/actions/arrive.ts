/** The courier reaches the restaurant, or the customer. */
import type { Context } from "../deps.ts";
import { publish } from "../events/published.ts";
import { courierStep } from "./courier-step.ts";

/** ASSIGNED → AT_PICKUP. */
export const arriveAtPickup = (ctx: Context, userId: string, deliveryId: string) =>
  courierStep(
    ctx,
    userId,
    deliveryId,
    { to: "AT_PICKUP", set: (now) => ({ atPickupAt: now }) },
    (tx, { id, orderId }, courier, at) =>
      publish(
        tx,
        { type: "delivery.at-pickup.v1", aggregateId: id, data: { deliveryId: id, orderId, courierId: courier.id } },
        at,
      ),
  );

/** PICKED_UP → AT_DROPOFF. */
export const arriveAtDropoff = (ctx: Context, userId: string, deliveryId: string) =>
  courierStep(ctx, userId, deliveryId, { to: "AT_DROPOFF" }, (tx, { id, orderId }, courier, at) =>
    publish(
      tx,
      { type: "delivery.at-dropoff.v1", aggregateId: id, data: { deliveryId: id, orderId, courierId: courier.id } },
      at,
    ),
  );
