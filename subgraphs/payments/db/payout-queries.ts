/** Reads about payouts for the resolvers, batched where a page can ask for many. */
import type { Slice } from "../../../kit/graphql/connection.ts";
import { instantAndId, keyset, type InstantPosition, type Keyset } from "../../../kit/graphql/keyset.ts";
import { and, asc, count, eq, isNotNull, sql } from "drizzle-orm";
import { uuids, type Db } from "../../../kit/database/db.ts";
import { courierOfUsers } from "./queries.ts";
import { memberships, payoutAccounts, payoutAttempts, payoutHistory, payouts } from "./tables.ts";
import type { PayoutAccountRow, PayoutRow, PayoutStepRow } from "./payout-tables.ts";

/** Payouts by id. */
export async function payoutsById(db: Db, ids: readonly string[]): Promise<Map<string, PayoutRow>> {
  const rows = await db
    .select()
    .from(payouts)
    .where(sql`${payouts.id} = any(${uuids(ids)})`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Payout accounts by id. */
export async function payoutAccountsById(db: Db, ids: readonly string[]): Promise<Map<string, PayoutAccountRow>> {
  const rows = await db
    .select()
    .from(payoutAccounts)
    .where(sql`${payoutAccounts.id} = any(${uuids(ids)})`);
  return new Map(rows.map((row) => [row.id, row]));
}

// Owners are ids, which need no quoting inside an array literal.
const textArray = (values: readonly string[]) =>
  sql`${`{${values.filter((value) => /^\w+$/.test(value)).join(",")}}`}::text[]`;

/** The accounts of restaurants and couriers, by owner. */
export async function payoutAccountsByOwner(
  db: Db,
  owners: readonly string[],
): Promise<Map<string, PayoutAccountRow[]>> {
  const rows = await db
    .select()
    .from(payoutAccounts)
    .where(sql`${payoutAccounts.owner} = any(${textArray(owners)})`)
    .orderBy(asc(payoutAccounts.currency));
  return Map.groupBy(rows, (row) => row.owner);
}

/** The restaurants that each of these people owns: staff do not count. */
export async function restaurantsOwnedBy(db: Db, userIds: readonly string[]): Promise<Map<string, Set<string>>> {
  const rows = await db
    .select()
    .from(memberships)
    .where(and(eq(memberships.role, "OWNER"), sql`${memberships.userId} = any(${uuids(userIds)})`));
  const groups = Map.groupBy(rows, (row) => row.userId);
  return new Map([...groups].map(([userId, group]) => [userId, new Set(group.map((row) => row.restaurantId))]));
}

/** Histories by payout, oldest first. */
export async function historyByPayout(db: Db, payoutIds: readonly string[]): Promise<Map<string, PayoutStepRow[]>> {
  const mine = sql`${payoutHistory.payoutId} = any(${uuids(payoutIds)})`;
  const rows = await db.select().from(payoutHistory).where(mine).orderBy(asc(payoutHistory.seq));
  return Map.groupBy(rows, (row) => row.payoutId);
}

/** How often the provider refused each of these payouts. */
export async function refusalsByPayout(db: Db, payoutIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await db
    .select({ payoutId: payoutAttempts.payoutId, refused: count() })
    .from(payoutAttempts)
    .where(and(eq(payoutAttempts.state, "FAILED"), sql`${payoutAttempts.payoutId} = any(${uuids(payoutIds)})`))
    .groupBy(payoutAttempts.payoutId);
  return new Map(rows.map((row) => [row.payoutId, row.refused]));
}

/** The payouts of the courier that a person is, oldest first, as plain data for the person's export. */
export async function personalPayouts(db: Db, userId: string): Promise<unknown[]> {
  const rows = await db
    .select({ payout: payouts })
    .from(payouts)
    .innerJoin(payoutAccounts, eq(payoutAccounts.id, payouts.accountId))
    .where(
      and(
        eq(payoutAccounts.ownerKind, "COURIER"),
        sql`${payoutAccounts.owner} = any(${textArray([...(await courierOfUsers(db, [userId])).values()])})`,
      ),
    )
    .orderBy(asc(payouts.createdAt), asc(payouts.id));
  return rows.map(({ payout: { id: payoutId, kind, state, amountMinor, feeMinor, netMinor, currency, ...at } }) => ({
    payoutId,
    kind,
    state,
    amountMinor,
    feeMinor,
    netMinor,
    currency,
    createdAt: at.createdAt.toISOString(),
    paidAt: at.paidAt?.toISOString() ?? null,
  }));
}

const newestFirst: Keyset<InstantPosition> = {
  columns: [payouts.createdAt, payouts.id],
  order: "descending",
  valuesOf: instantAndId,
};

/** A page of the payouts of a restaurant or courier, newest first. */
export async function payoutsPage(db: Db, owner: string, slice: Slice<InstantPosition>): Promise<PayoutRow[]> {
  const { where, orderBy } = keyset(newestFirst, slice);
  const rows = await db
    .select({ payout: payouts })
    .from(payouts)
    .innerJoin(payoutAccounts, eq(payoutAccounts.id, payouts.accountId))
    .where(and(eq(payoutAccounts.owner, owner), where))
    .orderBy(...orderBy)
    .limit(slice.limit);
  return rows.map(({ payout }) => payout);
}

const flaggedLongest: Keyset<InstantPosition> = {
  columns: [payouts.flaggedAt, payouts.id],
  order: "rising",
  valuesOf: instantAndId,
};

/** A page of flagged payouts, longest first. */
export function flaggedPayoutsPage(db: Db, slice: Slice<InstantPosition>): Promise<PayoutRow[]> {
  const { where, orderBy } = keyset(flaggedLongest, slice);
  return db
    .select()
    .from(payouts)
    .where(and(isNotNull(payouts.flaggedAt), where))
    .orderBy(...orderBy)
    .limit(slice.limit);
}
