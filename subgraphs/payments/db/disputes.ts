/** Disputes as the provider reported them, and the evidence against them. */
import { and, asc, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../kit/database/db.ts";
import { attentionIn } from "../domain/dispute-attention.ts";
import { canDisputeMove, openStates, type DisputeState } from "../domain/dispute-states.ts";
import { disputeEvidence, disputes, type DisputeRow, type EvidenceRow } from "./tables.ts";

type Patch = Partial<Omit<typeof disputes.$inferInsert, "id" | "state">>;

/** The dispute by the provider's name of it; null when none is known. */
export async function findDispute(db: Db | Tx, id: string): Promise<DisputeRow | null> {
  const [row] = await db.select().from(disputes).where(eq(disputes.id, id));
  return row ?? null;
}

/** The same, locked until commit. Whoever locks its payment as well locks that one first. */
export async function lockDispute(tx: Tx, id: string): Promise<DisputeRow | null> {
  const [row] = await tx.select().from(disputes).where(eq(disputes.id, id)).for("update");
  return row ?? null;
}

/** Stores a dispute. */
export async function insertDispute(tx: Tx, dispute: typeof disputes.$inferInsert): Promise<DisputeRow> {
  const [row] = await tx.insert(disputes).values(dispute).returning();
  if (!row) throw new Error("no dispute came back");
  return row;
}

/** Changes what is not the state. */
export async function patchDispute(tx: Tx, id: string, patch: Patch): Promise<DisputeRow> {
  const [row] = await tx.update(disputes).set(patch).where(eq(disputes.id, id)).returning();
  if (!row) throw new Error(`dispute ${id} is gone`);
  return row;
}

/** Moves a dispute one step of the table; the key of a call ends with the state that made it. Throws when the step is not listed, or another was faster. */
export async function moveDispute(tx: Tx, dispute: DisputeRow, to: DisputeState, patch: Patch): Promise<DisputeRow> {
  const { id, state: from } = dispute;
  if (!canDisputeMove(from, to)) throw new Error(`a dispute does not go from ${from} to ${to}`);
  const [row] = await tx
    .update(disputes)
    .set({ callKey: null, attention: attentionIn(to, dispute.attention), ...patch, state: to })
    .where(and(eq(disputes.id, id), eq(disputes.state, from)))
    .returning();
  if (!row) throw new Error(`dispute ${id} left ${from} meanwhile`);
  return row;
}

/** Open disputes by the provider's name, at most `limit`, after `cursor`. */
export function openDisputes(db: Db, cursor: string | null, limit: number): Promise<DisputeRow[]> {
  const later = cursor === null ? undefined : gt(disputes.id, cursor);
  return db
    .select()
    .from(disputes)
    .where(and(inArray(disputes.state, [...openStates]), later))
    .orderBy(asc(disputes.id))
    .limit(limit);
}

/** Whether a dispute of the payment is open. */
export async function hasOpenDispute(tx: Tx, paymentId: string): Promise<boolean> {
  const mine = and(eq(disputes.paymentId, paymentId), inArray(disputes.state, [...openStates]));
  return (await tx.select({ id: disputes.id }).from(disputes).where(mine).limit(1)).length > 0;
}

/** The payment's losses that are still to be put on those who bear them, oldest first. */
export const lossesToShare = (tx: Tx, paymentId: string): Promise<DisputeRow[]> =>
  tx
    .select()
    .from(disputes)
    .where(and(eq(disputes.paymentId, paymentId), isNull(disputes.sharedAt), sql`${disputes.lostMinor} > 0`))
    .orderBy(asc(disputes.closedAt), asc(disputes.id));

/** The evidence of a dispute. */
export const evidenceOf = (db: Db | Tx, disputeId: string): Promise<EvidenceRow[]> =>
  db.select().from(disputeEvidence).where(eq(disputeEvidence.disputeId, disputeId));

/** Keeps one side's evidence in place of what it gave before. */
export async function putEvidence(tx: Tx, evidence: EvidenceRow): Promise<void> {
  const { texts, links, givenBy, givenAt } = evidence;
  await tx
    .insert(disputeEvidence)
    .values(evidence)
    .onConflictDoUpdate({
      target: [disputeEvidence.disputeId, disputeEvidence.contributor],
      set: { texts, links, givenBy, givenAt },
    });
}
