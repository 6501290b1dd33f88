/** Support changes the courier of a delivery. */
import { isId, newId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { heldBy, lockCourier } from "../db/queries/couriers.ts";
import { deliveryById, lockDelivery } from "../db/queries/deliveries.ts";
import { withdrawOffersOf } from "../db/queries/offers.ts";
import type { CourierRow, DeliveryRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import { publish } from "../events/published.ts";
import { assignCourier } from "./assign-courier.ts";
import type { StepRefusal } from "./courier-step.ts";
import { releaseCourier } from "./release-courier.ts";

type Refusal = StepRefusal | { readonly tag: "BUSY" } | { readonly tag: "OFFLINE" };

/** Before pickup only. With `courierId` null the delivery goes back into the search; `atFault` says that the courier who loses it is to blame. Each change has one audit entry. */
export async function reassignDelivery(
  ctx: Context,
  actorId: string,
  deliveryId: string,
  to: { courierId: string | null; atFault: boolean },
): Promise<Result<DeliveryRow, Refusal>> {
  const { courierId, atFault } = to;
  if (!isId("dlv", deliveryId) || (courierId !== null && !isId("cou", courierId))) return err({ tag: "NOT_FOUND" });
  const at = { now: ctx.clock.now(), traceId: ctx.traceId, actorId, atFault };
  return ctx.db.transaction(async (tx): Promise<Result<DeliveryRow, Refusal>> => {
    // Couriers before the delivery, and in one order, as everywhere: two actions never wait for each other.
    const present = (await deliveryById(tx, deliveryId))?.courierId ?? null;
    const involved = [...new Set([courierId, present])].filter((id) => id !== null).sort();
    const locked = new Map<string, CourierRow | null>();
    for (const id of involved) locked.set(id, await lockCourier(tx, id));
    const courier = courierId === null ? null : (locked.get(courierId) ?? null);
    const delivery = await lockDelivery(tx, deliveryId);
    if (!delivery || (courierId !== null && !courier)) return err({ tag: "NOT_FOUND" });
    if (courier && courier.status !== "ONLINE") return err({ tag: "OFFLINE" });
    if (courier && (await heldBy(tx, courier.id))) return err({ tag: "BUSY" });
    const searching =
      delivery.state === "SEARCHING" && courier ? delivery : await releaseCourier(tx, delivery, ctx.settings, at);
    if (!searching) return err({ tag: "WRONG_STATE", state: delivery.state });
    await withdrawOffersOf(tx, deliveryId, at.now);
    const assigned =
      courier && (await assignCourier(tx, { deliveryId, courierId: courier.id, actorId }, ctx.settings, at));
    const auditId = newId("aud");
    const data = { auditId, actorId, action: "delivery.reassign", subjectId: deliveryId, at: at.now.toISOString() };
    await publish(tx, { type: "audit.recorded.v1", aggregateId: auditId, data }, at);
    return ok(assigned ?? searching);
  });
}
