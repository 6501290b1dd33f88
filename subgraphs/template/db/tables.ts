import { index, pgTable, text } from "drizzle-orm/pg-core";
import { id, instant } from "../../../kit/database/db.ts";

export * from "../../../kit/database/tables.ts";

/** What people noted about restaurants. */
export const notes = pgTable(
  "notes",
  {
    id: id("nte")("id").primaryKey(),
    authorId: id("usr")("author_id").notNull(),
    restaurantId: id("rst")("restaurant_id").notNull(),
    text: text("text").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [index("notes_author").on(table.authorId, table.restaurantId, table.createdAt)],
);

export type NoteRow = typeof notes.$inferSelect;
