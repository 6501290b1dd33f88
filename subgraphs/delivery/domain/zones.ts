/** Where the platform delivers, and what a delivery costs there. */
import { insidePolygon, isPoint, roadMeters, straightMeters, type Point } from "./geo.ts";

/** A circle, or a ring of at least three corners. */
export type ZoneArea =
  | { readonly kind: "CIRCLE"; readonly center: Point; readonly radiusMeters: number }
  | { readonly kind: "POLYGON"; readonly corners: readonly Point[] };

/** The fee: a base, and so much for every kilometre begun; minor units of `currency`. */
export type FeeRule = { readonly currency: string; readonly baseFeeMinor: number; readonly perKmFeeMinor: number };

/** A zone as far as prices need it. */
export type PricedZone = FeeRule & { readonly id: string; readonly area: ZoneArea };

/** True when `point` lies in the area. */
export const covers = (area: ZoneArea, point: Point): boolean =>
  area.kind === "CIRCLE" ? straightMeters(area.center, point) <= area.radiusMeters : insidePolygon(point, area.corners);

/** Fee for `distanceMeters` ≥ 0 in minor units: base + per km × kilometres begun. Never falls as the distance grows. */
export const deliveryFeeMinor = (rule: FeeRule, distanceMeters: number): number =>
  rule.baseFeeMinor + rule.perKmFeeMinor * Math.ceil(distanceMeters / 1000);

/** What a delivery between two points would cost, and by which zone. */
export type PricedRoute = { readonly zoneId: string; readonly distanceMeters: number; readonly feeMinor: number };

/**
 * The cheapest zone of `currency` that covers both ends, ties by id; null when none does or a point is not on the globe.
 */
export function priceRoute(
  zones: readonly PricedZone[],
  pickup: Point,
  dropoff: Point,
  currency: string,
): PricedRoute | null {
  if (!isPoint(pickup) || !isPoint(dropoff)) return null;
  const distanceMeters = roadMeters(pickup, dropoff);
  const routes = zones
    .filter((zone) => zone.currency === currency && covers(zone.area, pickup) && covers(zone.area, dropoff))
    .map((zone) => ({ zoneId: zone.id, distanceMeters, feeMinor: deliveryFeeMinor(zone, distanceMeters) }))
    .sort((a, b) => a.feeMinor - b.feeMinor || (a.zoneId < b.zoneId ? -1 : 1));
  return routes[0] ?? null;
}
