import type { Act } from "../../../kit/access/caller.ts";
import type { Tx } from "../../../kit/database/db.ts";
import { groupsById, itemsById } from "../db/queries/items.ts";
import { rolesOf, type MemberRole } from "../db/queries/people.ts";
import { restaurantsById } from "../db/queries/restaurants.ts";
import type { GroupRow, ItemRow, RestaurantRow } from "../db/tables.ts";

/** Roles that may change what a restaurant is and sells. */
export const owners: readonly MemberRole[] = ["OWNER"];
/** Roles that may do the day's work: switch items, count stock. */
export const members: readonly MemberRole[] = ["OWNER", "STAFF"];

/** The restaurant, if the person has one of these roles there; null otherwise, as for an unknown one. */
export async function ownRestaurant(
  tx: Tx,
  act: Act,
  restaurantId: string,
  allowed: readonly MemberRole[],
): Promise<RestaurantRow | null> {
  const role = (await rolesOf(tx, act.userId, [restaurantId])).get(restaurantId);
  if (!role || !allowed.includes(role)) return null;
  return (await restaurantsById(tx, [restaurantId])).get(restaurantId) ?? null;
}

/** The item on the menu, if the person has one of these roles at its restaurant; null otherwise. */
export async function ownItem(
  tx: Tx,
  act: Act,
  itemId: string,
  allowed: readonly MemberRole[],
): Promise<ItemRow | null> {
  const item = (await itemsById(tx, [itemId])).get(itemId);
  if (!item || item.deletedAt) return null;
  const role = (await rolesOf(tx, act.userId, [item.restaurantId])).get(item.restaurantId);
  return role && allowed.includes(role) ? item : null;
}

/** The choice with its item, if the person owns the restaurant; null otherwise. */
export async function ownGroup(tx: Tx, act: Act, groupId: string): Promise<{ group: GroupRow; item: ItemRow } | null> {
  const group = (await groupsById(tx, [groupId])).get(groupId);
  const item = group ? await ownItem(tx, act, group.itemId, owners) : null;
  return group && item ? { group, item } : null;
}
