/** Reads and writes of memberships. */
import { and, asc, eq, isNotNull, sql } from "drizzle-orm";
import { uuids, type Db, type Executor, type Tx } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { defineLoader } from "../../../kit/graphql/loaders.ts";
import type { MembershipRole } from "../domain/membership.ts";
import { memberships, type MembershipRow } from "./tables.ts";

/** The restaurants that each person works for. */
export const membershipsOf = defineLoader(async ({ db }: { db: Db }, userIds: readonly string[]) => {
  const rows = await db
    .select()
    .from(memberships)
    .where(and(sql`${memberships.userId} = any(${uuids(userIds)})`, isNotNull(memberships.role)))
    .orderBy(asc(memberships.changedAt), asc(memberships.id));
  return Map.groupBy(rows, (row) => row.userId);
});

/** A person's membership of a restaurant, ended ones included. */
export async function findMembership(
  db: Executor,
  userId: string,
  restaurantId: string,
): Promise<MembershipRow | null> {
  const [row] = await db
    .select()
    .from(memberships)
    .where(and(eq(memberships.userId, userId), eq(memberships.restaurantId, restaurantId)));
  return row ?? null;
}

/** Everyone who works for a restaurant, owners first, at most 200. */
export const membersOf = (db: Executor, restaurantId: string): Promise<MembershipRow[]> =>
  db
    .select()
    .from(memberships)
    .where(and(eq(memberships.restaurantId, restaurantId), isNotNull(memberships.role)))
    .orderBy(asc(memberships.role), asc(memberships.changedAt))
    .limit(200);

/** Sets a person's role at a restaurant; null ends it. The row keeps its id for good. */
export async function setMembership(
  tx: Tx,
  change: { userId: string; restaurantId: string; role: MembershipRole | null; now: Date },
): Promise<MembershipRow> {
  const { userId, restaurantId, role, now } = change;
  const [row] = await tx
    .insert(memberships)
    .values({ id: newId("mem"), userId, restaurantId, role, changedAt: now })
    .onConflictDoUpdate({ target: [memberships.userId, memberships.restaurantId], set: { role, changedAt: now } })
    .returning();
  if (!row) throw new Error("no membership came back");
  return row;
}
