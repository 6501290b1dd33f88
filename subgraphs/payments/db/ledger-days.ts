/** Business days of the ledger: trial balances of closed and open ones, and closing. */
import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../kit/database/db.ts";
import type { AccountKind } from "../domain/accounts.ts";
import { dayHash, type TrialBalanceRow } from "../domain/trial-balance.ts";
import { ledgerDays, ledgerTrialBalances } from "./ledger-tables.ts";
import type { Moment } from "./payments.ts";

/** A closed business day. */
export type ClosedDay = typeof ledgerDays.$inferSelect;

/** The last closed day; null before the first close. `before` looks only at days before it. */
export async function lastClosedDay(db: Db | Tx, before?: string): Promise<ClosedDay | null> {
  const [row] = await db
    .select()
    .from(ledgerDays)
    .where(before === undefined ? undefined : lt(ledgerDays.day, before))
    .orderBy(desc(ledgerDays.day))
    .limit(1);
  return row ?? null;
}

/** The day when it is closed; null while it is open. */
export async function closedDay(db: Db, day: string): Promise<ClosedDay | null> {
  const [row] = await db.select().from(ledgerDays).where(eq(ledgerDays.day, day));
  return row ?? null;
}

/** The stored trial balance of a closed day in one currency. */
export const storedRows = (db: Db, day: string, currency: string): Promise<TrialBalanceRow[]> =>
  db
    .select()
    .from(ledgerTrialBalances)
    .where(and(eq(ledgerTrialBalances.day, day), eq(ledgerTrialBalances.currency, currency)))
    .orderBy(ledgerTrialBalances.account);

type Counted = Record<"currency" | "account" | "opening" | "debit" | "credit", string>;

/** The trial balance of a day from the entries since the last closed day before it; `currency` null is every currency. */
export async function countedRows(db: Db | Tx, day: string, currency: string | null): Promise<TrialBalanceRow[]> {
  const base = (await lastClosedDay(db, day))?.day ?? null;
  const rows = (await db.execute(sql`
    with base as (
      select currency, account, closing_minor from ledger_trial_balances where day = ${base}::date
    ), moved as (
      select a.currency, a.kind as account,
        coalesce(sum(e.amount_minor) filter (where t.booking_day < ${day}::date), 0) as before,
        coalesce(sum(e.amount_minor) filter (where t.booking_day = ${day}::date and e.amount_minor > 0), 0) as debit,
        coalesce(-sum(e.amount_minor) filter (where t.booking_day = ${day}::date and e.amount_minor < 0), 0) as credit
      from ledger_transactions t
      join ledger_entries e on e.transaction_id = t.id
      join ledger_accounts a on a.id = e.account_id
      where t.booking_day <= ${day}::date and (${base}::date is null or t.booking_day > ${base}::date)
      group by a.currency, a.kind
    )
    select currency, account, coalesce(closing_minor, 0) + coalesce(before, 0) as opening,
      coalesce(debit, 0) as debit, coalesce(credit, 0) as credit
    from base full join moved using (currency, account)
    where ${currency}::text is null or currency = ${currency}
    order by currency, account`)) as unknown as Counted[];
  return rows
    .map((row) => {
      const [openingMinor, debitMinor, creditMinor] = [Number(row.opening), Number(row.debit), Number(row.credit)];
      const closingMinor = openingMinor + debitMinor - creditMinor;
      const { currency: named, account } = row;
      return { currency: named, account: account as AccountKind, openingMinor, debitMinor, creditMinor, closingMinor };
    })
    .filter(({ openingMinor, debitMinor, creditMinor }) => openingMinor !== 0 || debitMinor !== 0 || creditMinor !== 0);
}

/**
 * Waits until nobody books, so that the day's entries are complete; nobody books before commit. Throws after half a second:
 * whoever waits to book behind a close may hold what the close waits for, and it is the close that can come again.
 */
export async function shutDoor(tx: Tx): Promise<void> {
  await tx.execute(sql`set local lock_timeout = '500ms'`);
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('ledger day'))`);
  await tx.execute(sql`set local lock_timeout = 0`);
}

/** Throws when a kind of account holds another balance than what the day closes with and what was booked after it. */
async function assertBalancesAgree(tx: Tx, day: string, rows: readonly TrialBalanceRow[]): Promise<void> {
  const kept = (await tx.execute(sql`
    select a.currency, a.kind as account, sum(b.amount_minor) - coalesce((
      select sum(e.amount_minor) from ledger_transactions t
      join ledger_entries e on e.transaction_id = t.id join ledger_accounts o on o.id = e.account_id
      where t.booking_day > ${day}::date and o.currency = a.currency and o.kind = a.kind), 0) as sum
    from ledger_balances b join ledger_accounts a on a.id = b.account_id
    group by a.currency, a.kind`)) as unknown as Record<"currency" | "account" | "sum", string>[];
  const closing = new Map(rows.map((row) => [`${row.currency} ${row.account}`, row.closingMinor]));
  const wrong = kept.find(({ currency, account, sum }) => Number(sum) !== (closing.get(`${currency} ${account}`) ?? 0));
  if (wrong)
    throw new Error(`${day}: ${wrong.account} holds ${wrong.sum} ${wrong.currency}, its entries say otherwise`);
}

/** Stores the trial balance of `day`, chained to the day before, after `shutDoor`. Throws when the balances do not agree with the entries; the database refuses a second close. */
export async function storeClose(tx: Tx, day: string, { now, traceId }: Moment): Promise<ClosedDay> {
  const last = await lastClosedDay(tx);
  const rows = await countedRows(tx, day, null);
  await assertBalancesAgree(tx, day, rows);
  const previousHash = last?.hash ?? null;
  const hash = dayHash(day, rows, previousHash);
  const chain = { day, previousDay: last?.day ?? null, previousHash, hash };
  const [closed] = await tx
    .insert(ledgerDays)
    .values({ ...chain, closedAt: now, traceId })
    .returning();
  if (!closed) throw new Error(`${day} was not closed`);
  if (rows.length > 0) await tx.insert(ledgerTrialBalances).values(rows.map((row) => ({ day, ...row })));
  return closed;
}
