/** What the checker looks at beyond single orders: the whole ledger, payouts, refunds by line, and the provider's side of them. Amounts are minor units. */
import type postgres from "postgres";
import { replay, type Stored } from "./journal.ts";
import { openDatabase, uuidOf, type Row } from "./read.ts";
import { counted, hashOf } from "./trial-balance.ts";

/** Money that the provider moved for one payout of the platform's, by the name that it was given. */
export type Moved = { id: string; amount: number; currency: string; account: string; payoutId: string | null };

/** The provider's transfers (`left` is what was not fetched back) and payouts to banks (paid, pending or failed). */
export type Moves = { transfers: (Moved & { left: number })[]; payouts: (Moved & { status: string })[] };

/** A refund at the provider; `refundId` is the platform's uuid that it was asked for, null when it names none. */
export type RefundThere = { id: string; amount: number; status: string; refundId: string | null };

/** Rows of the payments database, columns in snake_case. */
export type Money = {
  payouts: Row[];
  accounts: Map<string, Row>;
  /** Every entry with its transaction's kind, reference, booking day and its account's kind and owner; in the order of their commits. */
  entries: Row[];
  /** Per account: the sum and the number of entries that are kept for it. */
  balances: Row[];
  /** Oldest first, each with the hash that its entries and the hash before come to, as `reckoned`. */
  days: Row[];
  trialBalances: Row[];
  refunds: Row[];
  refundLines: Row[];
  paymentLines: Row[];
  moves: Moves;
  refundsThere: RefundThere[];
};

// A transaction that waited for another's balance row committed after it: its time of commit is the order of the balances.
const entriesInOrder = `
  select e.transaction_id, e.line, e.account_id, e.currency, e.amount_minor, t.kind, t.reference, t.booking_day::text booking_day,
    a.kind as account, a.owner, extract(epoch from pg_xact_commit_timestamp(e.xmin))::float8 committed
  from ledger_entries e join ledger_transactions t on t.id = e.transaction_id join ledger_accounts a on a.id = e.account_id
  order by committed nulls first, e.transaction_id, e.line`;

/** Days with the hash that they should have. */
const reckoned = (days: readonly Row[], entries: readonly Row[]): Promise<Row[]> =>
  Promise.all(
    days.map(async (row, index) => {
      const day = String(row["day"]);
      const previous = (days[index - 1]?.["hash"] ?? null) as string | null;
      return { ...row, reckoned: await hashOf(day, previous, counted(entries, day)) };
    }),
  );

async function readRows(sql: postgres.Sql) {
  const all = async (text: string): Promise<Row[]> => [...(await sql.unsafe(text))];
  const accounts = await all("select * from payout_accounts");
  const entries = await all(entriesInOrder);
  const days = await all("select day::text, previous_day::text, previous_hash, hash from ledger_days order by day");
  return {
    payouts: await all("select * from payouts"),
    accounts: new Map(accounts.map((row) => [String(row["id"]), row])),
    entries,
    balances: await all(
      `select a.id, a.kind, a.owner, a.currency, sum(b.amount_minor)::float8 amount_minor, sum(b.entries)::float8 entries
       from ledger_accounts a left join ledger_balances b on b.account_id = a.id group by a.id`,
    ),
    days: await reckoned(days, entries),
    trialBalances: await all(
      `select day::text, currency, account, opening_minor, debit_minor, credit_minor, closing_minor
       from ledger_trial_balances`,
    ),
    refunds: await all("select * from refunds"),
    refundLines: await all("select * from refund_lines"),
    paymentLines: await all("select * from payment_lines"),
  };
}

const named = ({ metadata }: Stored, name: string): string | null =>
  uuidOf((metadata as Record<string, string> | undefined)?.[name] ?? "");

const movedOf = (stored: Stored, account: string): Moved => ({
  id: stored.id,
  amount: Number(stored["amount"]),
  currency: String(stored["currency"]).toUpperCase(),
  account: String(stored[account]),
  payoutId: named(stored, "payout_id"),
});

/** Reads the payments database and the provider's journal. */
export async function readMoney(url: string, journal: string): Promise<Money> {
  const rows = await openDatabase(url, readRows);
  const kinds = replay(journal);
  const every = (kind: string): Stored[] => [...(kinds.get(kind)?.values() ?? [])];
  const moves: Moves = {
    transfers: every("transfer").map((stored) => ({
      ...movedOf(stored, "destination"),
      left: Number(stored["amount"]) - Number(stored["amount_reversed"]),
    })),
    payouts: every("payout").map((stored) => ({ ...movedOf(stored, "account"), status: String(stored["status"]) })),
  };
  const refundsThere = every("refund").map((stored) => ({
    id: stored.id,
    amount: Number(stored["amount"]),
    status: String(stored["status"]),
    refundId: named(stored, "refund_id"),
  }));
  return { ...rows, moves, refundsThere };
}
