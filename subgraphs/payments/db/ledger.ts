/** Writing the ledger: transactions once per fact, accounts made when first needed. */
import { and, eq, or, sql } from "drizzle-orm";
import type { Tx } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { businessDay } from "../domain/business-day.ts";
import type { Entry, PostingKind } from "../domain/postings.ts";
import type { Moment } from "./payments.ts";
import { ledgerAccounts, ledgerEntries, ledgerTransactions, type ReversalKind } from "./ledger-tables.ts";

/** A fact to post; `reference` (the id of a payment, refund, refund attempt, dispute or payout) and kind name it, so that it posts once. */
export type Posting = {
  kind: PostingKind | ReversalKind;
  reference: string;
  orderId: string | null;
  currency: string;
  entries: readonly Entry[];
};

/**
 * Posts a fact, on its own business day or, when that is closed, on the first open one. Answers false when it was posted
 * before. A posting without entries writes nothing.
 */
export async function post(tx: Tx, posting: Posting, { now, traceId }: Moment): Promise<boolean> {
  if (posting.entries.length === 0) return false;
  const { kind, reference, orderId, currency } = posting;
  const [transaction] = await tx
    .insert(ledgerTransactions)
    .values({ id: newId("ltx"), kind, reference, orderId, traceId, at: now, bookingDay: openDay(now) as never })
    .onConflictDoNothing({ target: [ledgerTransactions.kind, ledgerTransactions.reference] })
    .returning({ id: ledgerTransactions.id });
  if (!transaction) return false;
  const accounts = await accountIds(tx, posting.entries, currency);
  await tx.insert(ledgerEntries).values(
    posting.entries.map((entry, line) => ({
      transactionId: transaction.id,
      line,
      accountId: accounts.get(keyOf(entry)) ?? "",
      currency,
      amountMinor: entry.amountMinor,
    })),
  );
  return true;
}

/** Keeps the day open until commit: a close waits for everyone who books. */
const openDay = (at: Date) => sql`ledger_open_day(${businessDay(at)}::date)`;

const keyOf = (entry: { account: string; owner: string }): string => `${entry.account} ${entry.owner}`;

async function accountIds(tx: Tx, entries: readonly Entry[], currency: string): Promise<Map<string, string>> {
  const wanted = [...new Map(entries.map((entry) => [keyOf(entry), entry])).values()];
  const { id, owner, kind } = ledgerAccounts;
  const any = or(...wanted.map((entry) => and(eq(owner, entry.owner), eq(kind, entry.account))));
  const known = await tx
    .select({ id, owner, account: kind })
    .from(ledgerAccounts)
    .where(and(eq(ledgerAccounts.currency, currency), any));
  const found = new Map(known.map((row) => [keyOf(row), row.id]));
  // In one order everywhere, so that two transactions making the same accounts wait instead of deadlocking.
  const missing = wanted.filter((entry) => !found.has(keyOf(entry)));
  missing.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  for (const entry of missing) {
    found.set(keyOf(entry), await openAccount(tx, entry.account, entry.owner, currency));
  }
  return found;
}

async function openAccount(tx: Tx, kind: Entry["account"], owner: string, currency: string): Promise<string> {
  await tx
    .insert(ledgerAccounts)
    .values({ id: newId("lac"), kind, owner, currency })
    .onConflictDoNothing();
  const key = and(
    eq(ledgerAccounts.owner, owner),
    eq(ledgerAccounts.kind, kind),
    eq(ledgerAccounts.currency, currency),
  );
  const [row] = await tx.select({ id: ledgerAccounts.id }).from(ledgerAccounts).where(key);
  if (!row) throw new Error(`account ${kind} could not be opened`);
  return row.id;
}
