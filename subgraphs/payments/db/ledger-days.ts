/** Business days of the ledger: trial balances of closed and open ones, and closing. */
import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../kit/db.ts";
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

/** Waits until nobody books, so that the day's entries are complete; nobody books before commit. */
export const shutDoor = (tx: Tx) => tx.execute(sql`select pg_advisory_xact_lock(hashtext('ledger day'))`);

/** Stores the trial balance of `day`, chained to the day before, after `shutDoor`. The database refuses a second close. */
export async function storeClose(tx: Tx, day: string, { now, traceId }: Moment): Promise<ClosedDay> {
  const last = await lastClosedDay(tx);
  const rows = await countedRows(tx, day, null);
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
