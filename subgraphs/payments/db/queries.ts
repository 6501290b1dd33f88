/** Reads for the resolvers, batched where a page can ask for many. */
import { and, asc, eq, sql } from "drizzle-orm";
import { uuids, type Db } from "../../../kit/database/db.ts";
import { rowsBy } from "../../../kit/database/rows-by.ts";
import { accountKinds, balanceOf, type AccountKind } from "../domain/accounts.ts";
import {
  couriers,
  ledgerAccounts,
  ledgerBalances,
  ledgerEntries,
  ledgerTransactions,
  memberships,
  paymentHistory,
  payments,
} from "./tables.ts";
import { refundsByPayment } from "./refund-queries.ts";
import type { PaymentRow } from "./tables.ts";

/** An amount in one currency. */
export type Amount = { amount: number; currency: string };

/** A step of a payment's history. */
export type StepRow = typeof paymentHistory.$inferSelect;

const readPaymentsById = rowsBy(payments, payments.id);

/** Payments by id. */
export async function paymentsById(db: Db, ids: readonly string[]): Promise<Map<string, PaymentRow>> {
  const rows = await readPaymentsById(db, ids);
  return new Map(rows.map((row) => [row.id, row]));
}

const readPaymentsByOrder = rowsBy(payments, payments.orderId);

/** Payments by their order. */
export async function paymentsByOrder(db: Db, orderIds: readonly string[]): Promise<Map<string, PaymentRow>> {
  const rows = await readPaymentsByOrder(db, orderIds);
  return new Map(rows.map((row) => [row.orderId, row]));
}

/** Histories by payment, oldest first. */
export async function historyByPayment(db: Db, paymentIds: readonly string[]): Promise<Map<string, StepRow[]>> {
  const mine = sql`${paymentHistory.paymentId} = any(${uuids(paymentIds)})`;
  return Map.groupBy(
    await db.select().from(paymentHistory).where(mine).orderBy(asc(paymentHistory.seq)),
    (row) => row.paymentId,
  );
}

const readRestaurantsOfUsers = rowsBy(memberships, memberships.userId);

/** The restaurants that each of these people works for. */
export async function restaurantsOfUsers(db: Db, userIds: readonly string[]): Promise<Map<string, Set<string>>> {
  const rows = await readRestaurantsOfUsers(db, userIds);
  const groups = Map.groupBy(rows, (row) => row.userId);
  return new Map([...groups].map(([userId, group]) => [userId, new Set(group.map((row) => row.restaurantId))]));
}

const readCourierOfUsers = rowsBy(couriers, couriers.userId);

/** The courier that each of these people is. */
export async function courierOfUsers(db: Db, userIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await readCourierOfUsers(db, userIds);
  return new Map(rows.map((row) => [row.userId, row.id]));
}

/** What the platform owes each of these restaurants or couriers, per currency; none is an empty list. */
export async function balancesByOwner(
  db: Db,
  owners: readonly string[],
  kinds: readonly AccountKind[],
): Promise<Map<string, Amount[]>> {
  const rows = await db
    .select({
      owner: ledgerAccounts.owner,
      currency: ledgerAccounts.currency,
      kind: sql<AccountKind>`min(${ledgerAccounts.kind})`,
      sum: sql<string>`sum(${ledgerBalances.amountMinor})`,
    })
    .from(ledgerAccounts)
    .innerJoin(ledgerBalances, eq(ledgerBalances.accountId, ledgerAccounts.id))
    .where(
      and(
        sql`${ledgerAccounts.owner} = any(${textArray(owners)})`,
        sql`${ledgerAccounts.kind} = any(${textArray(kinds)})`,
      ),
    )
    .groupBy(ledgerAccounts.owner, ledgerAccounts.currency)
    .orderBy(ledgerAccounts.currency);
  const found = Map.groupBy(rows, (row) => row.owner);
  const amounts = (owner: string) =>
    (found.get(owner) ?? []).map((row) => ({ amount: balanceOf(row.kind, Number(row.sum)), currency: row.currency }));
  return new Map(owners.map((owner) => [owner, amounts(owner)]));
}

// Owners are ids and kinds are words: neither needs quoting inside an array literal.
const textArray = (values: readonly string[]) =>
  sql`${`{${values.filter((value) => /^\w+$/.test(value)).join(",")}}`}::text[]`;

/** A sum of entries in one currency. */
export type LedgerSum = { currency: string; sumMinor: number; entries: number };

/** Debits minus credits over the whole ledger, per currency, from the balances that the database keeps. */
export async function ledgerSums(db: Db): Promise<LedgerSum[]> {
  const rows = await db
    .select({
      currency: ledgerBalances.currency,
      sum: sql<string>`sum(${ledgerBalances.amountMinor})`,
      entries: sql<string>`sum(${ledgerBalances.entries})`,
    })
    .from(ledgerBalances)
    .groupBy(ledgerBalances.currency)
    .orderBy(ledgerBalances.currency);
  return rows.map((row) => ({ currency: row.currency, sumMinor: Number(row.sum), entries: Number(row.entries) }));
}

/** A ledger transaction with its lines. */
export type PostedTransaction = {
  id: string;
  kind: string;
  at: Date;
  entries: { account: AccountKind; ownerId: string | null; amount: Amount }[];
};

/** An order's postings. */
export type OrderPostings = { transactions: PostedTransaction[] };

/** Everything posted for an order, oldest first. */
export async function ledgerOfOrder(db: Db, orderId: string): Promise<PostedTransaction[]> {
  const rows = await db
    .select({ transaction: ledgerTransactions, entry: ledgerEntries, account: ledgerAccounts })
    .from(ledgerTransactions)
    .innerJoin(ledgerEntries, eq(ledgerEntries.transactionId, ledgerTransactions.id))
    .innerJoin(ledgerAccounts, eq(ledgerAccounts.id, ledgerEntries.accountId))
    .where(sql`${ledgerTransactions.orderId} = any(${uuids([orderId])})`)
    .orderBy(asc(ledgerTransactions.at), asc(ledgerTransactions.id), asc(ledgerEntries.line));
  return [...Map.groupBy(rows, (row) => row.transaction.id).values()].map((lines) => {
    const { id, kind, at } = lines[0]!.transaction;
    const entries = lines.map(({ entry, account }) => ({
      account: account.kind,
      ownerId: account.owner === "" ? null : account.owner,
      amount: { amount: entry.amountMinor, currency: entry.currency },
    }));
    return { id, kind, at, entries };
  });
}

/** Accounts that hold what is owed to couriers: pay and tips. */
export const courierAccounts = (Object.keys(accountKinds) as AccountKind[]).filter(
  (kind) => accountKinds[kind].owner === "COURIER",
);

/** What payments keeps about a customer, as plain data. */
export async function personalData(db: Db, userId: string): Promise<{ payments: unknown[] }> {
  const rows = await db
    .select()
    .from(payments)
    .where(sql`${payments.customerId} = any(${uuids([userId])})`)
    .orderBy(asc(payments.createdAt));
  const paidBack = await refundsByPayment(
    db,
    rows.map((row) => row.id),
  );
  const shown = rows.map((row) => ({
    paymentId: row.id,
    orderId: row.orderId,
    state: row.state,
    amountMinor: row.amountMinor,
    currency: row.currency,
    paymentMethod: row.paymentMethod,
    createdAt: row.createdAt.toISOString(),
    refunds: (paidBack.get(row.id) ?? []).map(({ id, amountMinor, reason, state }) => ({
      refundId: id,
      amountMinor,
      reason,
      state,
    })),
  }));
  return { payments: shown };
}
