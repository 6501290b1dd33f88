/** Batched reads, one of each per request. */
import { defineLoader } from "../../../kit/loaders.ts";
import {
  cartsByUser,
  couriersOfUsers,
  historyByOrder,
  linesByOrder,
  ordersByIds,
  restaurantsOfUsers,
} from "../db/queries.ts";
import type { Context } from "../deps.ts";

/** Orders by id. */
export const orderById = defineLoader((context: Context, ids: readonly string[]) => ordersByIds(context.db, ids));
/** Lines by order id. */
export const linesOf = defineLoader((context: Context, ids: readonly string[]) => linesByOrder(context.db, ids));
/** History by order id. */
export const historyOf = defineLoader((context: Context, ids: readonly string[]) => historyByOrder(context.db, ids));
/** Carts by user id. */
export const cartOf = defineLoader((context: Context, ids: readonly string[]) => cartsByUser(context.db, ids));
/** Restaurants that a user may act for. */
export const restaurantsOf = defineLoader((context: Context, ids: readonly string[]) =>
  restaurantsOfUsers(context.db, ids),
);
/** Couriers that a user is. */
export const couriersOf = defineLoader((context: Context, ids: readonly string[]) => couriersOfUsers(context.db, ids));
