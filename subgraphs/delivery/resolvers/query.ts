import { personOf } from "../../../kit/access/caller.ts";
import { z } from "zod";
import { cursorId, cursorInstant, pageOf } from "../../../kit/graphql/connection.ts";
import { isId } from "../../../kit/id.ts";
import { courierPage } from "../db/queries/couriers.ts";
import { deliveriesOfCourier } from "../db/queries/deliveries.ts";
import { openOffersOf } from "../db/queries/offers.ts";
import { personalDataOf } from "../db/queries/personal-data.ts";
import { quoteEtaSeconds } from "../domain/eta.ts";
import type { QueryResolvers } from "../generated/resolvers.ts";
import { courierOfUserLoader, deliveryLoader, zonesLoader } from "./loaders.ts";
import { ifVisible } from "./viewer.ts";
import { priceBetween } from "./zone.ts";
import { etaRule } from "../settings.ts";

const deliveryCursor = z.tuple([cursorInstant, cursorId("dlv")]);
const courierCursor = z.tuple([cursorId("cou")]);

/** The root queries of delivery. */
export const Query: QueryResolvers = {
  myCourier: (_root, _args, ctx) => courierOfUserLoader(ctx).load(personOf(ctx).userId),
  myOffers: async (_root, _args, ctx) => {
    const courier = await courierOfUserLoader(ctx).load(personOf(ctx).userId);
    return courier ? openOffersOf(ctx.db, courier.id, ctx.clock.now()) : [];
  },
  myDeliveries: async (_root, page, ctx) => {
    const courier = await courierOfUserLoader(ctx).load(personOf(ctx).userId);
    return pageOf(page, {
      name: "deliveries",
      shape: deliveryCursor,
      read: async (slice) => (courier ? deliveriesOfCourier(ctx.db, courier.id, slice) : []),
      positionOf: ({ createdAt, id }) => [createdAt.getTime(), id],
      edgeOf: (node) => ({ node }),
    });
  },
  delivery: async (_root, { id }, ctx) => ifVisible(ctx, await deliveryLoader(ctx).load(id)),
  zones: (_root, _args, ctx) => zonesLoader(ctx).load("all"),
  couriers: (_root, page, ctx) =>
    pageOf(page, {
      name: "couriers",
      shape: courierCursor,
      read: (slice) => courierPage(ctx.db, slice),
      positionOf: ({ id }) => [id],
      edgeOf: (node) => ({ node }),
    }),
  quoteDelivery: async (_root, { input }, ctx) => {
    const route = await priceBetween(ctx, input.pickup, input.dropoff, input.currency);
    if (!route) return null;
    const { zoneId, distanceMeters, feeMinor } = route;
    return {
      zoneId,
      distanceMeters,
      feeMinor,
      etaSeconds: quoteEtaSeconds(input.prepSeconds, distanceMeters, etaRule(ctx.settings)),
    };
  },
  deliveryPersonalData: (_root, { userId }, ctx) => (isId("usr", userId) ? personalDataOf(ctx.db, userId) : null),
};
