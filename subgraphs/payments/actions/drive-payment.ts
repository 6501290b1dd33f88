/** Takes the next step that a payment needs, after anything about it or its order changed. */
import type { Tx } from "../../../kit/db.ts";
import { newId } from "../../../kit/id.ts";
import { nextStep, wishOf, type Standing } from "../domain/next-step.ts";
import { entriesOf } from "../domain/postings.ts";
import { post } from "../db/ledger.ts";
import { beginCall, movePayment, patchPayment, type Moment } from "../db/payments.ts";
import { insertRefund } from "../db/refunds.ts";
import type { PaymentRow } from "../db/tables.ts";
import { publish } from "../events/published.ts";
import { requestRefund } from "./request-refund.ts";

const standingOf = (payment: PaymentRow): Standing => ({
  state: payment.state,
  wish: payment.wish,
  captureRefused: payment.captureRefused,
  capturedMinor: payment.capturedMinor,
  refundReservedMinor: payment.refundReservedMinor,
  feeMinor: payment.cancellationFeeMinor,
  cancelling: payment.orderCancelling,
  released: payment.releasedAt !== null,
});

/** What was heard of the order, beside what is known of it. */
export type Heard = Partial<
  Pick<PaymentRow, "orderAccepted" | "orderEnded" | "orderCancelling" | "deliveryCancelled" | "cancellationFeeMinor">
>;

/** Records what was heard of the order and takes the step that follows; runs in the transaction that locked the payment. */
export async function hear(tx: Tx, payment: PaymentRow, heard: Heard, moment: Moment): Promise<PaymentRow> {
  const now = { ...payment, ...heard };
  const wish = wishOf({
    accepted: now.orderAccepted,
    ended: now.orderEnded,
    cancelling: now.orderCancelling,
    deliveryCancelled: now.deliveryCancelled,
  });
  return drive(tx, await patchPayment(tx, payment, { ...heard, wish }), moment);
}

/** Takes the payment's next step, if there is one; provider calls are only prepared here, a timer makes them. */
export async function drive(tx: Tx, payment: PaymentRow, moment: Moment): Promise<PaymentRow> {
  const step = nextStep(standingOf(payment));
  const about = { paymentId: payment.id, orderId: payment.orderId };
  switch (step.do) {
    case "NOTHING":
      return payment;
    case "CAPTURE":
      return beginCall(tx, payment, "CAPTURING", moment);
    case "VOID":
      return beginCall(tx, payment, "VOIDING", moment);
    case "VOID_LOCALLY": {
      const voided = await movePayment(tx, payment, "VOIDED", { releasedAt: moment.now }, moment);
      await publish(tx, { type: "payment.voided.v1", aggregateId: payment.id, data: about }, moment);
      return voided;
    }
    case "REPORT_CAPTURE_FAILED": {
      const data = { ...about, reason: payment.failureReason ?? payment.state };
      await publish(tx, { type: "payment.capture-failed.v1", aggregateId: payment.id, data }, moment);
      return patchPayment(tx, payment, { captureRefused: true });
    }
    case "CONFIRM_NOTHING_HELD":
      await publish(tx, { type: "payment.voided.v1", aggregateId: payment.id, data: about }, moment);
      return patchPayment(tx, payment, { releasedAt: moment.now });
    case "PAY_BACK":
      return payBack(tx, payment, step, moment);
  }
}

async function payBack(
  tx: Tx,
  payment: PaymentRow,
  due: { refundMinor: number; feeMinor: number },
  moment: Moment,
): Promise<PaymentRow> {
  const released = await patchPayment(tx, payment, { releasedAt: moment.now });
  const { id: paymentId, orderId, currency, restaurantId } = payment;
  const entries = entriesOf("cancellation-fee", { amountMinor: due.feeMinor }, { restaurantId, courierId: null });
  await post(tx, { kind: "cancellation-fee", reference: paymentId, orderId, currency, entries }, moment);
  if (due.refundMinor > 0) {
    const wanted = { amountMinor: due.refundMinor, reason: "The order ended.", requestedBy: null };
    const asked = await requestRefund(tx, released, wanted, moment);
    if (!asked) throw new Error(`payment ${paymentId} has less left than it should`);
    return asked.payment;
  }
  // The order waits for the word that its money is settled, also when the fee takes all of it.
  const at = { createdAt: moment.now, settledAt: moment.now };
  const refund = await insertRefund(tx, {
    id: newId("rfd"),
    paymentId,
    amountMinor: 0,
    currency,
    reason: "Nothing was left to pay back.",
    state: "SUCCEEDED",
    ...at,
  });
  const data = {
    paymentId,
    orderId,
    refundId: refund.id,
    amountMinor: 0,
    currency,
    full: payment.state === "REFUNDED",
  };
  await publish(tx, { type: "payment.refunded.v1", aggregateId: paymentId, data }, moment);
  return released;
}
