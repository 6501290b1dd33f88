import { knownById } from "../../../kit/graphql/entities.ts";
import { quoteEtaSeconds } from "../domain/eta.ts";
import type { RestaurantResolvers } from "../generated/resolvers.ts";
import { priceBetween } from "./zone.ts";
import { etaRule } from "../settings.ts";

/** What delivery adds to a restaurant, from the place and preparation that the menu tells. */
export const Restaurant: RestaurantResolvers = {
  __resolveReference: knownById("rst"),
  deliveryEstimate: async ({ location, prepSeconds }, { to }, ctx) => {
    if (!location || prepSeconds === undefined) return null;
    const route = await priceBetween(ctx, location, to);
    return (
      route && {
        fee: { amount: route.feeMinor, currency: route.currency },
        distanceMeters: route.distanceMeters,
        etaSeconds: quoteEtaSeconds(prepSeconds, route.distanceMeters, etaRule(ctx.settings)),
      }
    );
  },
};
