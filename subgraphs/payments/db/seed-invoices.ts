/** The demo world's invoices: of the months before the one in which it begins. */
import type { Tx } from "../../../kit/database/db.ts";
import { demoId } from "../../../demo/world/world.ts";
import { businessDay, endOfDay } from "../domain/business-day.ts";
import { daysOf, defaultInvoiceRates, invoiceDrafts, monthOf, nextMonth } from "../domain/invoice.ts";
import { insertInvoice, movementsOf, noteInvoiced } from "./invoices.ts";

/** Issues what the ledger has of months that end before `now`, the first of them that of `since`, each right after its end. */
export async function seedInvoices(tx: Tx, since: Date, now: Date): Promise<void> {
  let count = 0;
  for (let month = monthOf(businessDay(since)); month < monthOf(businessDay(now)); month = nextMonth(month)) {
    const issuedAt = endOfDay(daysOf(month).last);
    for (const { restaurantId, currency, movements } of await movementsOf(tx, month)) {
      for (const draft of invoiceDrafts(month, movements)) {
        const about = { restaurantId, currency, month, draft, rates: defaultInvoiceRates, now: issuedAt };
        if (await insertInvoice(tx, { ...about, id: demoId("inv", count) })) count += 1;
      }
    }
    await noteInvoiced(tx, month, issuedAt);
  }
}
