/** Noting that the service works, and reading when it did not. */
import { and, gt, lt } from "drizzle-orm";
import type { Db, Tx } from "../../../kit/database/db.ts";
import type { Span } from "../domain/windows.ts";
import { outages, serviceBeats } from "./tables.ts";

/**
 * Notes that the service works at `now`. Where it was last known to work longer than `outageMs` ago, and `isAway` says that
 * this process was away as long too, the time in between is kept as an outage. A clock that went back changes nothing.
 */
export async function beat(db: Db, now: Date, outageMs: number, isAway: boolean): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.insert(serviceBeats).values({ id: 1, beatAt: now }).onConflictDoNothing();
    const [row] = await tx.select().from(serviceBeats).for("update");
    const last = row?.beatAt ?? now;
    if (now <= last) return;
    if (isAway && now.getTime() - last.getTime() > outageMs)
      await tx.insert(outages).values({ beganAt: last, endedAt: now }).onConflictDoNothing();
    await tx.update(serviceBeats).set({ beatAt: now });
  });
}

/** The outages that overlap `window`. */
export async function outagesWithin(tx: Tx, { from, to }: Span): Promise<Span[]> {
  const rows = await tx
    .select()
    .from(outages)
    .where(and(lt(outages.beganAt, to), gt(outages.endedAt, from)));
  return rows.map(({ beganAt, endedAt }) => ({ from: beganAt, to: endedAt }));
}
