/** What happens to a delivery when nothing happens: silent couriers, and searches without end. */
import { schedule, type FiredTimer } from "../../../kit/events/timers.ts";
import { lockCourier, updateCourier } from "../db/queries/couriers.ts";
import { deliveryById, lockDelivery, updateDelivery } from "../db/queries/deliveries.ts";
import type { Deps } from "../deps.ts";
import { publish } from "../events/published.ts";
import { releaseCourier } from "./release-courier.ts";

const isBeforePickup = (state: string): boolean => state === "ASSIGNED" || state === "AT_PICKUP";

/** Timer handler: a courier who sent nothing for `COURIER_SILENCE_MS` loses the delivery and goes OFFLINE; else looks again later. */
export async function watchCourier(timer: FiredTimer, deps: Deps): Promise<void> {
  const now = deps.clock.now();
  await deps.db.transaction(async (tx) => {
    const seen = await deliveryById(tx, timer.key);
    const courier = seen?.courierId ? await lockCourier(tx, seen.courierId) : null;
    const delivery = await lockDelivery(tx, timer.key);
    if (!courier || !delivery || delivery.courierId !== courier.id || !isBeforePickup(delivery.state)) return;
    const lastSeen = courier.locatedAt ?? delivery.assignedAt ?? delivery.createdAt;
    const silentAt = new Date(lastSeen.getTime() + deps.settings.COURIER_SILENCE_MS);
    if (silentAt > now) {
      await schedule(tx, { name: timer.name, key: timer.key, dueAt: silentAt, traceId: timer.traceId });
      return;
    }
    await updateCourier(tx, courier.id, { status: "OFFLINE" });
    await releaseCourier(tx, delivery, deps.settings, { now, traceId: timer.traceId, actorId: null, atFault: true });
  });
}

/** Timer handler: a delivery still without a courier asks support for help, once per search; it goes on searching. */
export async function limitSearch(timer: FiredTimer, deps: Deps): Promise<void> {
  const at = { now: deps.clock.now(), traceId: timer.traceId };
  await deps.db.transaction(async (tx) => {
    const delivery = await lockDelivery(tx, timer.key);
    if (!delivery || delivery.supportNeededAt !== null) return;
    if (delivery.state !== "SEARCHING" && delivery.state !== "PENDING") return;
    await updateDelivery(tx, delivery.id, { supportNeededAt: at.now });
    const data = { deliveryId: delivery.id, orderId: delivery.orderId, reason: "NO_COURIER" };
    await publish(tx, { type: "delivery.support-needed.v1", aggregateId: delivery.id, data }, at);
  });
}
