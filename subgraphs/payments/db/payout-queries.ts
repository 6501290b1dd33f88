/** Reads about payouts for the resolvers, batched where a page can ask for many. */
import { and, asc, count, desc, eq, isNotNull, sql } from "drizzle-orm";
import { uuids, type Db } from "../../../kit/db.ts";
import { toUuid } from "../../../kit/id.ts";
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

/** Where a page goes on. */
export type After = { at: Date; id: string };

/** At most `limit` payouts of a restaurant or courier, newest first, after the one that `after` names. */
export async function payoutsPage(db: Db, owner: string, limit: number, after: After | null): Promise<PayoutRow[]> {
  const rest = after
    ? sql`(${payouts.createdAt}, ${payouts.id}) < (${after.at.toISOString()}::timestamptz, ${toUuid(after.id)}::uuid)`
    : undefined;
  const rows = await db
    .select({ payout: payouts })
    .from(payouts)
    .innerJoin(payoutAccounts, eq(payoutAccounts.id, payouts.accountId))
    .where(and(eq(payoutAccounts.owner, owner), rest))
    .orderBy(desc(payouts.createdAt), desc(payouts.id))
    .limit(limit);
  return rows.map(({ payout }) => payout);
}

/** At most `limit` flagged payouts, longest first, after the one that `after` names. */
export function flaggedPayoutsPage(db: Db, limit: number, after: After | null): Promise<PayoutRow[]> {
  const rest = after
    ? sql`(${payouts.flaggedAt}, ${payouts.id}) > (${after.at.toISOString()}::timestamptz, ${toUuid(after.id)}::uuid)`
    : undefined;
  return db
    .select()
    .from(payouts)
    .where(and(isNotNull(payouts.flaggedAt), rest))
    .orderBy(asc(payouts.flaggedAt), asc(payouts.id))
    .limit(limit);
}
