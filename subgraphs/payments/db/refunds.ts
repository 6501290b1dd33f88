/** Changes to refunds. */
import { and, eq } from "drizzle-orm";
import type { Db, Tx } from "../../../kit/db.ts";
import { payments, refunds, type PaymentRow, type RefundRow } from "./tables.ts";

/** Stores a refund. */
export async function insertRefund(tx: Tx, refund: typeof refunds.$inferInsert): Promise<RefundRow> {
  const [row] = await tx.insert(refunds).values(refund).returning();
  if (!row) throw new Error("no refund came back");
  return row;
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

/** Remembers the provider's name of a refund that it still works on. */
export async function keepProviderRefund(tx: Db | Tx, refundId: string, providerRefundId: string): Promise<void> {
  await tx.update(refunds).set({ providerRefundId }).where(eq(refunds.id, refundId));
}

/** Ends a pending refund; null when it had ended already. */
export async function endRefund(
  tx: Tx,
  refundId: string,
  patch: { state: "SUCCEEDED" | "FAILED"; settledAt: Date; failure?: string | null; providerRefundId?: string },
): Promise<RefundRow | null> {
  const [row] = await tx
    .update(refunds)
    .set(patch)
    .where(and(eq(refunds.id, refundId), eq(refunds.state, "PENDING")))
    .returning();
  return row ?? null;
}
