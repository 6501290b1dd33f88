import type { Executor } from "../../../kit/database/db.ts";
import { groupsByItem, itemsById, modifiersByGroup } from "../db/queries/items.ts";
import { restaurantsById, spansByRestaurant } from "../db/queries/restaurants.ts";
import type { RestaurantRow } from "../db/tables.ts";
import { isOpenAt } from "../domain/opening-hours.ts";
import { priceLines, type AskedLine, type PricedItemFacts, type PricedLine } from "../domain/pricing.ts";

/** A restaurant with whether it sells at the instant asked about, and the lines priced. */
export type PricedBasket = { readonly restaurant: RestaurantRow; readonly open: boolean; readonly lines: PricedLine[] };

/** Whether a restaurant sells at an instant: active, and inside its opening hours. */
export async function sellsAt(db: Executor, restaurant: RestaurantRow, at: Date): Promise<boolean> {
  if (restaurant.status !== "ACTIVE") return false;
  const spans = (await spansByRestaurant(db, [restaurant.id])).get(restaurant.id) ?? [];
  return isOpenAt(spans, restaurant.timeZone, at);
}

/** Prices lines of one restaurant in five reads, however many lines; null when the restaurant is unknown. */
export async function priceItems(
  db: Executor,
  input: { restaurantId: string; at: Date; lines: readonly AskedLine[] },
): Promise<PricedBasket | null> {
  const itemIds = input.lines.map((line) => line.itemId);
  const [restaurants, items, groups] = await Promise.all([
    restaurantsById(db, [input.restaurantId]),
    itemsById(db, itemIds),
    groupsByItem(db, itemIds),
  ]);
  const restaurant = restaurants.get(input.restaurantId);
  if (!restaurant) return null;
  const groupIds = [...groups.values()].flat().map((group) => group.id);
  const [modifiers, open] = await Promise.all([modifiersByGroup(db, groupIds), sellsAt(db, restaurant, input.at)]);
  const facts = new Map<string, PricedItemFacts>();
  for (const item of items.values()) {
    if (item.restaurantId !== restaurant.id || item.deletedAt) continue;
    const own = (groups.get(item.id) ?? []).map((group) => ({ ...group, modifiers: modifiers.get(group.id) ?? [] }));
    facts.set(item.id, { ...item, groups: own });
  }
  return { restaurant, open, lines: priceLines(input.lines, facts) };
}
