/** Batched reads of one request: every field and every reference goes through these. */
import { userIdOf } from "../../../kit/access/caller.ts";
import { defineLoader } from "../../../kit/graphql/loaders.ts";
import {
  groupsById,
  groupsByItem,
  itemsById,
  itemsByRestaurant,
  modifiersByGroup,
  modifiersById,
} from "../db/queries/items.ts";
import { rolesOf } from "../db/queries/people.ts";
import { restaurantsById, spansByRestaurant } from "../db/queries/restaurants.ts";
import { completedOrdersById, reviewsById, reviewsByOrder } from "../db/queries/reviews.ts";
import { type Context } from "../deps.ts";

/** Restaurants by id. */
export const restaurantLoader = defineLoader((context: Context, ids: readonly string[]) =>
  restaurantsById(context.db, ids),
);

/** Weekly spans by restaurant; null for none. */
export const spansLoader = defineLoader((context: Context, ids: readonly string[]) =>
  spansByRestaurant(context.db, ids),
);

/** Items by id, deleted ones included. */
export const itemLoader = defineLoader((context: Context, ids: readonly string[]) => itemsById(context.db, ids));

/** Menus by restaurant; null for an empty one. What was read with a menu is not read again by id. */
export const menuLoader = defineLoader(async (context: Context, ids: readonly string[]) => {
  const menus = await itemsByRestaurant(context.db, ids);
  for (const item of [...menus.values()].flat()) itemLoader(context).prime(item.id, item);
  return menus;
});

/** Choices by id. */
export const groupLoader = defineLoader((context: Context, ids: readonly string[]) => groupsById(context.db, ids));

/** Choices by item; null for none. What was read with its item is not read again by id. */
export const groupsLoader = defineLoader(async (context: Context, ids: readonly string[]) => {
  const groups = await groupsByItem(context.db, ids);
  for (const group of [...groups.values()].flat()) groupLoader(context).prime(group.id, group);
  return groups;
});

/** Modifiers by id. */
export const modifierLoader = defineLoader((context: Context, ids: readonly string[]) =>
  modifiersById(context.db, ids),
);

/** Modifiers by choice; null for none. */
export const modifiersLoader = defineLoader((context: Context, ids: readonly string[]) =>
  modifiersByGroup(context.db, ids),
);

/** Reviews by id. */
export const reviewLoader = defineLoader((context: Context, ids: readonly string[]) => reviewsById(context.db, ids));

/** Reviews by order. */
export const orderReviewLoader = defineLoader((context: Context, ids: readonly string[]) =>
  reviewsByOrder(context.db, ids),
);

/** Completed orders by id. */
export const completedOrderLoader = defineLoader((context: Context, ids: readonly string[]) =>
  completedOrdersById(context.db, ids),
);

/** The caller's role by restaurant; null for none. */
export const roleLoader = defineLoader(async (context: Context, ids: readonly string[]) => {
  const userId = userIdOf(context);
  return userId ? rolesOf(context.db, userId, ids) : new Map();
});
