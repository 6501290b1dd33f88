/** A courier takes or refuses an offer. */
import { isId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { heldBy, lockCourierOfUser } from "../db/queries/couriers.ts";
import { lockDelivery } from "../db/queries/deliveries.ts";
import { moveOffer, offerById } from "../db/queries/offers.ts";
import type { DeliveryRow, OfferRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import type { OfferState } from "../domain/offer-states.ts";
import { assignCourier } from "./assign-courier.ts";

type Refusal =
  | { readonly tag: "NOT_FOUND" }
  | { readonly tag: "OFFLINE" }
  | { readonly tag: "BUSY" }
  | { readonly tag: "CLOSED"; readonly state: OfferState };

type Answer = { readonly offer: OfferRow; readonly delivery: DeliveryRow | null };

/**
 * Repeating the answer that the courier gave changes nothing and answers the same. Locks courier, then delivery, then offer: the order that every other action keeps, so none waits for another in a circle.
 */
export async function respondToOffer(
  ctx: Context,
  userId: string,
  offerId: string,
  accept: boolean,
): Promise<Result<Answer, Refusal>> {
  if (!isId("off", offerId)) return err({ tag: "NOT_FOUND" });
  const at = { now: ctx.clock.now(), traceId: ctx.traceId };
  return ctx.db.transaction(async (tx): Promise<Result<Answer, Refusal>> => {
    const courier = await lockCourierOfUser(tx, userId);
    const known = await offerById(tx, offerId);
    if (!courier || !known || known.courierId !== courier.id) return err({ tag: "NOT_FOUND" });
    const delivery = await lockDelivery(tx, known.deliveryId);
    const offer = await offerById(tx, offerId);
    if (!offer || !delivery) return err({ tag: "NOT_FOUND" });
    if (offer.state === (accept ? "ACCEPTED" : "DECLINED"))
      return ok({ offer, delivery: accept && delivery.courierId === courier.id ? delivery : null });
    if (offer.state !== "OFFERED") return err({ tag: "CLOSED", state: offer.state });
    if (offer.expiresAt <= at.now) return err({ tag: "CLOSED", state: "EXPIRED" });
    if (!accept) {
      const declined = await moveOffer(tx, offerId, "DECLINED", at.now);
      if (!declined) return err({ tag: "CLOSED", state: "EXPIRED" });
      return ok({ offer: declined, delivery: null });
    }
    if (courier.status !== "ONLINE") return err({ tag: "OFFLINE" });
    if (await heldBy(tx, courier.id)) return err({ tag: "BUSY" });
    if (delivery.state !== "SEARCHING") return err({ tag: "CLOSED", state: "WITHDRAWN" });
    const accepted = await moveOffer(tx, offerId, "ACCEPTED", at.now);
    if (!accepted) return err({ tag: "CLOSED", state: "EXPIRED" });
    const assigned = await assignCourier(
      tx,
      { deliveryId: delivery.id, courierId: courier.id, actorId: userId },
      ctx.settings,
      at,
    );
    if (!assigned) throw new Error(`${delivery.id} left SEARCHING while locked`);
    return ok({ offer: accepted, delivery: assigned });
  });
}
