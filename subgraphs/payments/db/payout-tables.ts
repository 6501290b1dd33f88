/** The tables of payouts; amounts are minor units of the row's currency. What the database keeps of balances by itself is in the migrations. */
import { sql } from "drizzle-orm";
import { bigint, check, index, integer, pgTable, primaryKey, text, unique, uniqueIndex } from "drizzle-orm/pg-core";
import { id, instant, oneOf } from "../../../kit/database/db.ts";
import { tradedCurrencies } from "../../../kit/money.ts";
import type { PayoutState } from "../domain/payout-states.ts";

const minor = (name: string) => bigint(name, { mode: "number" });

/** What each order earned its restaurant or courier so far, less what was taken back; kept by a trigger on the entries. */
export const orderEarnings = pgTable(
  "order_earnings",
  {
    owner: text("owner").notNull(),
    currency: text("currency").notNull(),
    orderId: id("ord")("order_id").notNull(),
    /** When the order was settled; the hold counts from then. */
    earnedAt: instant("earned_at").notNull(),
    amountMinor: minor("amount_minor").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.owner, table.currency, table.orderId] }),
    index("order_earnings_by_time").on(table.owner, table.currency, table.earnedAt),
  ],
);

/** Restaurants that have left the platform for good. */
export const closedRestaurants = pgTable("closed_restaurants", {
  restaurantId: id("rst")("restaurant_id").primaryKey(),
  closedAt: instant("closed_at").notNull(),
  /** How long after its last order it is paid what it is owed, milliseconds: as the settings were when it left. */
  payoutDelayMs: minor("payout_delay_ms").notNull(),
});

