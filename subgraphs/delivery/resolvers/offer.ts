import type { OfferResolvers } from "../generated/resolvers.ts";
import { deliveryLoader, offerLoader } from "./loaders.ts";
import { ifVisible, viewerOf } from "./viewer.ts";

/** Fields of Offer that are not columns. The delivery itself stays hidden until the courier took it. */
export const Offer: OfferResolvers = {
  __resolveReference: async ({ id }, ctx) => {
    const [offer, viewer] = await Promise.all([offerLoader(ctx).load(id), viewerOf(ctx)]);
    return offer && viewer && (viewer.isSupport || viewer.courierId === offer.courierId) ? offer : null;
  },
  delivery: async (offer, _args, ctx) => ifVisible(ctx, await deliveryLoader(ctx).load(offer.deliveryId)),
  pickup: async (offer, _args, ctx) => {
    const delivery = await deliveryLoader(ctx).load(offer.deliveryId);
    if (!delivery || delivery.pickupLatitude === null || delivery.pickupLongitude === null) return null;
    return { latitude: delivery.pickupLatitude, longitude: delivery.pickupLongitude };
  },
  pickupName: async (offer, _args, ctx) => (await deliveryLoader(ctx).load(offer.deliveryId))?.pickupName ?? null,
  distanceMeters: async (offer, _args, ctx) =>
    (await deliveryLoader(ctx).load(offer.deliveryId))?.distanceMeters ?? null,
  courierPay: async (offer, _args, ctx) => {
    const delivery = await deliveryLoader(ctx).load(offer.deliveryId);
    if (!delivery || delivery.courierPayMinor === null || delivery.currency === null) return null;
    return { amount: delivery.courierPayMinor, currency: delivery.currency };
  },
  reason: ({ travelSeconds, kitchenWaitSeconds, latenessSeconds, idleCreditSeconds, totalSeconds }) => ({
    travelSeconds,
    kitchenWaitSeconds,
    latenessSeconds,
    idleCreditSeconds,
    totalSeconds,
    summary: `${travelSeconds} s to the restaurant, ${kitchenWaitSeconds} s for the kitchen, ${latenessSeconds} s late, ${idleCreditSeconds} s credit for waiting.`,
  }),
};
