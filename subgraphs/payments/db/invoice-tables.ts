/** The tables of invoices; amounts are minor units of the row's currency. That rows never change, and that numbers have no gap, is in the migrations. */
import { sql } from "drizzle-orm";
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { id, instant } from "../../../kit/database/db.ts";
import type { InvoiceKind } from "../domain/invoice.ts";

const minor = (name: string) => bigint(name, { mode: "number" });

/** The last number of each kind of document and year; whoever issues the next one locks the row until commit. */
export const invoiceSeries = pgTable(
  "invoice_series",
  {
    kind: text("kind").$type<InvoiceKind>().notNull(),
    year: integer("year").notNull(),
    last: integer("last").notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.year] })],
);

/** Invoices and credit notes, as they were issued. */
export const invoices = pgTable(
  "invoices",
  {
    id: id("inv")("id").primaryKey(),
    kind: text("kind").$type<InvoiceKind>().notNull(),
    /** Year of issue in Asia/Jakarta, and the place in its series. */
    year: integer("year").notNull(),
    sequence: integer("sequence").notNull(),
    number: text("number").notNull().unique(),
    restaurantId: id("rst")("restaurant_id").notNull(),
    currency: text("currency").notNull(),
    /** The month that it is about, YYYY-MM. */
    month: text("month").notNull(),
    commissionMinor: minor("commission_minor").notNull().default(0),
    orders: integer("orders").notNull().default(0),
    payoutFeesMinor: minor("payout_fees_minor").notNull().default(0),
    payouts: integer("payouts").notNull().default(0),
    correctionsMinor: minor("corrections_minor").notNull().default(0),
    corrections: integer("corrections").notNull().default(0),
    /** With the tax that it includes. */
    totalMinor: minor("total_minor").notNull(),
    taxBps: integer("tax_bps").notNull(),
    taxMinor: minor("tax_minor").notNull(),
    incomeTaxMinor: minor("income_tax_minor").notNull(),
    /** Ids of the invoices that its corrections are about. */
    corrects: jsonb("corrects").$type<string[]>().notNull(),
    issuedAt: instant("issued_at").notNull(),
  },
  (table) => [
    unique("invoices_series").on(table.kind, table.year, table.sequence),
    unique("invoices_once").on(table.restaurantId, table.currency, table.month, table.kind),
    index("invoices_newest").on(table.restaurantId, table.issuedAt, table.id),
    check("invoices_month", sql`${table.month} ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'`),
    check(
      "invoices_add_up",
      sql`${table.totalMinor} > 0 and ${table.totalMinor} = ${table.commissionMinor} + ${table.payoutFeesMinor} + ${table.correctionsMinor}`,
    ),
    check(
      "invoices_parts",
      sql`least(${table.commissionMinor}, ${table.payoutFeesMinor}, ${table.correctionsMinor}, ${table.taxMinor}, ${table.incomeTaxMinor}) >= 0 and ${table.taxMinor} + ${table.incomeTaxMinor} <= ${table.totalMinor}`,
    ),
  ],
);

/** Months whose documents are all issued. */
export const invoicedMonths = pgTable("invoiced_months", {
  month: text("month").primaryKey(),
  issuedAt: instant("issued_at").notNull(),
});

export type InvoiceRow = typeof invoices.$inferSelect;
