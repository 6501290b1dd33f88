import { and, desc, eq, sql } from "drizzle-orm";
import { uuids, type Executor, type Tx } from "../../../kit/database/db.ts";
import { notes, type NoteRow } from "./tables.ts";

/** Most notes of one person about one restaurant that are shown. */
const shown = 50;

/** Writes a new note. */
export async function insertNote(tx: Tx, note: NoteRow): Promise<void> {
  await tx.insert(notes).values(note);
}

/** The author's notes among `ids`, by id. */
export async function notesById(
  db: Executor,
  authorId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, NoteRow>> {
  const rows = await db
    .select()
    .from(notes)
    .where(and(eq(notes.authorId, authorId), sql`${notes.id} = any(${uuids(ids)})`));
  return new Map(rows.map((row) => [row.id, row]));
}

/** The author's notes about each of `restaurantIds`, newest first, at most 50 each; an empty list where there are none. */
export async function notesAbout(
  db: Executor,
  authorId: string,
  restaurantIds: readonly string[],
): Promise<ReadonlyMap<string, NoteRow[]>> {
  const rows = await db
    .select()
    .from(notes)
    .where(and(eq(notes.authorId, authorId), sql`${notes.restaurantId} = any(${uuids(restaurantIds)})`))
    .orderBy(desc(notes.createdAt), desc(notes.id));
  const byRestaurant = Map.groupBy(rows, ({ restaurantId }) => restaurantId);
  return new Map(restaurantIds.map((id) => [id, (byRestaurant.get(id) ?? []).slice(0, shown)]));
}
