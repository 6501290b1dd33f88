/** The platform's monthly invoices to restaurants: what stands on which document, and the tax in it. */
import { roundHalfUp } from "../../../kit/money.ts";

/** What is invoiced: commission, and the fees of instant payouts. */
export type InvoicedKind = "COMMISSION" | "PAYOUT_FEES";

/** What one month moved of a restaurant's fees for orders or payouts that were first charged in `origin`, YYYY-MM. */
export type Movement = {
  kind: InvoicedKind;
  origin: string;
  /** How many orders or payouts. */
  count: number;
  /** Earned by the platform, minor units; negative where more was given back. */
  amountMinor: number;
};

/** A line of a document: what it is for, how many orders or payouts, and the amount with its tax, above 0. */
export type InvoiceLine = { kind: InvoicedKind | "CORRECTIONS"; count: number; amountMinor: number };

/** An invoice, or a credit note that takes back what earlier invoices charged. */
export type InvoiceKind = "INVOICE" | "CREDIT_NOTE";

/** What a document says; `origins` are the months that its corrections are about, oldest first. */
export type InvoiceDraft = { kind: InvoiceKind; lines: InvoiceLine[]; origins: string[] };

/** Basis points: the tax that the amounts include, and the income tax that the restaurant withholds from the net. */
export type InvoiceRates = { taxBps: number; incomeTaxBps: number };

/** Indonesia's VAT on services, in effect 11 %: 12 % of 11/12 of the price. Source: PMK 131/2024, article 3. */
export const defaultInvoiceRates: InvoiceRates = { taxBps: 1_100, incomeTaxBps: 0 };

const add = (kind: InvoiceLine["kind"], movements: readonly Movement[]): InvoiceLine => ({
  kind,
  count: movements.reduce((sum, { count }) => sum + count, 0),
  amountMinor: movements.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
});

/**
 * The documents of one restaurant, currency and month: an invoice of what was earned, and a credit note of what was given
 * back; each only where it has a line. Invoice less credit note is exactly what the movements add up to.
 */
export function invoiceDrafts(month: string, movements: readonly Movement[]): InvoiceDraft[] {
  const own = (kind: InvoicedKind) =>
    add(
      kind,
      movements.filter((movement) => movement.origin === month && movement.kind === kind),
    );
  const earlier = movements.filter(({ origin }) => origin !== month);
  const lines = [own("COMMISSION"), own("PAYOUT_FEES"), add("CORRECTIONS", earlier)];
  const draft = (kind: InvoiceKind, sign: 1 | -1): InvoiceDraft => {
    const its = lines.filter(({ amountMinor }) => amountMinor * sign > 0);
    const corrects = its.some((line) => line.kind === "CORRECTIONS");
    return {
      kind,
      lines: its.map((line) => ({ ...line, amountMinor: line.amountMinor * sign })),
      origins: corrects ? [...new Set(earlier.map(({ origin }) => origin))].sort() : [],
    };
  };
  return [draft("INVOICE", 1), draft("CREDIT_NOTE", -1)].filter((document) => document.lines.length > 0);
}

/** The tax that `totalMinor` includes, rounded half up. */
export const includedTaxMinor = (totalMinor: number, taxBps: number): number =>
  roundHalfUp(totalMinor * taxBps, 10_000 + taxBps);

/** The number of a document, such as INV-2026-000001: counted by kind and year of issue. */
export const invoiceNumber = (kind: InvoiceKind, year: number, sequence: number): string =>
  `${kind === "INVOICE" ? "INV" : "CN"}-${year}-${String(sequence).padStart(6, "0")}`;

/** The month of a business day: YYYY-MM. */
export const monthOf = (day: string): string => day.slice(0, 7);

/** The first and the last day of a month. */
export function daysOf(month: string): { first: string; last: string } {
  const its = Temporal.PlainYearMonth.from(month);
  return { first: its.toPlainDate({ day: 1 }).toString(), last: its.toPlainDate({ day: its.daysInMonth }).toString() };
}

/** The month after `month`. */
export const nextMonth = (month: string): string => Temporal.PlainYearMonth.from(month).add({ months: 1 }).toString();
