/** Batched reads, one of each per request. */
import { defineLoader } from "../../../kit/graphql/loaders.ts";
import { promotionsByIds, shownPromotions } from "../db/promotions.ts";
import {
  cartsByUser,
  couriersOfUsers,
  feesByOrder,
  historyByOrder,
  linesByOrder,
  ordersByIds,
  restaurantsOfUsers,
} from "../db/queries.ts";
import { redemptionsByOrder } from "../db/redemptions.ts";
import type { Context } from "../deps.ts";

/** Orders by id. */
export const orderById = defineLoader((context: Context, ids: readonly string[]) => ordersByIds(context.db, ids));
/** Lines by order id. */
export const linesOf = defineLoader((context: Context, ids: readonly string[]) => linesByOrder(context.db, ids));
/** Fees by order id. */
export const feesOf = defineLoader((context: Context, ids: readonly string[]) => feesByOrder(context.db, ids));
/** History by order id. */
export const historyOf = defineLoader((context: Context, ids: readonly string[]) => historyByOrder(context.db, ids));
/** Carts by user id. */
export const cartOf = defineLoader((context: Context, ids: readonly string[]) => cartsByUser(context.db, ids));
/** Restaurants that a user may act for. */
export const restaurantsOf = defineLoader((context: Context, ids: readonly string[]) =>
  restaurantsOfUsers(context.db, ids),
);
/** Restaurants that a user owns. */
export const ownedRestaurants = defineLoader((context: Context, ids: readonly string[]) =>
  restaurantsOfUsers(context.db, ids, "OWNER"),
);
/** Promotions by id. */
export const promotionById = defineLoader((context: Context, ids: readonly string[]) =>
  promotionsByIds(context.db, ids),
);
/** Promotions that apply by themselves now, by restaurant. */
export const promotionsShownAt = defineLoader((context: Context, ids: readonly string[]) =>
  shownPromotions(context.db, ids, context.clock.now()),
);
/** What promotions took off, by order id. */
export const redemptionsOf = defineLoader((context: Context, ids: readonly string[]) =>
  redemptionsByOrder(context.db, ids),
);
/** Couriers that a user is. */
export const couriersOf = defineLoader((context: Context, ids: readonly string[]) => couriersOfUsers(context.db, ids));
