/** The ledger's tables; amounts are minor units of the row's currency. The rules in the database are in the migrations. */
import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  date,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
} from "drizzle-orm/pg-core";
import { id, instant, oneOf } from "../../../kit/database/db.ts";
import { ownedKinds, type AccountKind } from "../domain/accounts.ts";
import type { PostingKind } from "../domain/postings.ts";

/** Accounts, keyed by kind, owner (empty for the platform) and currency. */
export const ledgerAccounts = pgTable(
  "ledger_accounts",
  {
    id: id("lac")("id").primaryKey(),
    kind: text("kind").$type<AccountKind>().notNull(),
    owner: text("owner").notNull(),
    currency: text("currency").notNull(),
  },
  (table) => [
    unique("ledger_accounts_key").on(table.owner, table.kind, table.currency),
    unique("ledger_accounts_currency").on(table.id, table.currency),
    // A restaurant's or courier's account has its owner, the platform's have none.
    check("ledger_accounts_owned", sql`(${oneOf(table.kind, ownedKinds)}) = (${table.owner} <> '')`),
    // Not only what is traded in: the provider keeps its fees in a currency of its own.
    check("ledger_accounts_currency_form", sql`${table.currency} ~ '^[A-Z]{3}$'`),
  ],
);

/**
 * Accounts that nothing can be posted to any more: those of an owned kind that had no owner, from before the database asked for
 * one. A trigger on the entries refuses them; only migrations write here.
 * @public
 */
export const ledgerClosedAccounts = pgTable("ledger_closed_accounts", {
  accountId: id("lac")("account_id")
    .primaryKey()
    .references(() => ledgerAccounts.id),
  reason: text("reason").notNull(),
  closedAt: instant("closed_at").notNull(),
});

/** Corrections: the entries of another fact, turned round; and what a migration moved from an account without an owner. */
export type ReversalKind =
  | "refund-reversed"
  | "refund-returned"
  | "payout-reversed"
  | "payout-returned"
  | "owner-corrected";

/** One business fact each; `reference` makes it post once however often it is told. */
export const ledgerTransactions = pgTable(
  "ledger_transactions",
  {
    id: id("ltx")("id").primaryKey(),
    kind: text("kind").$type<PostingKind | ReversalKind>().notNull(),
    reference: text("reference").notNull(),
    /** The order that it is about; null for what is about none, such as a payout. */
    orderId: id("ord")("order_id"),
    traceId: text("trace_id").notNull(),
    at: instant("at").notNull(),
    /** The business day in whose books it stands: the day of `at`, or the first open one when that is closed. */
    bookingDay: date("booking_day", { mode: "string" }).notNull(),
  },
  (table) => [
    unique("ledger_transactions_once").on(table.kind, table.reference),
    index("ledger_transactions_order").on(table.orderId),
    index("ledger_transactions_day").on(table.bookingDay),
  ],
);

/** The lines of a transaction: debits positive, credits negative; each transaction sums to 0 per currency (constraint trigger). */
export const ledgerEntries = pgTable(
  "ledger_entries",
  {
    transactionId: id("ltx")("transaction_id")
      .notNull()
      .references(() => ledgerTransactions.id),
    line: integer("line").notNull(),
    accountId: id("lac")("account_id").notNull(),
    currency: text("currency").notNull(),
    amountMinor: bigint("amount_minor", { mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.transactionId, table.line] }),
    foreignKey({
      name: "ledger_entries_account",
      columns: [table.accountId, table.currency],
      foreignColumns: [ledgerAccounts.id, ledgerAccounts.currency],
    }),
    index("ledger_entries_by_account").on(table.accountId),
    check("ledger_entries_not_zero", sql`${table.amountMinor} <> 0`),
  ],
);

/**
 * The sum of each account's entries, kept by a trigger on the entries and by nothing else. The platform's own accounts
 * are touched by every order, so each is spread over 16 rows (stripes), of which a posting takes one that nobody holds;
 * an owner's account has one. An account's balance is the sum over its stripes.
 */
export const ledgerBalances = pgTable(
  "ledger_balances",
  {
    accountId: id("lac")("account_id").notNull(),
    stripe: smallint("stripe").notNull(),
    currency: text("currency").notNull(),
    /** Debits minus credits. */
    amountMinor: bigint("amount_minor", { mode: "number" }).notNull(),
    entries: bigint("entries", { mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.stripe] }),
    foreignKey({
      name: "ledger_balances_account",
      columns: [table.accountId, table.currency],
      foreignColumns: [ledgerAccounts.id, ledgerAccounts.currency],
    }),
  ],
);

/** Closed business days, each chained to the one before by its hash; nothing can be booked on them any more. */
export const ledgerDays = pgTable(
  "ledger_days",
  {
    day: date("day", { mode: "string" }).primaryKey(),
    /** Null for the first; unique, nulls too, so that there is one chain. */
    previousDay: date("previous_day", { mode: "string" }),
    previousHash: text("previous_hash"),
    /** SHA-256 over the day's trial balances and `previousHash`. */
    hash: text("hash").notNull(),
    closedAt: instant("closed_at").notNull(),
    traceId: text("trace_id").notNull(),
  },
  (table) => [
    unique("ledger_days_one_chain").on(table.previousDay).nullsNotDistinct(),
    foreignKey({ name: "ledger_days_previous", columns: [table.previousDay], foreignColumns: [table.day] }),
    check("ledger_days_in_order", sql`${table.day} > ${table.previousDay}`),
  ],
);

/** The trial balance of a closed day: per currency and kind of account, debits positive. */
export const ledgerTrialBalances = pgTable(
  "ledger_trial_balances",
  {
    day: date("day", { mode: "string" })
      .notNull()
      .references(() => ledgerDays.day),
    currency: text("currency").notNull(),
    account: text("account").$type<AccountKind>().notNull(),
    openingMinor: bigint("opening_minor", { mode: "number" }).notNull(),
    debitMinor: bigint("debit_minor", { mode: "number" }).notNull(),
    /** Positive, as is `debitMinor`. */
    creditMinor: bigint("credit_minor", { mode: "number" }).notNull(),
    closingMinor: bigint("closing_minor", { mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.day, table.currency, table.account] }),
    check(
      "ledger_trial_balances_add_up",
      sql`${table.closingMinor} = ${table.openingMinor} + ${table.debitMinor} - ${table.creditMinor}`,
    ),
    check("ledger_trial_balances_sides", sql`${table.debitMinor} >= 0 and ${table.creditMinor} >= 0`),
  ],
);
