/** Disputes as the provider told of them. */
import { and, asc, eq, gt } from "drizzle-orm";
import type { Db, Tx } from "../../../kit/db.ts";
import { disputes, type DisputeRow } from "./tables.ts";

/** The dispute by the provider's name of it; null when none was told of. */
export async function findDispute(tx: Tx, id: string): Promise<DisputeRow | null> {
  const [row] = await tx.select().from(disputes).where(eq(disputes.id, id));
  return row ?? null;
}

/** Stores a dispute. */
export async function insertDispute(tx: Tx, dispute: typeof disputes.$inferInsert): Promise<void> {
  await tx.insert(disputes).values(dispute);
}

/** Closes a dispute. */
export async function closeDispute(tx: Tx, id: string, state: "WON" | "LOST", closedAt: Date): Promise<void> {
  await tx.update(disputes).set({ state, closedAt }).where(eq(disputes.id, id));
}

const inState = async (tx: Tx, paymentId: string, state: DisputeRow["state"]): Promise<DisputeRow | null> => {
  const mine = and(eq(disputes.paymentId, paymentId), eq(disputes.state, state));
  const [row] = await tx.select().from(disputes).where(mine).orderBy(asc(disputes.openedAt)).limit(1);
  return row ?? null;
};

/** A lost dispute of the payment; null when there is none. */
export const lostDispute = (tx: Tx, paymentId: string) => inState(tx, paymentId, "LOST");

/** Open disputes by the provider's name, at most `limit`, after `cursor`. */
export function openDisputes(db: Db, cursor: string | null, limit: number): Promise<DisputeRow[]> {
  const later = cursor === null ? undefined : gt(disputes.id, cursor);
  return db
    .select()
    .from(disputes)
    .where(and(eq(disputes.state, "OPENED"), later))
    .orderBy(asc(disputes.id))
    .limit(limit);
}

/** An open dispute of the payment; null when there is none. */
export const openDispute = (tx: Tx, paymentId: string) => inState(tx, paymentId, "OPENED");
