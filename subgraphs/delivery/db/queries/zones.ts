/** Reads of zones. */
import { asc, eq } from "drizzle-orm";
import type { Executor } from "../../../../kit/database/db.ts";
import { zones, type ZoneRow } from "../tables.ts";

/** Every zone in use, by name; at most 200. */
export const activeZones = (executor: Executor): Promise<ZoneRow[]> =>
  executor.select().from(zones).where(eq(zones.active, true)).orderBy(asc(zones.name)).limit(200);
