/** The tables of payments, in its own database. Amounts are minor units of the row's currency. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { id, instant } from "../../../kit/db.ts";
import type { AccountKind } from "../domain/accounts.ts";
import type { Wish } from "../domain/next-step.ts";
import type { PaymentState } from "../domain/payment-states.ts";
import type { Allocation, PostingKind } from "../domain/postings.ts";

export * from "../../../kit/tables.ts";

const minor = (name: string) => bigint(name, { mode: "number" });

/** One per order: where its money stands, and what the order wants of it. */
export const payments = pgTable(
  "payments",
  {
    id: id("pay")("id").primaryKey(),
    orderId: id("ord")("order_id").notNull().unique(),
    customerId: id("usr")("customer_id").notNull(),
    restaurantId: id("rst")("restaurant_id").notNull(),
    state: text("state").$type<PaymentState>().notNull(),
    currency: text("currency").notNull(),
    amountMinor: minor("amount_minor").notNull(),
    capturedMinor: minor("captured_minor").notNull().default(0),
    refundedMinor: minor("refunded_minor").notNull().default(0),
    /** Paid back or on its way: what concurrent refunds compete for. */
    refundReservedMinor: minor("refund_reserved_minor").notNull().default(0),
    amounts: jsonb("amounts").$type<Allocation>().notNull(),
    commissionBps: integer("commission_bps").notNull(),
    /** The provider's token of the card; never a card number. */
    paymentMethod: text("payment_method").notNull(),
    providerIntentId: text("provider_intent_id").unique(),
    nextActionUrl: text("next_action_url"),
    failureReason: text("failure_reason"),
    wish: text("wish").$type<Wish>().notNull().default("HOLD"),
    orderAccepted: boolean("order_accepted").notNull().default(false),
    orderEnded: boolean("order_ended").notNull().default(false),
    orderCancelling: boolean("order_cancelling").notNull().default(false),
    deliveryCancelled: boolean("delivery_cancelled").notNull().default(false),
    cancellationFeeMinor: minor("cancellation_fee_minor").notNull().default(0),
    captureRefused: boolean("capture_refused").notNull().default(false),
    /** When fee and refund of an unfulfilled order were decided. */
    releasedAt: instant("released_at"),
    /** When the held money was shared out to those who earned it. */
    settledAt: instant("settled_at"),
    createdAt: instant("created_at").notNull(),
    authorizedAt: instant("authorized_at"),
    capturedAt: instant("captured_at"),
  },
  (table) => [
    index("payments_customer").on(table.customerId),
    index("payments_restaurant").on(table.restaurantId),
    check("payments_captured_within_authorized", sql`${table.capturedMinor} between 0 and ${table.amountMinor}`),
    check("payments_refunds_within_captured", sql`${table.refundReservedMinor} between 0 and ${table.capturedMinor}`),
    check("payments_refunded_within_reserved", sql`${table.refundedMinor} between 0 and ${table.refundReservedMinor}`),
  ],
);

/** Every step that a payment's state took, in order; replaying it gives the state. */
export const paymentHistory = pgTable(
  "payment_history",
  {
    paymentId: id("pay")("payment_id").notNull(),
    seq: integer("seq").notNull(),
    from: text("from_state").$type<PaymentState>().notNull(),
    to: text("to_state").$type<PaymentState>().notNull(),
    at: instant("at").notNull(),
    traceId: text("trace_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.paymentId, table.seq] })],
);

/** What was asked of the provider, stored with its idempotency key before the call; at most one live per payment. */
export const paymentAttempts = pgTable(
  "payment_attempts",
  {
    idempotencyKey: text("idempotency_key").primaryKey(),
    paymentId: id("pay")("payment_id").notNull(),
    operation: text("operation", { enum: ["AUTHORIZE", "CAPTURE", "VOID"] }).notNull(),
    state: text("state", { enum: ["LIVE", "SUCCEEDED", "FAILED"] }).notNull(),
    failure: text("failure"),
    createdAt: instant("created_at").notNull(),
    settledAt: instant("settled_at"),
  },
  (table) => [
    index("payment_attempts_payment").on(table.paymentId),
    uniqueIndex("payment_attempts_one_live")
      .on(table.paymentId)
      .where(sql`${table.state} = 'LIVE'`),
  ],
);

/** Money going back to a customer; its id is the idempotency key at the provider. */
export const refunds = pgTable(
  "refunds",
  {
    id: id("rfd")("id").primaryKey(),
    paymentId: id("pay")("payment_id").notNull(),
    amountMinor: minor("amount_minor").notNull(),
    currency: text("currency").notNull(),
    reason: text("reason").notNull(),
    state: text("state", { enum: ["PENDING", "SUCCEEDED", "FAILED"] }).notNull(),
    failure: text("failure"),
    /** Who of support asked; null when the order's end did. */
    requestedBy: id("usr")("requested_by"),
    providerRefundId: text("provider_refund_id").unique(),
    createdAt: instant("created_at").notNull(),
    settledAt: instant("settled_at"),
  },
  (table) => [
    index("refunds_payment").on(table.paymentId),
    check("refunds_not_negative", sql`${table.amountMinor} >= 0`),
  ],
);

/** Webhooks that took effect, by the provider's event id. */
export const webhookEvents = pgTable("webhook_events", {
  eventId: text("event_id").primaryKey(),
  type: text("type").notNull(),
  receivedAt: instant("received_at").notNull(),
});

/** What a restaurant agreed to pay for its sales; the default of the settings holds where no row is. */
export const commercialTerms = pgTable("commercial_terms", {
  restaurantId: id("rst")("restaurant_id").primaryKey(),
  commissionBps: integer("commission_bps").notNull(),
  payoutDelayDays: integer("payout_delay_days").notNull(),
  since: instant("since").notNull(),
});

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

/** One business fact each; `reference` makes it post once however often it is told. */
export const ledgerTransactions = pgTable(
  "ledger_transactions",
  {
    id: id("ltx")("id").primaryKey(),
    kind: text("kind").$type<PostingKind | "refund-reversed">().notNull(),
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
    amountMinor: minor("amount_minor").notNull(),
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

/** Who works for which restaurant, as users told; a missing row denies. */
export const memberships = pgTable(
  "memberships",
  {
    userId: id("usr")("user_id").notNull(),
    restaurantId: id("rst")("restaurant_id").notNull(),
    role: text("role", { enum: ["OWNER", "STAFF"] }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.restaurantId] })],
);

/** Which person a courier is, as delivery told. */
export const couriers = pgTable("couriers", {
  id: id("cou")("id").primaryKey(),
  userId: id("usr")("user_id").notNull().unique(),
});

export type PaymentRow = typeof payments.$inferSelect;
export type RefundRow = typeof refunds.$inferSelect;
export type AttemptRow = typeof paymentAttempts.$inferSelect;
