/** What is paid back line by line, by fault, and by whom of support. */
import { and, asc, eq, isNotNull, sql } from "drizzle-orm";
import { uuids, type Db, type Tx } from "../../../kit/database/db.ts";
import { faults, type Fault, type Refunded, type RefundedByFault } from "../domain/fault-policy.ts";
import type { EarlyRefund } from "../domain/ending.ts";
import type { LineWorth } from "../domain/refund-lines.ts";
import { disputes } from "./dispute-tables.ts";
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

/** A line of a refund with what was bought. */
type NamedRefundLine = RefundLineRow & Pick<PaymentLineRow, "name" | "itemId">;

/** Lines by refund, in the order's order. */
export async function linesByRefund(
  db: Db | Tx,
  refundIds: readonly string[],
): Promise<Map<string, NamedRefundLine[]>> {
  const rows = await db
    .select({ line: refundLines, name: paymentLines.name, itemId: paymentLines.itemId })
    .from(refundLines)
    .innerJoin(
      paymentLines,
      and(eq(paymentLines.paymentId, refundLines.paymentId), eq(paymentLines.lineId, refundLines.lineId)),
    )
    .where(sql`${refundLines.refundId} = any(${uuids(refundIds)})`)
    .orderBy(asc(paymentLines.position));
  const named = rows.map(({ line, name, itemId }) => ({ ...line, name, itemId }));
  return Map.groupBy(named, (row) => row.refundId);
}

/** Pieces of a line that a refund takes, with their money. */
export type LineClaim = { lineId: string; quantity: number } & LineWorth;

/** Claims pieces of lines for a refund. Throws when there are not so many left: ask under the payment's lock. */
export async function claimLines(
  tx: Tx,
  paymentId: string,
  refundId: string,
  claims: readonly LineClaim[],
): Promise<void> {
  for (const { lineId, quantity, amountMinor, taxMinor, promotedMinor } of claims) {
    const [claimed] = await tx
      .update(paymentLines)
      .set({
        refundedQuantity: sql`${paymentLines.refundedQuantity} + ${quantity}`,
        refundedMinor: sql`${paymentLines.refundedMinor} + ${amountMinor}`,
        refundedTaxMinor: sql`${paymentLines.refundedTaxMinor} + ${taxMinor}`,
        refundedPromotedMinor: sql`${paymentLines.refundedPromotedMinor} + ${promotedMinor}`,
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
    await tx
      .insert(refundLines)
      .values({ refundId, paymentId, lineId, quantity, amountMinor, taxMinor, promotedMinor });
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
      refundedPromotedMinor: sql`${paymentLines.refundedPromotedMinor} - ${refundLines.promotedMinor}`,
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

/** Paid back of an order's money or on its way: what falls on somebody, the tax, and all that was charged before. */
export type RefundTotals = { refunded: Refunded; taxMinor: number; backMinor: number };

type Part = { fault: Fault | null; borne: string; promoted: string; tax: string; back: string };

/** What banks keep of a payment, as far as it was put on those who bear it; fraud has no fault. */
const sharedLosses = (tx: Tx, paymentId: string): Promise<Part[]> =>
  tx
    .select({
      fault: sql<Fault | null>`case when ${disputes.borneMinor} + ${disputes.taxMinor} > 0 then ${disputes.fault} end`,
      borne: sql<string>`${disputes.borneMinor}`,
      promoted: sql<string>`0`,
      tax: sql<string>`${disputes.taxMinor}`,
      back: sql<string>`${disputes.lostMinor} - ${disputes.heldMinor}`,
    })
    .from(disputes)
    .where(and(eq(disputes.paymentId, paymentId), isNotNull(disputes.sharedAt)));

/**
 * What was refunded of a payment, with what banks keep of it after disputes; a fee given back is not the order's money and
 * does not count. `without` leaves a refund out.
 */
export async function refundTotals(tx: Tx, paymentId: string, without?: string): Promise<RefundTotals> {
  const losses = await sharedLosses(tx, paymentId);
  const refunded = await tx
    .select({
      fault: refunds.fault,
      borne: sql<string>`sum(${refunds.borneMinor})`,
      promoted: sql<string>`sum(${refunds.promotedMinor})`,
      tax: sql<string>`sum(${refunds.taxMinor})`,
      back: sql<string>`sum(${refunds.amountMinor} - ${refunds.heldMinor})`,
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
  const rows: Part[] = [...refunded, ...losses];
  const sums = new Map<Fault | null, number>();
  for (const { fault, borne } of rows) sums.set(fault, (sums.get(fault) ?? 0) + Number(borne));
  const byFault = Object.fromEntries(faults.map((fault) => [fault, sums.get(fault) ?? 0])) as RefundedByFault;
  const promotedMinor = Number(refunded.find(({ fault }) => fault === "RESTAURANT")?.promoted ?? 0);
  const total = (column: "tax" | "back") => rows.reduce((sum, row) => sum + Number(row[column]), 0);
  return { refunded: { byFault, promotedMinor }, taxMinor: total("tax"), backMinor: total("back") };
}

/** The refunds of a payment that stand, oldest first, with the pieces that they are for. */
export async function earlyRefunds(tx: Tx, paymentId: string): Promise<EarlyRefund[]> {
  const rows = await tx
    .select()
    .from(refunds)
    .where(and(eq(refunds.paymentId, paymentId), sql`${refunds.state} <> 'FAILED' and ${refunds.paidFrom} = 'ORDER'`))
    .orderBy(asc(refunds.createdAt), asc(refunds.id));
  if (rows.length === 0) return [];
  const pieces = await linesByRefund(
    tx,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...row, lines: pieces.get(row.id) ?? [] }));
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
