/** The projection of who works for which restaurant. */
import { and, eq } from "drizzle-orm";
import { type Executor, type Tx } from "../../../../kit/database/db.ts";
import { rowsBy } from "../../../../kit/database/rows-by.ts";
import { memberships } from "../tables.ts";

/** Sets a person's role at a restaurant; null takes it away. */
export async function setMembership(
  tx: Tx,
  userId: string,
  restaurantId: string,
  role: "OWNER" | "STAFF" | null,
): Promise<void> {
  if (role === null) {
    await tx.delete(memberships).where(and(eq(memberships.userId, userId), eq(memberships.restaurantId, restaurantId)));
    return;
  }
  await tx
    .insert(memberships)
    .values({ userId, restaurantId, role })
    .onConflictDoUpdate({ target: [memberships.userId, memberships.restaurantId], set: { role } });
}

const readRestaurantsOfUsers = rowsBy(memberships, memberships.userId);

/** Restaurants by person. */
export async function restaurantsOfUsers(
  executor: Executor,
  userIds: readonly string[],
): Promise<Map<string, Set<string>>> {
  const rows = await readRestaurantsOfUsers(executor, userIds);
  const grouped = Map.groupBy(rows, (row) => row.userId);
  return new Map([...grouped].map(([userId, own]) => [userId, new Set(own.map((row) => row.restaurantId))]));
}
