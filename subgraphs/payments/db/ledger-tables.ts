/** The ledger's tables; amounts are minor units of the row's currency. The rules in the database are in the migrations. */
import { sql } from "drizzle-orm";
import { bigint, check, foreignKey, index, integer, pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { id, instant } from "../../../kit/db.ts";
import type { AccountKind } from "../domain/accounts.ts";
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
  ],
);

/** Corrections: the entries of another fact, turned round. */
export type ReversalKind = "refund-reversed" | "refund-returned";

/** One business fact each; `reference` makes it post once however often it is told. */
export const ledgerTransactions = pgTable(
  "ledger_transactions",
  {
    id: id("ltx")("id").primaryKey(),
    kind: text("kind").$type<PostingKind | ReversalKind>().notNull(),
    reference: text("reference").notNull(),
    orderId: id("ord")("order_id").notNull(),
    traceId: text("trace_id").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [
    unique("ledger_transactions_once").on(table.kind, table.reference),
    index("ledger_transactions_order").on(table.orderId),
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
