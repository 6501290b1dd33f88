/** Pays back what an unfulfilled order still holds, less what its end charges. */
import type { Tx } from "../../../kit/database/db.ts";
import { entriesOf } from "../domain/postings.ts";
import { post } from "../db/ledger.ts";
import { patchPayment, type Moment } from "../db/payments.ts";
import type { PaymentRow } from "../db/tables.ts";
import { publish } from "../events/published.ts";
import { requestRefund } from "./request-refund.ts";

/**
 * Tells the order by `payment.voided.v1` that nothing of its money is held or owed any more. Also where everything
 * was paid back or kept as the fee before: then there is no refund that could tell it.
 */
export async function tellSettled(tx: Tx, payment: PaymentRow, moment: Moment): Promise<PaymentRow> {
  const data = { paymentId: payment.id, orderId: payment.orderId };
  await publish(tx, { type: "payment.voided.v1", aggregateId: payment.id, data }, moment);
  return patchPayment(tx, payment, { cancellationToldAt: moment.now });
}

/**
 * Asks for the refund of what the order's end did not charge; where nothing is left, an order that is being cancelled is told
 * at once. An order that told no end, as before there were any, keeps its fee here.
 */
export async function payBack(
  tx: Tx,
  payment: PaymentRow,
  due: { refundMinor: number; feeMinor: number },
  moment: Moment,
): Promise<PaymentRow> {
  const released = await patchPayment(tx, payment, { releasedAt: moment.now, feeKeptMinor: due.feeMinor });
  const { id, orderId, currency, restaurantId } = payment;
  if (payment.ended === null) {
    const entries = entriesOf("cancellation-fee", { amountMinor: due.feeMinor }, { restaurantId, courierId: null });
    await post(tx, { kind: "cancellation-fee", reference: id, orderId, currency, entries }, moment);
  }
  if (due.refundMinor > 0) return askBack(tx, released, due.refundMinor, moment);
  return payment.orderCancelling ? tellSettled(tx, released, moment) : released;
}

/** Asks for what became free after the release: a refund of support's that came back is owed by the ended order. */
export async function payBackFreed(tx: Tx, payment: PaymentRow, moment: Moment): Promise<PaymentRow> {
  if (payment.releasedAt === null) return payment;
  const { capturedMinor, refundReservedMinor, lostMinor, feeKeptMinor } = payment;
  const left = capturedMinor - refundReservedMinor - lostMinor - feeKeptMinor;
  return left > 0 ? askBack(tx, payment, left, moment) : payment;
}

async function askBack(tx: Tx, payment: PaymentRow, amountMinor: number, moment: Moment): Promise<PaymentRow> {
  const decided = { reason: "The order ended.", requestedBy: null, cause: "CANCELLATION", fault: "PLATFORM" } as const;
  const wanted = { ...decided, amountMinor, lines: [] };
  const asked = await requestRefund(tx, payment, wanted, moment);
  if (!asked) throw new Error(`payment ${payment.id} has less left than it should`);
  return asked.payment;
}
