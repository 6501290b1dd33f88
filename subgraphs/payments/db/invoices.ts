/** What is invoiced, read from the ledger alone, and the documents that are issued. */
import { and, asc, eq, inArray, max, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../kit/database/db.ts";
import { fromUuid, newId } from "../../../kit/id.ts";
import { applyBps } from "../../../kit/money.ts";
import {
  daysOf,
  includedTaxMinor,
  invoiceNumber,
  monthOf,
  nextMonth,
  type InvoiceDraft,
  type InvoiceLine,
  type InvoiceRates,
  type Movement,
} from "../domain/invoice.ts";
import { businessDay } from "../domain/business-day.ts";
import { invoicedMonths, invoices, invoiceSeries, type InvoiceRow } from "./invoice-tables.ts";
import { ledgerTransactions } from "./ledger-tables.ts";

/** What a month moved of one restaurant's fees in one currency. */
export type MonthOfRestaurant = { restaurantId: string; currency: string; movements: Movement[] };

type Read = { restaurant: string; currency: string; kind: Movement["kind"]; origin: string; n: string; amount: string };

/** What a month moved, by restaurant and currency. Reads the month's transactions once; a few rows per restaurant come back. */
export async function movementsOf(db: Db | Tx, month: string): Promise<MonthOfRestaurant[]> {
  const { first, last } = daysOf(month);
  const rows = (await db.execute(sql`
    with commissions as (
      select t.order_id, p.restaurant_id, e.currency, -sum(e.amount_minor) as amount
      from ledger_transactions t
      join payments p on p.order_id = t.order_id
      join ledger_entries e on e.transaction_id = t.id
      join ledger_accounts a on a.id = e.account_id and a.kind = 'commission'
      where t.booking_day between ${first}::date and ${last}::date
      group by t.order_id, p.restaurant_id, e.currency
    ), fees as (
      select t.reference, own.owner, e.currency, -sum(e.amount_minor) as amount
      from ledger_transactions t
      join ledger_entries e on e.transaction_id = t.id
      join ledger_accounts a on a.id = e.account_id and a.kind = 'payout_fee'
      cross join lateral (
        select distinct ra.owner from ledger_entries re join ledger_accounts ra on ra.id = re.account_id
        where re.transaction_id = t.id and ra.kind = 'restaurant_payable'
      ) own
      where t.booking_day between ${first}::date and ${last}::date
      group by t.reference, own.owner, e.currency
    ), moved as (
      select restaurant_id::text as restaurant, currency, 'COMMISSION' as kind, amount, (
        select min(t.booking_day) from ledger_transactions t
        join ledger_entries e on e.transaction_id = t.id
        join ledger_accounts a on a.id = e.account_id and a.kind = 'commission'
        where t.order_id = commissions.order_id
      ) as since
      from commissions
      union all
      select owner, currency, 'PAYOUT_FEES', amount, (
        select min(t.booking_day) from ledger_transactions t
        where t.kind = 'payout-requested' and t.reference = fees.reference
      )
      from fees
    )
    select restaurant, currency, kind, to_char(since, 'YYYY-MM') as origin, count(*) as n, sum(amount) as amount
    from moved where amount <> 0
    group by restaurant, currency, kind, to_char(since, 'YYYY-MM')
    order by restaurant, currency, kind, origin`)) as unknown as Read[];
  const read = rows.map(({ restaurant, currency, kind, origin, n, amount }) => ({
    restaurantId: restaurant.startsWith("rst_") ? restaurant : fromUuid("rst", restaurant),
    currency,
    movement: { kind, origin, count: Number(n), amountMinor: Number(amount) },
  }));
  const groups = Map.groupBy(read, ({ restaurantId, currency }) => `${restaurantId} ${currency}`);
  return [...groups.values()].map((group) => {
    const { restaurantId, currency } = group[0]!;
    return { restaurantId, currency, movements: group.map(({ movement }) => movement) };
  });
}

/** The months that are over by the books and not invoiced yet, oldest first; `lastClosedDay` is the last day that is closed. */
export async function monthsToInvoice(db: Db, lastClosedDay: string): Promise<string[]> {
  const [done] = await db.select({ month: max(invoicedMonths.month) }).from(invoicedMonths);
  const [booked] = await db
    .select({ day: sql<string | null>`min(${ledgerTransactions.bookingDay})::text` })
    .from(ledgerTransactions);
  const from = done?.month ? nextMonth(done.month) : booked?.day ? monthOf(booked.day) : null;
  const months: string[] = [];
  for (let month = from; month !== null && daysOf(month).last <= lastClosedDay; month = nextMonth(month))
    months.push(month);
  return months;
}

/** Notes that all of a month's documents are issued. */
export async function noteInvoiced(tx: Db | Tx, month: string, now: Date): Promise<void> {
  await tx.insert(invoicedMonths).values({ month, issuedAt: now }).onConflictDoNothing();
}

/** A document to be issued. */
export type NewInvoice = {
  id?: string;
  restaurantId: string;
  currency: string;
  month: string;
  draft: InvoiceDraft;
  rates: InvoiceRates;
  now: Date;
};

const partOf = (lines: readonly InvoiceLine[], kind: InvoiceLine["kind"]) =>
  lines.find((line) => line.kind === kind) ?? { amountMinor: 0, count: 0 };

/** Locks the series until commit, so that its numbers have no gap; answers the last number. */
async function lockSeries(tx: Tx, kind: InvoiceDraft["kind"], year: number): Promise<number> {
  await tx.insert(invoiceSeries).values({ kind, year, last: 0 }).onConflictDoNothing();
  const mine = and(eq(invoiceSeries.kind, kind), eq(invoiceSeries.year, year));
  const [row] = await tx.select().from(invoiceSeries).where(mine).for("update");
  return row!.last;
}

async function correctedIds(tx: Tx, { restaurantId, currency, draft }: NewInvoice): Promise<string[]> {
  if (draft.origins.length === 0) return [];
  const rows = await tx
    .select({ id: invoices.id })
    .from(invoices)
    .where(
      and(
        eq(invoices.restaurantId, restaurantId),
        eq(invoices.currency, currency),
        eq(invoices.kind, "INVOICE"),
        inArray(invoices.month, draft.origins),
      ),
    )
    .orderBy(asc(invoices.month));
  return rows.map((row) => row.id);
}

/** Issues a document under the next number of its series; null when the month has one of its kind already. */
export async function insertInvoice(tx: Tx, wanted: NewInvoice): Promise<InvoiceRow | null> {
  const { restaurantId, currency, month, draft, rates, now } = wanted;
  const { kind, lines } = draft;
  const year = Number(businessDay(now).slice(0, 4));
  const sequence = (await lockSeries(tx, kind, year)) + 1;
  const same = { restaurantId, currency, month, kind };
  const [issued] = await tx.select({ id: invoices.id }).from(invoices).where(sameAs(same));
  if (issued) return null;
  await tx
    .update(invoiceSeries)
    .set({ last: sequence })
    .where(and(eq(invoiceSeries.kind, kind), eq(invoiceSeries.year, year)));
  const [commission, fees, corrections] = [
    partOf(lines, "COMMISSION"),
    partOf(lines, "PAYOUT_FEES"),
    partOf(lines, "CORRECTIONS"),
  ];
  const totalMinor = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const taxMinor = includedTaxMinor(totalMinor, rates.taxBps);
  const [row] = await tx
    .insert(invoices)
    .values({
      ...same,
      id: wanted.id ?? newId("inv"),
      year,
      sequence,
      number: invoiceNumber(kind, year, sequence),
      commissionMinor: commission.amountMinor,
      orders: commission.count,
      payoutFeesMinor: fees.amountMinor,
      payouts: fees.count,
      correctionsMinor: corrections.amountMinor,
      corrections: corrections.count,
      totalMinor,
      taxBps: rates.taxBps,
      taxMinor,
      incomeTaxMinor: applyBps(totalMinor - taxMinor, rates.incomeTaxBps),
      corrects: await correctedIds(tx, wanted),
      issuedAt: now,
    })
    .returning();
  return row!;
}

const sameAs = ({
  restaurantId,
  currency,
  month,
  kind,
}: Pick<InvoiceRow, "restaurantId" | "currency" | "month" | "kind">) =>
  and(
    eq(invoices.restaurantId, restaurantId),
    eq(invoices.currency, currency),
    eq(invoices.month, month),
    eq(invoices.kind, kind),
  );
