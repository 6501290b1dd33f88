/** The tables of payments, in its own database. Amounts are minor units of the row's currency. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { id, instant, oneOf } from "../../../kit/database/db.ts";
import { tradedCurrencies } from "../../../kit/money.ts";
import type { Ended, Ending, Ride } from "../domain/ending.ts";
import type { Wish } from "../domain/next-step.ts";
import type { PaymentState } from "../domain/payment-states.ts";
import type { Allocation } from "../domain/postings.ts";
import { tryStates } from "../domain/tries.ts";

export * from "../../../kit/database/tables.ts";
export * from "./ledger-tables.ts";
export * from "./refund-tables.ts";
export * from "./reconciliation-tables.ts";
export * from "./payout-tables.ts";
export * from "./dispute-tables.ts";
export * from "./invoice-tables.ts";

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
    /** What banks keep of it after disputes, as far as it was not paid back; and what of that was put on those who bear it. */
    lostMinor: minor("lost_minor").notNull().default(0),
    lostSharedMinor: minor("lost_shared_minor").notNull().default(0),
    amounts: jsonb("amounts").$type<Allocation>().notNull(),
    commissionBps: integer("commission_bps").notNull(),
    /** The newest try, how many there may be, and until when orders waits for one (null: not told). */
    tryNumber: integer("try_number").notNull().default(1),
    triesAllowed: integer("tries_allowed").notNull().default(1),
    payUntil: instant("pay_until"),
    /** Whether a scheduled order that is due is paid by its customer with another card, instead of the saved one. */
    payNow: boolean("pay_now").notNull().default(false),
    /** The provider's token of the newest try's card; never a card number. */
    paymentMethod: text("payment_method").notNull(),
    /** When a scheduled order is wanted: its payment method is saved now and charged once the order is due. */
    scheduledFor: instant("scheduled_for"),
    providerSetupId: text("provider_setup_id").unique(),
    /** The provider's token of the saved payment method, kept for the customer's record there. */
    savedMethod: text("saved_method"),
    providerIntentId: text("provider_intent_id").unique(),
    nextActionUrl: text("next_action_url"),
    /** Where the customer comes back to from the card's issuer; null on payments from before it was kept: the setting's. */
    returnUrl: text("return_url"),
    failureReason: text("failure_reason"),
    wish: text("wish").$type<Wish>().notNull().default("HOLD"),
    orderDue: boolean("order_due").notNull().default(false),
    orderAccepted: boolean("order_accepted").notNull().default(false),
    orderEnded: boolean("order_ended").notNull().default(false),
    orderCancelling: boolean("order_cancelling").notNull().default(false),
    deliveryCancelled: boolean("delivery_cancelled").notNull().default(false),
    /** How the order ended, as it told; null while it has not, for old orders, and once a cancellation was refused. */
    ending: jsonb("ending").$type<Ending>(),
    /** Who held the delivery when the order ended; null when nobody did. */
    ride: jsonb("ride").$type<Ride>(),
    /** Who brought the food back because support asked for it. */
    returnRide: jsonb("return_ride").$type<Omit<Ride, "stage">>(),
    /** What the end came to, once its money was shared out; null for an order that was fulfilled. */
    ended: jsonb("ended").$type<Ended>(),
    /** What the order's cancellation is to cost; what was kept in the end is `feeKeptMinor`. */
    cancellationFeeMinor: minor("cancellation_fee_minor").notNull().default(0),
    feeKeptMinor: minor("fee_kept_minor").notNull().default(0),
    captureRefused: boolean("capture_refused").notNull().default(false),
    /** When fee and refund of an unfulfilled order were decided. */
    releasedAt: instant("released_at"),
    /** When the cancelled order was told that its money is settled, though a refund or dispute may still go on. */
    cancellationToldAt: instant("cancellation_told_at"),
    /** When the held money was shared out to those who earned it. */
    settledAt: instant("settled_at"),
    /** Who brought it and for how much, known once settled: what a refund for the courier's fault falls on. */
    courierId: id("cou")("courier_id"),
    courierPayMinor: minor("courier_pay_minor").notNull().default(0),
    createdAt: instant("created_at").notNull(),
    authorizedAt: instant("authorized_at"),
    capturedAt: instant("captured_at"),
  },
  (table) => [
    index("payments_customer").on(table.customerId),
    index("payments_restaurant").on(table.restaurantId),
    check("payments_return_url", sql`${table.returnUrl} ~ '^https?://'`),
    check("payments_currency", oneOf(table.currency, tradedCurrencies)),
    check("payments_captured_within_authorized", sql`${table.capturedMinor} between 0 and ${table.amountMinor}`),
    check(
      "payments_refunds_within_captured",
      sql`${table.refundReservedMinor} >= 0 and ${table.lostMinor} >= 0 and ${table.refundReservedMinor} + ${table.lostMinor} <= ${table.capturedMinor}`,
    ),
    check("payments_lost_shared", sql`${table.lostSharedMinor} between 0 and ${table.lostMinor}`),
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

/**
 * The cards that an order was tried to be paid with, at most one of which may hold money. The newest one's names at the
 * provider stand in its payment; they are noted here when it is over, so that its late success is known and let go.
 */
export const paymentTries = pgTable(
  "payment_tries",
  {
    paymentId: id("pay")("payment_id")
      .notNull()
      .references(() => payments.id),
    /** From 1. */
    number: integer("number").notNull(),
    state: text("state", { enum: tryStates }).notNull(),
    providerIntentId: text("provider_intent_id").unique(),
    providerSetupId: text("provider_setup_id").unique(),
    failure: text("failure"),
    createdAt: instant("created_at").notNull(),
    settledAt: instant("settled_at"),
    /** When the provider confirmed that a try that is over holds nothing. */
    releasedAt: instant("released_at"),
    /** The refund of money that was taken for a try that was over. */
    providerRefundId: text("provider_refund_id").unique(),
    /** How often the provider refused that refund; a refusal is final for its key. */
    refundRefusals: integer("refund_refusals").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.paymentId, table.number] }),
    uniqueIndex("payment_tries_one_live")
      .on(table.paymentId)
      .where(sql`${table.state} in ('LIVE', 'HELD')`),
    check("payment_tries_number", sql`${table.number} >= 1`),
    check("payment_tries_settled", sql`(${table.state} = 'LIVE') = (${table.settledAt} is null)`),
  ],
);

/** What was asked of the provider, stored with its idempotency key before the call; at most one live per payment. */
export const paymentAttempts = pgTable(
  "payment_attempts",
  {
    idempotencyKey: text("idempotency_key").primaryKey(),
    paymentId: id("pay")("payment_id").notNull(),
    operation: text("operation", { enum: ["SAVE", "AUTHORIZE", "CAPTURE", "VOID"] }).notNull(),
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

/** The provider's record of each person whose payment method was saved; the key is stored before the record is asked for. */
export const providerCustomers = pgTable("provider_customers", {
  customerId: id("usr")("customer_id").primaryKey(),
  idempotencyKey: text("idempotency_key").notNull().unique(),
  providerCustomerId: text("provider_customer_id").unique(),
  createdAt: instant("created_at").notNull(),
});

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
export type TryRow = typeof paymentTries.$inferSelect;
export type AttemptRow = typeof paymentAttempts.$inferSelect;
