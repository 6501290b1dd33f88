import { isId } from "../../../kit/id.ts";
import { graphqlError } from "../../../kit/errors.ts";
import { courierPage } from "../db/queries/couriers.ts";
import { deliveriesOfCourier } from "../db/queries/deliveries.ts";
import { openOffersOf } from "../db/queries/offers.ts";
import { personalDataOf } from "../db/queries/personal-data.ts";
import { quoteEtaSeconds } from "../domain/eta.ts";
import type { QueryResolvers } from "../generated/resolvers.ts";
import { courierOfUserLoader, deliveryLoader, zonesLoader } from "./loaders.ts";
import { connectionOf, cursorOf, pageSize, readCursor } from "./page.ts";
import { ifVisible, userIdOf } from "./viewer.ts";
import { priceBetween } from "./zone.ts";

function deliveryCursor(cursor: string): { at: Date; id: string } {
  const [at = "", id = ""] = readCursor(cursor);
  if (!isId("dlv", id) || Number.isNaN(Date.parse(at)))
    throw graphqlError("BAD_USER_INPUT", "after is not a cursor of this list.");
  return { at: new Date(at), id };
}

function courierCursor(cursor: string): string {
  const [id = ""] = readCursor(cursor);
  if (!isId("cou", id)) throw graphqlError("BAD_USER_INPUT", "after is not a cursor of this list.");
  return id;
}

export const Query: QueryResolvers = {
  myCourier: (_root, _args, ctx) => courierOfUserLoader(ctx).load(userIdOf(ctx)),
  myOffers: async (_root, _args, ctx) => {
    const courier = await courierOfUserLoader(ctx).load(userIdOf(ctx));
    return courier ? openOffersOf(ctx.db, courier.id, ctx.clock.now()) : [];
  },
  myDeliveries: async (_root, { first, after }, ctx) => {
    const size = pageSize(first);
    const from = after ? deliveryCursor(after) : null;
    const courier = await courierOfUserLoader(ctx).load(userIdOf(ctx));
    const rows = courier ? await deliveriesOfCourier(ctx.db, courier.id, { limit: size + 1, after: from }) : [];
    return connectionOf(rows, size, from !== null, (row) => cursorOf(row.createdAt.toISOString(), row.id));
  },
  delivery: async (_root, { id }, ctx) => ifVisible(ctx, await deliveryLoader(ctx).load(id)),
  zones: (_root, _args, ctx) => zonesLoader(ctx).load("all"),
  couriers: async (_root, { first, after }, ctx) => {
    const size = pageSize(first);
    const from = after ? courierCursor(after) : null;
    const rows = await courierPage(ctx.db, { limit: size + 1, after: from });
    return connectionOf(rows, size, from !== null, (row) => cursorOf(row.id));
  },
  quoteDelivery: async (_root, { input }, ctx) => {
    const route = await priceBetween(ctx, input.pickup, input.dropoff, input.currency);
    if (!route) return null;
    const { zoneId, distanceMeters, feeMinor } = route;
    return {
      zoneId,
      distanceMeters,
      feeMinor,
      etaSeconds: quoteEtaSeconds(input.prepSeconds, distanceMeters, ctx.rules.eta),
    };
  },
  deliveryPersonalData: (_root, { userId }, ctx) => (isId("usr", userId) ? personalDataOf(ctx.db, userId) : null),
};
