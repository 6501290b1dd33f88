/** One batch of matching: every waiting delivery against every free courier near it. */
import type { Tx } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { schedule } from "../../../kit/events/timers.ts";
import { freeCouriers } from "../db/queries/couriers.ts";
import { lockSearching, lossesSince, type SearchPosition } from "../db/queries/deliveries.ts";
import { insertOffer, offerHistory } from "../db/queries/offers.ts";
import type { CourierRow, DeliveryRow, OfferRow } from "../db/tables.ts";
import type { Deps, Settings } from "../deps.ts";
import { matchBatch, type FreeCourier, type Match, type WaitingDelivery } from "../domain/matching.ts";
import { cellsAround, ringsAfter } from "../domain/neighbourhood.ts";
import { nextRound } from "./matching-timer.ts";
import { ringRule, matchingRule } from "../settings.ts";

/** Timer that ends an offer (key) without an answer. */
export const offerExpiryTimer = "delivery.offer-expiry";

const minus = (now: Date, ms: number): Date => new Date(now.getTime() - ms);

/** Deliveries with a pickup point as the rule wants them; who let one go lately is barred from it. */
function waitingOf(
  rows: readonly DeliveryRow[],
  history: readonly OfferRow[],
  losses: ReadonlyMap<string, ReadonlySet<string>>,
  settings: Settings,
  now: Date,
): WaitingDelivery[] {
  return rows.flatMap((row) => {
    if (row.pickupLatitude === null || row.pickupLongitude === null) return [];
    const pickup = { latitude: row.pickupLatitude, longitude: row.pickupLongitude };
    const waited = (now.getTime() - (row.searchingSince ?? row.createdAt).getTime()) / 1000;
    const refused = history.filter((offer) => offer.deliveryId === row.id).map((offer) => offer.courierId);
    return [
      {
        id: row.id,
        pickup,
        readyAt: row.kitchen === "READY" ? now : (row.readyAt ?? now),
        cells: new Set(cellsAround(pickup, ringsAfter(waited, ringRule(settings)))),
        barred: new Set([...refused, ...(losses.get(row.id) ?? [])]),
      },
    ];
  });
}

const freeOf = (rows: readonly CourierRow[]): FreeCourier[] =>
  rows.flatMap(({ id, latitude, longitude, cell, idleSince, locatedAt }) =>
    latitude === null || longitude === null || cell === null || locatedAt === null
      ? []
      : [{ id, location: { latitude, longitude }, cell, idleSince: idleSince ?? locatedAt }],
  );

async function offer(tx: Tx, match: Match, settings: Settings, now: Date): Promise<void> {
  const expiresAt = new Date(now.getTime() + settings.OFFER_EXPIRY_MS);
  const { deliveryId, courierId, score } = match;
  const made = await insertOffer(tx, {
    id: newId("off"),
    deliveryId,
    courierId,
    state: "OFFERED",
    ...score,
    offeredAt: now,
    expiresAt,
  });
  if (made) await schedule(tx, { name: offerExpiryTimer, key: made.id, dueAt: expiresAt });
}

/** Matches one batch that starts after `after`; the last delivery looked at, or null when it was the last batch. */
async function runBatch(deps: Deps, now: Date, after: SearchPosition | null): Promise<SearchPosition | null> {
  const { settings } = deps;
  return deps.db.transaction(async (tx) => {
    const rows = await lockSearching(tx, settings.MATCH_BATCH_LIMIT, after);
    const ids = rows.map((row) => row.id);
    const since = minus(now, settings.OFFER_COOLDOWN_MS);
    const waiting = waitingOf(
      rows,
      await offerHistory(tx, ids, since),
      await lossesSince(tx, ids, since),
      settings,
      now,
    );
    const cells = new Set(waiting.flatMap((delivery) => [...delivery.cells]));
    const couriers =
      waiting.length === 0 ? [] : freeOf(await freeCouriers(tx, [...cells], minus(now, settings.COURIER_STALE_MS)));
    for (const match of matchBatch(waiting, couriers, now, matchingRule(settings)))
      await offer(tx, match, settings, now);
    return rows.length < settings.MATCH_BATCH_LIMIT ? null : (rows.at(-1) ?? null);
  });
}

/** Timer handler: makes offers for every waiting delivery, batch by batch. */
export async function runMatching(deps: Deps): Promise<void> {
  const now = deps.clock.now();
  // Before the work: a round that fails, or whose process dies, does not keep the next one waiting.
  await schedule(deps.db, nextRound(deps.settings, now));
  let last: SearchPosition | null = null;
  do last = await runBatch(deps, now, last);
  while (last !== null);
}
