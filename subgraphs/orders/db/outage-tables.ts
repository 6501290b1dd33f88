/** When the service was last known to work, and when it did not. */
import { sql } from "drizzle-orm";
import { check, pgTable, smallint } from "drizzle-orm/pg-core";
import { instant } from "../../../kit/database/db.ts";

/** One row: when any process of the service last worked. */
export const serviceBeats = pgTable(
  "service_beats",
  {
    id: smallint("id").primaryKey(),
    beatAt: instant("beat_at").notNull(),
  },
  (table) => [check("service_beats_one", sql`${table.id} = 1`)],
);

/** Times in which no process of the service worked; none overlaps another. */
export const outages = pgTable(
  "outages",
  {
    beganAt: instant("began_at").primaryKey(),
    endedAt: instant("ended_at").notNull(),
  },
  (table) => [check("outages_order", sql`${table.endedAt} > ${table.beganAt}`)],
);
