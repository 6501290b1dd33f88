/** Reads about disputes for the resolvers. */
import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { Slice } from "../../../kit/graphql/connection.ts";
import { uuids, type Db } from "../../../kit/database/db.ts";
import { keyset, type InstantPosition, type Keyset } from "../../../kit/graphql/keyset.ts";
import type { DisputeState } from "../domain/dispute-states.ts";
import { disputeEvidence, disputes, payments, type DisputeRow, type EvidenceRow } from "./tables.ts";

/** A dispute, with its payment's currency. */
export type DisputeWithCurrency = DisputeRow & { currency: string };

const select = (db: Db) =>
  db
    .select({ dispute: disputes, currency: payments.currency })
    .from(disputes)
    .innerJoin(payments, eq(payments.id, disputes.paymentId));

const flat = (rows: { dispute: DisputeRow; currency: string }[]): DisputeWithCurrency[] =>
  rows.map(({ dispute, currency }) => ({ ...dispute, currency }));

/** Disputes by payment, oldest first. */
export async function disputesByPayment(
  db: Db,
  paymentIds: readonly string[],
): Promise<Map<string, DisputeWithCurrency[]>> {
  const mine = sql`${disputes.paymentId} = any(${uuids(paymentIds)})`;
  const rows = await select(db).where(mine).orderBy(asc(disputes.openedAt), asc(disputes.id));
  return Map.groupBy(flat(rows), (row) => row.paymentId);
}

/** The dispute by the provider's name of it; null when there is none. */
export async function disputeById(db: Db, id: string): Promise<DisputeWithCurrency | null> {
  return flat(await select(db).where(eq(disputes.id, id)))[0] ?? null;
}

/** Which disputes; null does not matter. */
export type DisputeFilter = {
  states: DisputeState[] | null;
  dueBefore: Date | null;
  needsAttention: boolean | null;
  restaurantId: string | null;
};

const newest: Keyset<InstantPosition> = {
  columns: [disputes.openedAt, disputes.id],
  order: "falling",
  valuesOf: ([at, id]) => sql`(${new Date(at).toISOString()}::timestamptz, ${id})`,
};

/** A page of disputes, newest first. */
export async function disputesPage(
  db: Db,
  { states, dueBefore, needsAttention, restaurantId }: DisputeFilter,
  slice: Slice<InstantPosition>,
): Promise<DisputeWithCurrency[]> {
  const { where, orderBy } = keyset(newest, slice);
  const wanted = and(
    states === null ? undefined : inArray(disputes.state, states),
    dueBefore === null ? undefined : lt(disputes.evidenceDueAt, dueBefore),
    needsAttention === null ? undefined : (needsAttention ? isNotNull : isNull)(disputes.attention),
    restaurantId === null ? undefined : eq(disputes.restaurantId, restaurantId),
    where,
  );
  const rows = await select(db)
    .where(wanted)
    .orderBy(...orderBy)
    .limit(slice.limit);
  return flat(rows);
}

/** The evidence of each of these disputes, the restaurant's before the platform's. */
export async function evidenceByDispute(db: Db, disputeIds: readonly string[]): Promise<Map<string, EvidenceRow[]>> {
  const rows = await db
    .select()
    .from(disputeEvidence)
    .where(inArray(disputeEvidence.disputeId, [...disputeIds]))
    .orderBy(desc(disputeEvidence.contributor));
  return Map.groupBy(rows, (row) => row.disputeId);
}
