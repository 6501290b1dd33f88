/** Shares an order's held money out to those who earned it. */
import type { Tx } from "../../../kit/database/db.ts";
import { entriesOf } from "../domain/postings.ts";
import { post } from "../db/ledger.ts";
import { refundTotals } from "../db/refund-lines.ts";
import { patchPayment, type Moment } from "../db/payments.ts";
import type { PaymentRow } from "../db/tables.ts";

/** Posts the settlement once; throws while the capture is not known yet, so that the event comes back. */
export async function settleOrder(
  tx: Tx,
  payment: PaymentRow,
  earned: { courierId: string | null; courierPayMinor: number },
  moment: Moment,
): Promise<PaymentRow> {
  if (payment.settledAt !== null) return payment;
  if (payment.capturedAt === null) throw new Error(`payment ${payment.id} is not captured yet`);
  const { id, amounts, commissionBps, currency, orderId, restaurantId } = payment;
  const { refunded, taxMinor: refundedTaxMinor } = await refundTotals(tx, id);
  const { courierId, courierPayMinor } = earned;
  const facts = { amounts, commissionBps, courierPayMinor, refunded, refundedTaxMinor };
  const entries = entriesOf("order-settled", facts, { restaurantId, courierId });
  await post(tx, { kind: "order-settled", reference: id, orderId, currency, entries }, moment);
  return patchPayment(tx, payment, { settledAt: moment.now, courierId, courierPayMinor });
}
