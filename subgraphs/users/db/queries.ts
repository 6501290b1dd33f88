/** Reads and writes of people. */
import type { Slice } from "../../../kit/graphql/connection.ts";
import { instantAndId, keyset, type InstantPosition, type Keyset } from "../../../kit/graphql/keyset.ts";
import { and, eq, ilike, sql } from "drizzle-orm";
import { type Db, type Executor } from "../../../kit/database/db.ts";
import { defineLoader } from "../../../kit/graphql/loaders.ts";
import { rowsBy } from "../../../kit/database/rows-by.ts";
import { users, type UserRow } from "./tables.ts";

const readUsersById = rowsBy(users, users.id);

/** The person of each id, erased ones included. */
export const userById = defineLoader(async ({ db }: { db: Db }, ids: readonly string[]) => {
  const rows = await readUsersById(db, ids);
  return new Map(rows.map((row) => [row.id, row]));
});

/** The person with this (normalised) e-mail. */
export async function findByEmail(db: Executor, email: string): Promise<UserRow | null> {
  const [row] = await db.select().from(users).where(eq(users.email, email));
  return row ?? null;
}

/** The person of an id; with `lock`, until the end of the transaction nobody else changes it. */
export async function findUser(db: Executor, id: string, lock = false): Promise<UserRow | null> {
  const query = db.select().from(users).where(eq(users.id, id));
  const [row] = lock ? await query.for("update") : await query;
  return row ?? null;
}

/** Adds a person; null when the e-mail is taken. */
export async function insertUser(db: Executor, row: typeof users.$inferInsert): Promise<UserRow | null> {
  const [added] = await db.insert(users).values(row).onConflictDoNothing({ target: users.email }).returning();
  return added ?? null;
}

/** Changes a person who is not erased; null when there is none. */
export async function changeUser(
  db: Executor,
  id: string,
  change: Partial<typeof users.$inferInsert> & { updatedAt: Date },
): Promise<UserRow | null> {
  const [row] = await db
    .update(users)
    .set(change)
    .where(and(eq(users.id, id), sql`${users.status} <> 'ERASED'`))
    .returning();
  return row ?? null;
}

/** Up to `limit` people, newest first; `search` matches within name and e-mail; `after` is the last row of the page before. */
export async function searchUsers(
  db: Executor,
  search: string | null,
  slice: Slice<InstantPosition>,
): Promise<UserRow[]> {
  const { where, orderBy } = keyset(newestFirst, slice);
  const pattern = `%${(search ?? "").replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
  const found = ilike(sql`(${users.displayName} || ' ' || coalesce(${users.email}, ''))`, pattern);
  return db
    .select()
    .from(users)
    .where(and(search === null ? undefined : found, where))
    .orderBy(...orderBy)
    .limit(slice.limit);
}

const newestFirst: Keyset<InstantPosition> = {
  columns: [users.createdAt, users.id],
  order: "descending",
  valuesOf: instantAndId,
};