/** Whom the platform pays out to: one per restaurant or courier and currency, opened with their first earnings. */
export const payoutAccounts = pgTable(
  "payout_accounts",
  {
    id: id("pac")("id").primaryKey(),
    ownerKind: text("owner_kind", { enum: ["RESTAURANT", "COURIER"] }).notNull(),
    /** Id of the restaurant or courier, as the ledger has it. */
    owner: text("owner").notNull(),
    currency: text("currency").notNull(),
    /** What people decided; HELD and SUSPENDED pay nothing out. */
    standing: text("standing", { enum: ["ACTIVE", "HELD", "SUSPENDED"] })
      .notNull()
      .default("ACTIVE"),
    standingReason: text("standing_reason"),
    /** What the provider says: whether it pays to this account. */
    provider: text("provider", { enum: ["OPENING", "ENABLED", "DISABLED"] })
      .notNull()
      .default("OPENING"),
    /** The provider's word for why not, such as requirements.past_due. */
    providerReason: text("provider_reason"),
    /** Under which the account is opened at the provider, stored before it is asked. */
    idempotencyKey: text("idempotency_key").notNull().unique(),
    providerAccountId: text("provider_account_id").unique(),
    /** The provider's id of the bank account that it pays to; null before there was one. */
    bankAccount: text("bank_account"),
    /** When payouts begin again after the bank account was replaced. */
    paidFrom: instant("paid_from"),
    /** When what is owed to a restaurant that has left is paid out; null while it has not. Until then nothing is. */
    finalPayoutAt: instant("final_payout_at"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    unique("payout_accounts_owner").on(table.owner, table.currency),
    check("payout_accounts_currency", oneOf(table.currency, tradedCurrencies)),
    check("payout_accounts_reason", sql`(${table.standing} = 'ACTIVE') = (${table.standingReason} is null)`),
    check("payout_accounts_opened", sql`${table.provider} = 'OPENING' or ${table.providerAccountId} is not null`),
  ],
);

/** Money going to a restaurant's or courier's bank; the whole amount leaves the balance with the row. */
export const payouts = pgTable(
  "payouts",
  {
    id: id("pyt")("id").primaryKey(),
    accountId: id("pac")("account_id")
      .notNull()
      .references(() => payoutAccounts.id),
    kind: text("kind", { enum: ["WEEKLY", "INSTANT", "FINAL"] }).notNull(),
    state: text("state").$type<PayoutState>().notNull(),
    currency: text("currency").notNull(),
    /** What leaves the balance: `feeMinor` stays with the platform, `netMinor` arrives. */
    amountMinor: minor("amount_minor").notNull(),
    feeMinor: minor("fee_minor").notNull(),
    netMinor: minor("net_minor").notNull(),
    /** The part of the amount that came out of tips. */
    tipsMinor: minor("tips_minor").notNull(),
    /** What was owed and what of it was still held back when the payout began. */
    owedMinor: minor("owed_minor").notNull(),
    heldMinor: minor("held_minor").notNull(),
    /** Earnings of this time were looked at: from the end of the payout before, to its own beginning. */
    periodStart: instant("period_start").notNull(),
    periodEnd: instant("period_end").notNull(),
    /** Who asked for an instant payout; null for weekly ones. */
    requestedBy: id("usr")("requested_by"),
    /** The provider's names of it, once it has them. */
    transferId: text("transfer_id").unique(),
    providerPayoutId: text("provider_payout_id").unique(),
    /** The provider's or the bank's word at the last refusal. */
    failure: text("failure"),
    /** When it was noticed that the provider keeps refusing, or keeps not answering: somebody has to look. */
    flaggedAt: instant("flagged_at"),
    createdAt: instant("created_at").notNull(),
    paidAt: instant("paid_at"),
    settledAt: instant("settled_at"),
  },
  (table) => [
    // What cannot be paid twice: whoever begins a second one fails.
    uniqueIndex("payouts_one_live")
      .on(table.accountId)
      .where(sql`${table.state} in ('PENDING', 'SENDING', 'IN_TRANSIT')`),
    index("payouts_account").on(table.accountId, table.createdAt, table.id),
    index("payouts_flagged")
      .on(table.flaggedAt, table.id)
      .where(sql`${table.flaggedAt} is not null`),
    check("payouts_amount", sql`${table.netMinor} > 0 and ${table.feeMinor} >= 0`),
    check("payouts_sum", sql`${table.amountMinor} = ${table.netMinor} + ${table.feeMinor}`),
    check("payouts_tips", sql`${table.tipsMinor} between 0 and ${table.amountMinor}`),
    check("payouts_within_balance", sql`${table.amountMinor} <= ${table.owedMinor} - ${table.heldMinor}`),
    check("payouts_held", sql`${table.heldMinor} >= 0`),
  ],
);

/** What was asked of the provider, stored with its idempotency key before the call; a refusal is final for its key. */
export const payoutAttempts = pgTable(
  "payout_attempts",
  {
    idempotencyKey: text("idempotency_key").primaryKey(),
    payoutId: id("pyt")("payout_id")
      .notNull()
      .references(() => payouts.id),
    /** 1 at the first call. */
    number: integer("number").notNull(),
    operation: text("operation", { enum: ["TRANSFER", "PAYOUT", "REVERSAL"] }).notNull(),
    state: text("state", { enum: ["LIVE", "SUCCEEDED", "FAILED"] }).notNull(),
    failure: text("failure"),
    createdAt: instant("created_at").notNull(),
    settledAt: instant("settled_at"),
  },
  (table) => [
    unique("payout_attempts_number").on(table.payoutId, table.number),
    uniqueIndex("payout_attempts_one_live")
      .on(table.payoutId)
      .where(sql`${table.state} = 'LIVE'`),
  ],
);

/** Every step that a payout's state took, in order; replaying it gives the state. */
export const payoutHistory = pgTable(
  "payout_history",
  {
    payoutId: id("pyt")("payout_id").notNull(),
    seq: integer("seq").notNull(),
    from: text("from_state").$type<PayoutState>().notNull(),
    to: text("to_state").$type<PayoutState>().notNull(),
    at: instant("at").notNull(),
    traceId: text("trace_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.payoutId, table.seq] })],
);

export type PayoutAccountRow = typeof payoutAccounts.$inferSelect;
export type PayoutRow = typeof payouts.$inferSelect;
export type PayoutAttemptRow = typeof payoutAttempts.$inferSelect;
export type PayoutStepRow = typeof payoutHistory.$inferSelect;
