import { and, eq } from "drizzle-orm";
import type { Slice } from "../../../../kit/graphql/connection.ts";
import { type Executor, type Tx } from "../../../../kit/database/db.ts";
import { rowsBy } from "../../../../kit/database/rows-by.ts";
import { instantAndId, keyset, type InstantPosition, type Keyset } from "../../../../kit/graphql/keyset.ts";
import { completedOrders, reviews, type ReviewRow } from "../tables.ts";

const readReviewsById = rowsBy(reviews, reviews.id);

/** Reviews by id. */
export async function reviewsById(db: Executor, ids: readonly string[]): Promise<Map<string, ReviewRow>> {
  const rows = await readReviewsById(db, ids);
  return new Map(rows.map((row) => [row.id, row]));
}

const readReviewsByOrder = rowsBy(reviews, reviews.orderId);

/** Reviews by order: at most one each. */
export async function reviewsByOrder(db: Executor, orderIds: readonly string[]): Promise<Map<string, ReviewRow>> {
  const rows = await readReviewsByOrder(db, orderIds);
  return new Map(rows.map((row) => [row.orderId, row]));
}

const newestFirst: Keyset<InstantPosition> = {
  columns: [reviews.createdAt, reviews.id],
  order: "descending",
  valuesOf: instantAndId,
};

/** A page of a restaurant's reviews, newest first. */
export function reviewsOfRestaurant(
  db: Executor,
  restaurantId: string,
  slice: Slice<InstantPosition>,
): Promise<ReviewRow[]> {
  const { where, orderBy } = keyset(newestFirst, slice);
  return db
    .select()
    .from(reviews)
    .where(and(eq(reviews.restaurantId, restaurantId), where))
    .orderBy(...orderBy)
    .limit(slice.limit);
}

/** Adds a review; null when the order has one already. */
export async function insertReview(tx: Tx, row: typeof reviews.$inferInsert): Promise<ReviewRow | null> {
  const [inserted] = await tx.insert(reviews).values(row).onConflictDoNothing({ target: reviews.orderId }).returning();
  return inserted ?? null;
}

type CompletedOrderRow = typeof completedOrders.$inferSelect;

const readCompletedOrdersById = rowsBy(completedOrders, completedOrders.orderId);

/** Completed orders by id. */
export async function completedOrdersById(
  db: Executor,
  orderIds: readonly string[],
): Promise<Map<string, CompletedOrderRow>> {
  const rows = await readCompletedOrdersById(db, orderIds);
  return new Map(rows.map((row) => [row.orderId, row]));
}

/** Notes that an order is completed; a second time changes nothing. */
export async function insertCompletedOrder(tx: Tx, row: CompletedOrderRow): Promise<void> {
  await tx.insert(completedOrders).values(row).onConflictDoNothing();
}
