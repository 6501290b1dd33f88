/** Reads about refunds and disputes for the resolvers, batched where a page can ask for many. */
import { and, asc, count, isNotNull, sql } from "drizzle-orm";
import type { Slice } from "../../../kit/graphql/connection.ts";
import { uuids, type Db } from "../../../kit/database/db.ts";
import { instantAndId, keyset, type InstantPosition, type Keyset } from "../../../kit/graphql/keyset.ts";
import { refundAttempts, refunds, type RefundRow } from "./tables.ts";

/** Refunds by payment, oldest first. */
export async function refundsByPayment(db: Db, paymentIds: readonly string[]): Promise<Map<string, RefundRow[]>> {
  const mine = sql`${refunds.paymentId} = any(${uuids(paymentIds)})`;
  const rows = await db.select().from(refunds).where(mine).orderBy(asc(refunds.createdAt), asc(refunds.id));
  return Map.groupBy(rows, (row) => row.paymentId);
}

/** How many attempts each of these refunds took so far. */
export async function attemptsByRefund(db: Db, refundIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await db
    .select({ refundId: refundAttempts.refundId, attempts: count() })
    .from(refundAttempts)
    .where(sql`${refundAttempts.refundId} = any(${uuids(refundIds)})`)
    .groupBy(refundAttempts.refundId);
  return new Map(rows.map((row) => [row.refundId, row.attempts]));
}

const flaggedLongest: Keyset<InstantPosition> = {
  columns: [refunds.flaggedAt, refunds.id],
  order: "rising",
  valuesOf: instantAndId,
};

/** A page of flagged refunds, longest first. */
export function flaggedRefundsPage(db: Db, slice: Slice<InstantPosition>): Promise<RefundRow[]> {
  const { where, orderBy } = keyset(flaggedLongest, slice);
  return db
    .select()
    .from(refunds)
    .where(and(isNotNull(refunds.flaggedAt), where))
    .orderBy(...orderBy)
    .limit(slice.limit);
}
