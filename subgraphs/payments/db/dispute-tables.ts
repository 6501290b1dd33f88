/** The tables of disputes: what cardholders' banks took back, and the evidence against it. Amounts are minor units of the payment's currency. */
import { sql } from "drizzle-orm";
import { bigint, check, index, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { id, instant } from "../../../kit/database/db.ts";
import { disputeAttentions } from "../domain/dispute-attention.ts";
import { contributors, type EvidenceTexts } from "../domain/dispute-evidence.ts";
import { disputeStates } from "../domain/dispute-states.ts";
import type { Fault } from "../domain/fault-policy.ts";

const minor = (name: string) => bigint(name, { mode: "number" });

/** Disputes as the provider reported them, in whatever order. */
export const disputes = pgTable(
  "disputes",
  {
    /** The provider's name of it. */
    id: text("id").primaryKey(),
    paymentId: id("pay")("payment_id").notNull(),
    restaurantId: id("rst")("restaurant_id").notNull(),
    amountMinor: minor("amount_minor").notNull(),
    state: text("state", { enum: disputeStates }).notNull(),
    /** The bank's reason, as the provider names it. */
    reason: text("reason").notNull().default("general"),
    /** Until when the provider takes evidence; null when it takes none, or it is not known. */
    evidenceDueAt: instant("evidence_due_at"),
    /** Until when the restaurant may contribute. */
    restaurantUntil: instant("restaurant_until"),
    /** Why support should look at it; null when nothing is wrong. */
    attention: text("attention", { enum: disputeAttentions }).array(),
    /** Under which the provider is asked while SENDING or ACCEPTING, stored before the call. */
    callKey: text("call_key").unique(),
    /** The provider's code when it refused to take evidence or to close it. */
    failure: text("failure"),
    /** Whose fault it was by support's decision; null leaves it to the reason. */
    fault: text("fault").$type<Fault>(),
    /** What came back. */
    returnedMinor: minor("returned_minor").notNull().default(0),
    /** What the bank keeps, as far as it was not paid back before: counted as refunded. */
    lostMinor: minor("lost_minor").notNull().default(0),
    /** Of that: what was still held for the order, the tax no longer due, and what falls on the fault's bearer before tax. */
    heldMinor: minor("held_minor").notNull().default(0),
    taxMinor: minor("tax_minor").notNull().default(0),
    borneMinor: minor("borne_minor").notNull().default(0),
    /** When the loss was put on those who bear it; null until the order's money was shared out. */
    sharedAt: instant("shared_at"),
    openedAt: instant("opened_at").notNull(),
    sentAt: instant("sent_at"),
    closedAt: instant("closed_at"),
  },
  (table) => [
    index("disputes_payment").on(table.paymentId),
    index("disputes_recent").on(table.openedAt.desc(), table.id.desc()),
    index("disputes_restaurant").on(table.restaurantId, table.openedAt.desc(), table.id.desc()),
    check("disputes_calling", sql`(${table.state} in ('SENDING', 'ACCEPTING')) = (${table.callKey} is not null)`),
    check("disputes_returned", sql`${table.returnedMinor} between 0 and ${table.amountMinor}`),
    check("disputes_lost", sql`${table.lostMinor} between 0 and ${table.amountMinor} - ${table.returnedMinor}`),
    check(
      "disputes_shared",
      sql`${table.heldMinor} >= 0 and ${table.taxMinor} >= 0 and ${table.borneMinor} >= 0 and ${table.heldMinor} + ${table.taxMinor} + ${table.borneMinor} <= ${table.lostMinor}`,
    ),
  ],
);

/** The evidence of each side, until it is sent. */
export const disputeEvidence = pgTable(
  "dispute_evidence",
  {
    disputeId: text("dispute_id")
      .notNull()
      .references(() => disputes.id),
    contributor: text("contributor", { enum: contributors }).notNull(),
    texts: jsonb("texts").$type<EvidenceTexts>().notNull(),
    links: text("links").array().notNull(),
    givenBy: id("usr")("given_by").notNull(),
    givenAt: instant("given_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.disputeId, table.contributor] })],
);

export type DisputeRow = typeof disputes.$inferSelect;
export type EvidenceRow = typeof disputeEvidence.$inferSelect;
