import { and, count, desc, eq, or, sql } from "drizzle-orm";
import { uuids, type Executor, type Tx } from "../../../../kit/database/db.ts";
import { completedOrders, favourites, memberships, reviews } from "../tables.ts";

/** What a member may do for a restaurant: owners everything, staff what the day's work needs. */
export type MemberRole = "OWNER" | "STAFF";

/** The person's role per restaurant; restaurants where there is none are missing from the map. */
export async function rolesOf(
  db: Executor,
  userId: string,
  restaurantIds: readonly string[],
): Promise<Map<string, MemberRole>> {
  const rows = await db
    .select()
    .from(memberships)
    .where(and(eq(memberships.userId, userId), sql`${memberships.restaurantId} = any(${uuids(restaurantIds)})`));
  return new Map(rows.map((row) => [row.restaurantId, row.role]));
}

/** Writes a membership as users told it; a null role takes it away. */
export async function writeMembership(
  tx: Tx,
  row: { membershipId: string; userId: string; restaurantId: string; role: MemberRole | null },
): Promise<void> {
  const { role, ...rest } = row;
  // The pair may come back under a new membership id before the old one's end is known.
  await tx
    .delete(memberships)
    .where(
      or(
        eq(memberships.membershipId, row.membershipId),
        role === null
          ? undefined
          : and(eq(memberships.userId, row.userId), eq(memberships.restaurantId, row.restaurantId)),
      ),
    );
  if (role !== null) await tx.insert(memberships).values({ ...rest, role });
}

/** Most favourites of one person. */
export const maxFavourites = 100;

/** Ids of the restaurants a person keeps, newest first. */
export async function favouritesOf(db: Executor, userId: string): Promise<string[]> {
  const rows = await db
    .select()
    .from(favourites)
    .where(eq(favourites.userId, userId))
    .orderBy(desc(favourites.createdAt), desc(favourites.restaurantId))
    .limit(maxFavourites);
  return rows.map((row) => row.restaurantId);
}

/** Keeps a restaurant; false when the person already keeps as many as allowed. */
export async function insertFavourite(
  tx: Tx,
  row: { userId: string; restaurantId: string; createdAt: Date },
): Promise<boolean> {
  // One person at a time, so that the limit holds.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`favourites ${row.userId}`}, 0))`);
  const mine = eq(favourites.userId, row.userId);
  const [kept] = await tx
    .select()
    .from(favourites)
    .where(and(mine, eq(favourites.restaurantId, row.restaurantId)));
  if (kept) return true;
  const [held] = await tx.select({ number: count() }).from(favourites).where(mine);
  if ((held?.number ?? 0) >= maxFavourites) return false;
  await tx.insert(favourites).values(row);
  return true;
}

/** Lets a restaurant go. */
export async function deleteFavourite(db: Executor, userId: string, restaurantId: string): Promise<void> {
  await db.delete(favourites).where(and(eq(favourites.userId, userId), eq(favourites.restaurantId, restaurantId)));
}

/** Everything held about a person, for their own eyes. */
export async function personalData(db: Executor, userId: string) {
  const [kept, written, orders, roles] = await Promise.all([
    db.select().from(favourites).where(eq(favourites.userId, userId)),
    db.select().from(reviews).where(eq(reviews.customerId, userId)),
    db.select().from(completedOrders).where(eq(completedOrders.customerId, userId)),
    db.select().from(memberships).where(eq(memberships.userId, userId)),
  ]);
  return {
    favourites: kept.map(({ restaurantId, createdAt }) => ({ restaurantId, createdAt })),
    reviews: written.map(({ id, orderId, restaurantId, rating, comment, createdAt }) => ({
      id,
      orderId,
      restaurantId,
      rating,
      comment,
      createdAt,
    })),
    completedOrders: orders.map(({ orderId, restaurantId, completedAt }) => ({ orderId, restaurantId, completedAt })),
    memberships: roles.map(({ restaurantId, role }) => ({ restaurantId, role })),
  };
}

/** Forgets a person: favourites and memberships go, reviews keep their stars without author and words. */
export async function erasePerson(tx: Tx, userId: string): Promise<void> {
  await tx.delete(favourites).where(eq(favourites.userId, userId));
  await tx.delete(memberships).where(eq(memberships.userId, userId));
  await tx.update(reviews).set({ customerId: null, comment: null }).where(eq(reviews.customerId, userId));
  await tx.update(completedOrders).set({ customerId: null }).where(eq(completedOrders.customerId, userId));
}
