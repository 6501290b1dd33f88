/** Couriers come, move and go. */
import { newId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { heldBy, insertCourier, lockCourierOfUser, updateCourier } from "../db/queries/couriers.ts";
import { withdrawOpenOffer } from "../db/queries/offers.ts";
import type { CourierRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import { isPoint, type Point } from "../domain/geo.ts";
import { cellOf } from "../domain/neighbourhood.ts";
import { publish } from "../events/published.ts";

const placeOf = (location: Point, now: Date) => ({ ...location, cell: cellOf(location), locatedAt: now });

/** Registers the user at the first call (courier.changed.v1), and makes them ONLINE. */
export async function goOnline(
  ctx: Context,
  userId: string,
  location: Point,
): Promise<Result<CourierRow, { tag: "INVALID_LOCATION" }>> {
  if (!isPoint(location)) return err({ tag: "INVALID_LOCATION" });
  const at = { now: ctx.clock.now(), traceId: ctx.traceId };
  const { latitude, longitude } = location;
  const place = placeOf({ latitude, longitude }, at.now);
  return ctx.db.transaction(async (tx) => {
    const fresh = await insertCourier(tx, { id: newId("cou"), userId, status: "ONLINE", ...place, idleSince: at.now });
    if (fresh) {
      await publish(
        tx,
        { type: "courier.changed.v1", aggregateId: fresh.id, data: { courierId: fresh.id, userId } },
        at,
      );
      return ok(fresh);
    }
    const courier = await lockCourierOfUser(tx, userId);
    if (!courier) throw new Error("courier vanished");
    const idle = courier.status === "ONLINE" ? {} : { idleSince: (await heldBy(tx, courier.id)) ? null : at.now };
    const online = await updateCourier(tx, courier.id, { status: "ONLINE", ...place, ...idle });
    return ok(online ?? courier);
  });
}

/** Makes the courier OFFLINE and takes their open offer back; refused while they hold a delivery. */
export async function goOffline(
  ctx: Context,
  userId: string,
): Promise<Result<CourierRow, { tag: "NOT_FOUND" } | { tag: "BUSY" }>> {
  const now = ctx.clock.now();
  return ctx.db.transaction(async (tx): Promise<Result<CourierRow, { tag: "NOT_FOUND" } | { tag: "BUSY" }>> => {
    const courier = await lockCourierOfUser(tx, userId);
    if (!courier) return err({ tag: "NOT_FOUND" });
    if (await heldBy(tx, courier.id)) return err({ tag: "BUSY" });
    const offline = await updateCourier(tx, courier.id, { status: "OFFLINE", idleSince: null });
    await withdrawOpenOffer(tx, courier.id, now);
    return ok(offline ?? courier);
  });
}

/** Notes where an ONLINE courier is. */
export async function updateLocation(
  ctx: Context,
  userId: string,
  location: Point,
): Promise<Result<CourierRow, { tag: "INVALID_LOCATION" } | { tag: "OFFLINE" }>> {
  if (!isPoint(location)) return err({ tag: "INVALID_LOCATION" });
  const { latitude, longitude } = location;
  return ctx.db.transaction(async (tx): Promise<Result<CourierRow, { tag: "OFFLINE" }>> => {
    const courier = await lockCourierOfUser(tx, userId);
    if (courier?.status !== "ONLINE") return err({ tag: "OFFLINE" });
    const moved = await updateCourier(tx, courier.id, placeOf({ latitude, longitude }, ctx.clock.now()));
    return ok(moved ?? courier);
  });
}
