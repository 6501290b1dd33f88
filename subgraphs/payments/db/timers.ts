/** Timers that come back by themselves and are set once, when the first process starts. */
import { and, eq } from "drizzle-orm";
import type { Db } from "../../../kit/db.ts";
import { schedule, type NewTimer } from "../../../kit/timers.ts";
import { timers } from "./tables.ts";

/** Sets a timer unless there is one of its name and key, which then stays as it is. */
export async function scheduleFirst(db: Db, timer: NewTimer): Promise<void> {
  const mine = and(eq(timers.name, timer.name), eq(timers.key, timer.key));
  await db.transaction(async (tx) => {
    const [known] = await tx.select({ name: timers.name }).from(timers).where(mine);
    if (!known) await schedule(tx, timer);
  });
}
