/** Issues the invoices and credit notes of months whose books are closed. */
import type { Tx } from "../../../kit/database/db.ts";
import { schedule, scheduleFirst, type FiredTimer } from "../../../kit/events/timers.ts";
import type { Db } from "../../../kit/database/db.ts";
import { invoiceDrafts, type InvoiceRates } from "../domain/invoice.ts";
import { insertInvoice, monthsToInvoice, movementsOf, noteInvoiced, type MonthOfRestaurant } from "../db/invoices.ts";
import type { InvoiceRow } from "../db/invoice-tables.ts";
import { lastClosedDay } from "../db/ledger-days.ts";
import type { Moment } from "../db/payments.ts";
import type { Deps } from "../deps.ts";
import { publish } from "../events/published.ts";

/** Name of the timer that issues what is due; there is one of it, under the key `next`. */
export const invoiceTimer = "invoices.issue";

const key = "next";

/** Has the month's documents issued; called in the transaction that closes its last day. */
export const scheduleInvoices = (tx: Tx, { now, traceId }: Moment): Promise<void> =>
  schedule(tx, { name: invoiceTimer, key, dueAt: now, traceId });

/** Sets the timer where there is none yet, for the months that ended before there were invoices. */
export const beginInvoicing = (db: Db, { clock }: Pick<Deps, "clock">): Promise<void> =>
  scheduleFirst(db, { name: invoiceTimer, key, dueAt: clock.now() });

async function issue(tx: Tx, { restaurantId, currency, movements }: MonthOfRestaurant, month: string, about: About) {
  for (const draft of invoiceDrafts(month, movements)) {
    const { rates, moment } = about;
    const invoice = await insertInvoice(tx, { restaurantId, currency, month, draft, rates, now: moment.now });
    if (invoice) await announce(tx, invoice, moment);
  }
}

type About = { rates: InvoiceRates; moment: Moment };

function announce(tx: Tx, invoice: InvoiceRow, moment: Moment): Promise<void> {
  const { id: invoiceId, number, kind, restaurantId, month, currency, totalMinor } = invoice;
  const data = { invoiceId, number, kind, restaurantId, month, currency, totalMinor };
  return publish(tx, { type: "invoice.issued.v1", aggregateId: invoiceId, data }, moment);
}

/**
 * Timer handler: issues what every month whose last day is closed still lacks, a restaurant at a time. One that died is taken
 * up where it stood; the closed books give the same documents, and what is issued is not issued again.
 */
export async function issueInvoices({ traceId }: Pick<FiredTimer, "traceId">, deps: Deps): Promise<void> {
  const { db, clock, log, settings } = deps;
  const closed = await lastClosedDay(db);
  if (closed === null) return;
  const rates = { taxBps: settings.INVOICE_TAX_BPS, incomeTaxBps: settings.INVOICE_INCOME_TAX_BPS };
  for (const month of await monthsToInvoice(db, closed.day)) {
    const restaurants = await movementsOf(db, month);
    const moment = { now: clock.now(), traceId };
    for (const restaurant of restaurants) await db.transaction((tx) => issue(tx, restaurant, month, { rates, moment }));
    await noteInvoiced(db, month, moment.now);
    log.info({ month, restaurants: restaurants.length }, "invoices issued");
  }
}
