/** Restaurants that have left, and when their last payouts are due. */
import { and, eq, max, sql } from "drizzle-orm";
import type { Tx } from "../../../kit/database/db.ts";
import { closedRestaurants, orderEarnings, payoutAccounts } from "./payout-tables.ts";

const nameOf = (restaurantId: string) => `restaurant leaves ${restaurantId}`;

/** Keeps the restaurant from leaving until the transaction ends: the leaving sees the accounts that are made in it. */
export async function lockOutLeaving(tx: Tx, restaurantId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(hashtextextended(${nameOf(restaurantId)}, 0))`);
}

/** Keeps that a restaurant has left; the first time counts. Waits for those who are making it an account. */
export async function keepClosedRestaurant(
  tx: Tx,
  row: typeof closedRestaurants.$inferInsert,
): Promise<typeof closedRestaurants.$inferSelect> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${nameOf(row.restaurantId)}, 0))`);
  await tx.insert(closedRestaurants).values(row).onConflictDoNothing();
  const [kept] = await tx.select().from(closedRestaurants).where(eq(closedRestaurants.restaurantId, row.restaurantId));
  return kept!;
}

/** When an order last earned it something; null when none did. */
export async function lastEarnedAt(tx: Tx, restaurantId: string): Promise<Date | null> {
  const [row] = await tx
    .select({ at: max(orderEarnings.earnedAt) })
    .from(orderEarnings)
    .where(eq(orderEarnings.owner, restaurantId));
  return row?.at ?? null;
}

/** Moves the last payouts of a restaurant that has left to its delay after an order ended at `endedAt`, where they were due before; others are left alone. */
export async function postponeFinalPayout(tx: Tx, restaurantId: string, endedAt: Date): Promise<void> {
  const dueAt = sql`${endedAt.toISOString()}::timestamptz + ${closedRestaurants.payoutDelayMs} * interval '1 millisecond'`;
  await tx
    .update(payoutAccounts)
    .set({ finalPayoutAt: sql`greatest(${payoutAccounts.finalPayoutAt}, ${dueAt})` })
    .from(closedRestaurants)
    .where(and(eq(payoutAccounts.owner, restaurantId), eq(closedRestaurants.restaurantId, restaurantId)));
}
