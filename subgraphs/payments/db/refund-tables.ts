/** The tables of refunds: what goes back, line by line, and how the provider is told. Amounts are minor units. */
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
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { id, instant } from "../../../kit/database/db.ts";
import type { Fault } from "../domain/fault-policy.ts";

const minor = (name: string) => bigint(name, { mode: "number" });

/** Money going back to a customer, told to the provider by one attempt after another. */
export const refunds = pgTable(
  "refunds",
  {
    id: id("rfd")("id").primaryKey(),
    paymentId: id("pay")("payment_id").notNull(),
    amountMinor: minor("amount_minor").notNull(),
    currency: text("currency").notNull(),
    reason: text("reason").notNull(),
    state: text("state", { enum: ["PENDING", "SUCCEEDED", "FAILED"] }).notNull(),
    /** CANCELLATION is owed and tried until it is paid; SUPPORT is a person's decision and ends with a refusal. */
    cause: text("cause", { enum: ["CANCELLATION", "SUPPORT"] })
      .notNull()
      .default("SUPPORT"),
    /** Whether it comes out of the order's money or out of the fee that its cancellation left. */
    paidFrom: text("paid_from", { enum: ["ORDER", "FEE"] })
      .notNull()
      .default("ORDER"),
    /** Whose fault it was by support's word; `domain/fault-policy.ts` says who bears it. */
    fault: text("fault").$type<Fault>().notNull().default("PLATFORM"),
    /** The part of `amountMinor` that the order's end did not charge: money that goes back anyway. */
    heldMinor: minor("held_minor").notNull().default(0),
    /** The tax in the rest of it that is no longer due. */
    taxMinor: minor("tax_minor").notNull().default(0),
    /** What of it falls on the fault's bearer, before tax; 0 for a fee and for money that nobody was charged. */
    borneMinor: minor("borne_minor").notNull().default(0),
    /** The platform's discount on the refunded lines. */
    promotedMinor: minor("promoted_minor").notNull().default(0),
    failure: text("failure"),
    /** When it was noticed that the provider keeps refusing, or keeps not answering: somebody has to look. */
    flaggedAt: instant("flagged_at"),
    /** Who of support asked; null when the order's end did. */
    requestedBy: id("usr")("requested_by"),
    /** The provider's name of the live attempt, once it has one. */
    providerRefundId: text("provider_refund_id").unique(),
    createdAt: instant("created_at").notNull(),
    settledAt: instant("settled_at"),
  },
  (table) => [
    index("refunds_payment").on(table.paymentId),
    index("refunds_flagged")
      .on(table.flaggedAt, table.id)
      .where(sql`${table.flaggedAt} is not null`),
    check("refunds_not_negative", sql`${table.amountMinor} >= 0`),
    check("refunds_tax_within", sql`${table.taxMinor} between 0 and ${table.amountMinor}`),
    check("refunds_held_within", sql`${table.heldMinor} between 0 and ${table.amountMinor} - ${table.taxMinor}`),
  ],
);

/** What was asked of the provider for a refund, stored with its idempotency key before the call; a refusal is final for its key. */
export const refundAttempts = pgTable(
  "refund_attempts",
  {
    idempotencyKey: text("idempotency_key").primaryKey(),
    refundId: id("rfd")("refund_id")
      .notNull()
      .references(() => refunds.id),
    /** 1 at the first try. */
    number: integer("number").notNull(),
    state: text("state", { enum: ["LIVE", "SUCCEEDED", "FAILED"] }).notNull(),
    failure: text("failure"),
    createdAt: instant("created_at").notNull(),
    settledAt: instant("settled_at"),
  },
  (table) => [
    unique("refund_attempts_number").on(table.refundId, table.number),
    uniqueIndex("refund_attempts_one_live")
      .on(table.refundId)
      .where(sql`${table.state} = 'LIVE'`),
  ],
);

/** What was bought, as the accepted quote charged it: refunds by line replay it. A payment of before lines were told has none. */
export const paymentLines = pgTable(
  "payment_lines",
  {
    paymentId: id("pay")("payment_id").notNull(),
    /** The order's name of the line. */
    lineId: text("line_id").notNull(),
    position: integer("position").notNull(),
    itemId: id("itm")("item_id").notNull(),
    /** The dish's name then; null where the order did not tell it. */
    name: text("name"),
    quantity: integer("quantity").notNull(),
    /** After discount, before tax. */
    netMinor: minor("net_minor").notNull(),
    taxMinor: minor("tax_minor").notNull(),
    /** The platform's part of the line's discount; null where the order did not tell it line by line. */
    promotedMinor: minor("promoted_minor"),
    /** Pieces and money paid back or on their way: what concurrent refunds compete for. */
    refundedQuantity: integer("refunded_quantity").notNull().default(0),
    refundedMinor: minor("refunded_minor").notNull().default(0),
    refundedTaxMinor: minor("refunded_tax_minor").notNull().default(0),
    refundedPromotedMinor: minor("refunded_promoted_minor").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.paymentId, table.lineId] }),
    check("payment_lines_amounts", sql`${table.quantity} > 0 and ${table.netMinor} >= 0 and ${table.taxMinor} >= 0`),
    check("payment_lines_refunded_pieces", sql`${table.refundedQuantity} between 0 and ${table.quantity}`),
    check(
      "payment_lines_refunded_money",
      sql`${table.refundedMinor} between 0 and ${table.netMinor} + ${table.taxMinor}`,
    ),
    check("payment_lines_refunded_tax", sql`${table.refundedTaxMinor} between 0 and ${table.taxMinor}`),
  ],
);

/** The lines that a refund is for; none for a refund of an amount. */
export const refundLines = pgTable(
  "refund_lines",
  {
    refundId: id("rfd")("refund_id")
      .notNull()
      .references(() => refunds.id),
    paymentId: id("pay")("payment_id").notNull(),
    lineId: text("line_id").notNull(),
    quantity: integer("quantity").notNull(),
    /** With tax. */
    amountMinor: minor("amount_minor").notNull(),
    taxMinor: minor("tax_minor").notNull(),
    /** The platform's discount on the pieces. */
    promotedMinor: minor("promoted_minor").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.refundId, table.lineId] }),
    foreignKey({
      name: "refund_lines_line",
      columns: [table.paymentId, table.lineId],
      foreignColumns: [paymentLines.paymentId, paymentLines.lineId],
    }),
    check("refund_lines_positive", sql`${table.quantity} > 0 and ${table.amountMinor} >= 0 and ${table.taxMinor} >= 0`),
  ],
);

/** What each of support gave back on a business day; the daily limit is a conditional update of it. */
export const supportRefundDays = pgTable(
  "support_refund_days",
  {
    agentId: id("usr")("agent_id").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    currency: text("currency").notNull(),
    amountMinor: minor("amount_minor").notNull(),
  },
  (table) => [primaryKey({ columns: [table.agentId, table.day, table.currency] })],
);

export type RefundRow = typeof refunds.$inferSelect;
export type RefundAttemptRow = typeof refundAttempts.$inferSelect;
export type PaymentLineRow = typeof paymentLines.$inferSelect;
export type RefundLineRow = typeof refundLines.$inferSelect;
