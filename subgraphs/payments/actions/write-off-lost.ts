/** What a lost dispute leaves behind. */
import type { Tx } from "../../../kit/db.ts";
import { entriesOf } from "../domain/postings.ts";
import { lostDispute } from "../db/disputes.ts";
import { post } from "../db/ledger.ts";
import { patchPayment, type Moment } from "../db/payments.ts";
import type { PaymentRow } from "../db/tables.ts";

/**
 * Closes the money of an unfulfilled order whose dispute was lost: the bank has paid the cardholder back already, so
 * what is still held for the order makes up for the chargeback. What the end charged, as a fulfilled order's money, was
 * shared out: the chargeback of it stays the platform's loss.
 */
export async function writeOffLost(tx: Tx, payment: PaymentRow, moment: Moment): Promise<PaymentRow> {
  const unfulfilled = payment.wish === "RELEASE" && payment.releasedAt === null;
  const lost = unfulfilled ? await lostDispute(tx, payment.id) : null;
  if (!lost) return payment;
  const { id: reference, amountMinor: disputedMinor } = lost;
  const amountMinor = Math.min(
    disputedMinor,
    payment.capturedMinor - payment.refundReservedMinor - payment.feeKeptMinor,
  );
  const { orderId, currency, restaurantId } = payment;
  const entries = entriesOf("dispute-lost-held", { amountMinor }, { restaurantId, courierId: null });
  await post(tx, { kind: "dispute-lost-held", reference, orderId, currency, entries }, moment);
  return patchPayment(tx, payment, { releasedAt: moment.now });
}
