import { quoteEtaSeconds } from "../domain/eta.ts";
import type { RestaurantResolvers } from "../generated/resolvers.ts";
import { priceBetween } from "./zone.ts";

/** Preparation assumed where the restaurant's own is not known here. */
const usualPrepSeconds = 900;

export const Restaurant: RestaurantResolvers = {
  __resolveReference: (reference) => reference,
  deliveryEstimate: async (restaurant, { to }, ctx) => {
    if (!restaurant.location) return null;
    const route = await priceBetween(ctx, restaurant.location, to);
    return (
      route && {
        fee: { amount: route.feeMinor, currency: route.currency },
        distanceMeters: route.distanceMeters,
        etaSeconds: quoteEtaSeconds(usualPrepSeconds, route.distanceMeters, ctx.rules.eta),
      }
    );
  },
};
