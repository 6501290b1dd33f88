/** The batched reads of one request. */
import { defineLoader } from "../../../kit/graphql/loaders.ts";
import { couriersByIds, couriersByUsers, couriersKnownTo } from "../db/queries/couriers.ts";
import {
  deliveriesByIds,
  deliveriesByOrders,
  snapshotsByDeliveries,
  stepsByDeliveries,
} from "../db/queries/deliveries.ts";
import { restaurantsOfUsers } from "../db/queries/memberships.ts";
import { offersByIds } from "../db/queries/offers.ts";
import { activeZones } from "../db/queries/zones.ts";
import type { ZoneRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";

/** Deliveries by id. */
export const deliveryLoader = defineLoader((ctx: Context, ids: readonly string[]) => deliveriesByIds(ctx.db, ids));
/** Deliveries by order. */
export const deliveryOfOrderLoader = defineLoader((ctx: Context, ids: readonly string[]) =>
  deliveriesByOrders(ctx.db, ids),
);
/** Personal data by delivery. */
export const snapshotLoader = defineLoader((ctx: Context, ids: readonly string[]) =>
  snapshotsByDeliveries(ctx.db, ids),
);
/** Steps by delivery, oldest first. */
export const stepsLoader = defineLoader((ctx: Context, ids: readonly string[]) => stepsByDeliveries(ctx.db, ids));
/** Couriers by id. */
export const courierLoader = defineLoader((ctx: Context, ids: readonly string[]) => couriersByIds(ctx.db, ids));
/** Couriers by user. */
export const courierOfUserLoader = defineLoader((ctx: Context, ids: readonly string[]) => couriersByUsers(ctx.db, ids));
/** Offers by id. */
export const offerLoader = defineLoader((ctx: Context, ids: readonly string[]) => offersByIds(ctx.db, ids));
/** Ids of the restaurants that people work for, by person. */
export const restaurantsOfUserLoader = defineLoader((ctx: Context, ids: readonly string[]) =>
  restaurantsOfUsers(ctx.db, ids),
);

/** What the signed-in user has to do with couriers, by courier. */
export const knownCourierLoader = defineLoader(async (ctx: Context, ids: readonly string[]) =>
  ctx.caller.kind === "user" ? couriersKnownTo(ctx.db, ctx.caller.userId, ids) : new Map<string, { live: boolean }>(),
);

/** Every zone in use, read once a request. */
export const zonesLoader = defineLoader(
  async (ctx: Context, keys: readonly "all"[]): Promise<Map<"all", ZoneRow[]>> => {
    const rows = await activeZones(ctx.db);
    return new Map(keys.map((key) => [key, rows]));
  },
);
