import type { ZoneRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import { priceRoute, type PricedRoute, type PricedZone } from "../domain/zones.ts";
import type { Point } from "../domain/geo.ts";
import type { ZoneResolvers } from "../generated/resolvers.ts";
import { zonesLoader } from "./loaders.ts";

const priced = ({ id, area, currency, baseFeeMinor, perKmFeeMinor }: ZoneRow): PricedZone => ({
  id,
  area,
  currency,
  baseFeeMinor,
  perKmFeeMinor,
});

/** What the cheapest zone asks for the route; without `currency` the zone's own counts. */
export async function priceBetween(
  ctx: Context,
  pickup: Point,
  dropoff: Point,
  currency?: string,
): Promise<(PricedRoute & { currency: string }) | null> {
  const zones = ((await zonesLoader(ctx).load("all")) ?? []).map(priced);
  for (const candidate of currency ? [currency] : new Set(zones.map((zone) => zone.currency))) {
    const route = priceRoute(zones, pickup, dropoff, candidate);
    if (route) return { ...route, currency: candidate };
  }
  return null;
}

/** Fields of Zone that are not columns. */
export const Zone: ZoneResolvers = {
  __resolveReference: async ({ id }, ctx) =>
    (await zonesLoader(ctx).load("all"))?.find((zone) => zone.id === id) ?? null,
  center: ({ area }) => (area.kind === "CIRCLE" ? { ...area.center } : null),
  radiusMeters: ({ area }) => (area.kind === "CIRCLE" ? area.radiusMeters : null),
  corners: ({ area }) => (area.kind === "POLYGON" ? area.corners.map((corner) => ({ ...corner })) : []),
  baseFee: (zone) => ({ amount: zone.baseFeeMinor, currency: zone.currency }),
  perKilometreFee: (zone) => ({ amount: zone.perKmFeeMinor, currency: zone.currency }),
};
