/** What is paid back line by line, by fault, and by whom of support. */
import { and, asc, eq, sql } from "drizzle-orm";
import { uuids, type Db, type Tx } from "../../../kit/db.ts";
import { faults, type Fault, type RefundedByFault } from "../domain/fault-policy.ts";
import {
  paymentLines,
  refundLines,
  refunds,
  supportRefundDays,
  type PaymentLineRow,
  type RefundLineRow,
} from "./refund-tables.ts";

/** Keeps what an order's lines were charged. */
export async function insertLines(tx: Tx, lines: readonly (typeof paymentLines.$inferInsert)[]): Promise<void> {
  if (lines.length > 0) await tx.insert(paymentLines).values([...lines]);
}

/** Lines by payment, in the order's order. */
export async function linesByPayment(
  db: Db | Tx,
  paymentIds: readonly string[],
): Promise<Map<string, PaymentLineRow[]>> {
  const mine = sql`${paymentLines.paymentId} = any(${uuids(paymentIds)})`;
  const rows = await db.select().from(paymentLines).where(mine).orderBy(asc(paymentLines.position));
  return Map.groupBy(rows, (row) => row.paymentId);
}

/** Lines by refund, in the order of their names. */
export async function linesByRefund(db: Db, refundIds: readonly string[]): Promise<Map<string, RefundLineRow[]>> {
  const mine = sql`${refundLines.refundId} = any(${uuids(refundIds)})`;
  const rows = await db.select().from(refundLines).where(mine).orderBy(asc(refundLines.lineId));
  return Map.groupBy(rows, (row) => row.refundId);
}

/** Pieces of a line that a refund takes, with their money. */
export type LineClaim = { lineId: string; quantity: number; amountMinor: number; taxMinor: number };

/** Claims pieces of lines for a refund. Throws when there are not so many left: ask under the payment's lock. */
export async function claimLines(
  tx: Tx,
  paymentId: string,
  refundId: string,
  claims: readonly LineClaim[],
): Promise<void> {
  for (const { lineId, quantity, amountMinor, taxMinor } of claims) {
    const [claimed] = await tx
      .update(paymentLines)
      .set({
        refundedQuantity: sql`${paymentLines.refundedQuantity} + ${quantity}`,
        refundedMinor: sql`${paymentLines.refundedMinor} + ${amountMinor}`,
        refundedTaxMinor: sql`${paymentLines.refundedTaxMinor} + ${taxMinor}`,
      })
      .where(
        and(
          eq(paymentLines.paymentId, paymentId),
          eq(paymentLines.lineId, lineId),
          sql`${paymentLines.refundedQuantity} + ${quantity} <= ${paymentLines.quantity}`,
        ),
      )
      .returning({ lineId: paymentLines.lineId });
    if (!claimed) throw new Error(`line ${lineId} of payment ${paymentId} has less left than was asked for`);
    await tx.insert(refundLines).values({ refundId, paymentId, lineId, quantity, amountMinor, taxMinor });
  }
}

/** Gives back what a refund that came to nothing had claimed of its lines. */
export async function releaseLines(tx: Tx, refundId: string): Promise<void> {
  await tx
    .update(paymentLines)
    .set({
      refundedQuantity: sql`${paymentLines.refundedQuantity} - ${refundLines.quantity}`,
      refundedMinor: sql`${paymentLines.refundedMinor} - ${refundLines.amountMinor}`,
      refundedTaxMinor: sql`${paymentLines.refundedTaxMinor} - ${refundLines.taxMinor}`,
    })
    .from(refundLines)
    .where(
      and(
        eq(refundLines.refundId, refundId),
        eq(refundLines.paymentId, paymentLines.paymentId),
        eq(refundLines.lineId, paymentLines.lineId),
      ),
    );
}

/** Paid back of an order's money or on its way: before tax by fault, and the tax. */
export type RefundTotals = { refunded: RefundedByFault; taxMinor: number };

/** What was refunded of a payment; a fee given back is not the order's money and does not count. `without` leaves a refund out. */
export async function refundTotals(tx: Tx, paymentId: string, without?: string): Promise<RefundTotals> {
  const rows = await tx
    .select({
      fault: refunds.fault,
      rest: sql<string>`sum(${refunds.amountMinor} - ${refunds.taxMinor})`,
      tax: sql<string>`sum(${refunds.taxMinor})`,
    })
    .from(refunds)
    .where(
      and(
        eq(refunds.paymentId, paymentId),
        sql`${refunds.state} <> 'FAILED' and ${refunds.paidFrom} = 'ORDER'`,
        without === undefined ? undefined : sql`${refunds.id} <> all(${uuids([without])})`,
      ),
    )
    .groupBy(refunds.fault);
  const sums = new Map<Fault, number>(rows.map((row) => [row.fault, Number(row.rest)]));
  const refunded = Object.fromEntries(faults.map((fault) => [fault, sums.get(fault) ?? 0])) as RefundedByFault;
  return { refunded, taxMinor: rows.reduce((sum, row) => sum + Number(row.tax), 0) };
}

/** What somebody of support gave back in a currency on a business day, minor units. */
export async function givenBackToday(tx: Tx, agentId: string, day: string, currency: string): Promise<number> {
  const mine = and(
    eq(supportRefundDays.agentId, agentId),
    eq(supportRefundDays.day, day),
    eq(supportRefundDays.currency, currency),
  );
  const [row] = await tx.select().from(supportRefundDays).where(mine);
  return row?.amountMinor ?? 0;
}

/** Counts a refund against the day of whoever gives it; false when it would go beyond `limitMinor`, however many come at once. */
export async function countGivenBack(
  tx: Tx,
  given: { agentId: string; day: string; currency: string; amountMinor: number },
  limitMinor: number | null,
): Promise<boolean> {
  if (limitMinor !== null && given.amountMinor > limitMinor) return false;
  const sum = sql`${supportRefundDays.amountMinor} + ${given.amountMinor}`;
  const counted = await tx
    .insert(supportRefundDays)
    .values(given)
    .onConflictDoUpdate({
      target: [supportRefundDays.agentId, supportRefundDays.day, supportRefundDays.currency],
      set: { amountMinor: sum },
      ...(limitMinor === null ? {} : { setWhere: sql`${sum} <= ${limitMinor}` }),
    })
    .returning({ agentId: supportRefundDays.agentId });
  return counted.length > 0;
}
