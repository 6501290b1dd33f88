import { asc, eq, sql } from "drizzle-orm";
import { type Executor, type Tx } from "../../../../kit/database/db.ts";
import { isId } from "../../../../kit/id.ts";
import { rowsBy } from "../../../../kit/database/rows-by.ts";
import type { Span } from "../../domain/opening-hours.ts";
import { openingHours, restaurants, type RestaurantRow } from "../tables.ts";

const readRestaurantsById = rowsBy(restaurants, restaurants.id);

/** Restaurants by id; unknown and malformed ids are missing from the map. */
export async function restaurantsById(db: Executor, ids: readonly string[]): Promise<Map<string, RestaurantRow>> {
  const rows = await readRestaurantsById(db, ids);
  return new Map(rows.map((row) => [row.id, row]));
}

const readSpansByRestaurant = rowsBy(openingHours, openingHours.restaurantId, {
  orderBy: [asc(openingHours.weekday), asc(openingHours.opens)],
});

/** Weekly spans by restaurant, by day and start; restaurants without any are missing from the map. */
export async function spansByRestaurant(db: Executor, ids: readonly string[]): Promise<Map<string, Span[]>> {
  const rows = await readSpansByRestaurant(db, ids);
  return Map.groupBy(rows, (row) => row.restaurantId);
}

/** Adds a restaurant. */
export async function insertRestaurant(tx: Tx, row: typeof restaurants.$inferInsert): Promise<RestaurantRow> {
  const [inserted] = await tx.insert(restaurants).values(row).returning();
  if (!inserted) throw new Error("no row came back");
  return inserted;
}

/** Columns to change; undefined leaves one as it is. */
export type RestaurantChanges = { readonly [Column in keyof RestaurantRow]?: RestaurantRow[Column] | undefined };

/** Changes the given columns; null when the restaurant does not exist. */
export async function changeRestaurant(tx: Tx, id: string, changes: RestaurantChanges): Promise<RestaurantRow | null> {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  if (Object.keys(given).length === 0) return (await restaurantsById(tx, [id])).get(id) ?? null;
  const [row] = await tx.update(restaurants).set(given).where(eq(restaurants.id, id)).returning();
  return row ?? null;
}

/** Locks a restaurant until the transaction ends, so that its status, menu and hours change one edit at a time; null for none. */
export async function lockRestaurant(tx: Tx, id: string): Promise<RestaurantRow | null> {
  if (!isId("rst", id)) return null;
  const [row] = await tx.select().from(restaurants).where(eq(restaurants.id, id)).for("update");
  return row ?? null;
}

/** Replaces the weekly spans of a restaurant. */
export async function replaceSpans(tx: Tx, restaurantId: string, spans: readonly Span[]): Promise<void> {
  await lockRestaurant(tx, restaurantId);
  await tx.delete(openingHours).where(eq(openingHours.restaurantId, restaurantId));
  if (spans.length > 0) await tx.insert(openingHours).values(spans.map((span) => ({ restaurantId, ...span })));
}

/** Counts a review into the restaurant's rating. */
export async function addRating(tx: Tx, restaurantId: string, rating: number): Promise<void> {
  await tx
    .update(restaurants)
    .set({
      ratingSum: sql`${restaurants.ratingSum} + ${rating}`,
      ratingCount: sql`${restaurants.ratingCount} + 1`,
    })
    .where(eq(restaurants.id, restaurantId));
}
