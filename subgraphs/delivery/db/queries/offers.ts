/** Reads and conditional writes of offers. */
import { and, eq, gt, inArray, sql } from "drizzle-orm";
import { uuids, type Executor, type Tx } from "../../../../kit/database/db.ts";
import { rowsBy } from "../../../../kit/database/rows-by.ts";
import { offerTransitions, type OfferState } from "../../domain/offer-states.ts";
import { offers, type OfferRow } from "../tables.ts";

/** Makes an offer; null when the courier or the delivery has an open one already. */
export async function insertOffer(tx: Tx, row: typeof offers.$inferInsert): Promise<OfferRow | null> {
  const [inserted] = await tx.insert(offers).values(row).onConflictDoNothing().returning();
  return inserted ?? null;
}

/** Moves an offer if the table allows it from its present state; null otherwise. */
export async function moveOffer(tx: Tx, id: string, to: OfferState, now: Date): Promise<OfferRow | null> {
  const from = offerTransitions.filter((transition) => transition.to === to).map((transition) => transition.from);
  const [row] = await tx
    .update(offers)
    .set({ state: to, endedAt: now })
    .where(and(eq(offers.id, id), inArray(offers.state, from)))
    .returning();
  return row ?? null;
}

/** Takes back whatever is open or accepted of a delivery. */
export async function withdrawOffersOf(tx: Tx, deliveryId: string, now: Date): Promise<void> {
  await tx
    .update(offers)
    .set({ state: "WITHDRAWN", endedAt: now })
    .where(and(eq(offers.deliveryId, deliveryId), inArray(offers.state, ["OFFERED", "ACCEPTED"])));
}

/** Takes back the open offer of a courier. */
export async function withdrawOpenOffer(tx: Tx, courierId: string, now: Date): Promise<void> {
  await tx
    .update(offers)
    .set({ state: "WITHDRAWN", endedAt: now })
    .where(and(eq(offers.courierId, courierId), eq(offers.state, "OFFERED")));
}

/** One offer. */
export async function offerById(executor: Executor, id: string): Promise<OfferRow | null> {
  const [row] = await executor.select().from(offers).where(eq(offers.id, id));
  return row ?? null;
}

const readOffersByIds = rowsBy(offers, offers.id);

/** Offers by id. */
export async function offersByIds(executor: Executor, ids: readonly string[]): Promise<Map<string, OfferRow>> {
  const rows = await readOffersByIds(executor, ids);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The courier's offers that may still be accepted at `now`. */
export const openOffersOf = (executor: Executor, courierId: string, now: Date): Promise<OfferRow[]> =>
  executor
    .select()
    .from(offers)
    .where(and(eq(offers.courierId, courierId), eq(offers.state, "OFFERED"), gt(offers.expiresAt, now)));

/** Offers of these deliveries that ended after `since` without bringing a courier. */
export const offerHistory = (tx: Tx, deliveryIds: readonly string[], since: Date): Promise<OfferRow[]> =>
  tx
    .select()
    .from(offers)
    .where(
      and(
        sql`${offers.deliveryId} = any(${uuids(deliveryIds)})`,
        inArray(offers.state, ["DECLINED", "EXPIRED", "WITHDRAWN"]),
        gt(offers.endedAt, since),
      ),
    );
