/** Changes to refunds and to the attempts that tell the provider of them. */
import { and, desc, eq } from "drizzle-orm";
import type { Db, Tx } from "../../../kit/database/db.ts";
import type { Moment } from "./payments.ts";
import { refundAttempts, refunds, type RefundAttemptRow, type RefundRow } from "./refund-tables.ts";
import { payments, type PaymentRow } from "./tables.ts";

/** Stores a refund and the key of its first attempt, which is its own id. */
export async function insertRefund(tx: Tx, refund: typeof refunds.$inferInsert): Promise<RefundRow> {
  const [row] = await tx.insert(refunds).values(refund).returning();
  if (!row) throw new Error("no refund came back");
  await insertAttempt(tx, { idempotencyKey: row.id, refundId: row.id, number: 1, createdAt: row.createdAt });
  return row;
}

/** Stores the key of an attempt before the provider is asked. */
export async function insertAttempt(tx: Tx, attempt: Omit<typeof refundAttempts.$inferInsert, "state">): Promise<void> {
  await tx.insert(refundAttempts).values({ ...attempt, state: "LIVE" });
}

/** A refund with its payment; null when there is none. */
export async function refundWithPayment(
  db: Db | Tx,
  refundId: string,
): Promise<{ refund: RefundRow; payment: PaymentRow } | null> {
  const [row] = await db
    .select({ refund: refunds, payment: payments })
    .from(refunds)
    .innerJoin(payments, eq(payments.id, refunds.paymentId))
    .where(eq(refunds.id, refundId));
  return row ?? null;
}

/** The newest attempt of a refund; null for a refund of before attempts were kept. */
export async function lastAttempt(db: Db | Tx, refundId: string): Promise<RefundAttemptRow | null> {
  const [row] = await db
    .select()
    .from(refundAttempts)
    .where(eq(refundAttempts.refundId, refundId))
    .orderBy(desc(refundAttempts.number))
    .limit(1);
  return row ?? null;
}

/** Changes a refund. */
export async function patchRefund(
  tx: Db | Tx,
  refundId: string,
  patch: Partial<typeof refunds.$inferInsert>,
): Promise<RefundRow> {
  const [row] = await tx.update(refunds).set(patch).where(eq(refunds.id, refundId)).returning();
  if (!row) throw new Error(`refund ${refundId} is gone`);
  return row;
}

/** Closes an attempt with the provider's word. */
export async function endRefundAttempt(
  tx: Tx,
  idempotencyKey: string,
  state: "SUCCEEDED" | "FAILED",
  failure: string | null,
  { now }: Moment,
): Promise<void> {
  await tx
    .update(refundAttempts)
    .set({ state, failure, settledAt: now })
    .where(eq(refundAttempts.idempotencyKey, idempotencyKey));
}

/** The refunds of a payment that are on their way. */
export const pendingRefunds = (tx: Tx, paymentId: string): Promise<RefundRow[]> =>
  tx
    .select()
    .from(refunds)
    .where(and(eq(refunds.paymentId, paymentId), eq(refunds.state, "PENDING")));
