/** Takes the next step that a payment needs, after anything about it or its order changed. */
import type { Tx } from "../../../kit/database/db.ts";
import { nextStep, wishOf, type Standing } from "../domain/next-step.ts";
import { beginCall, endAttempt, movePayment, patchPayment, type Moment } from "../db/payments.ts";
import type { PaymentRow } from "../db/tables.ts";
import { settleTry } from "../db/tries.ts";
import { publish } from "../events/published.ts";
import { endOrder } from "./end-order.ts";
import { payBack, tellSettled } from "./pay-back.ts";
import { shareLosses } from "./share-losses.ts";

const standingOf = (payment: PaymentRow): Standing => ({
  state: payment.state,
  wish: payment.wish,
  due: payment.orderDue,
  captureRefused: payment.captureRefused,
  capturedMinor: payment.capturedMinor,
  refundReservedMinor: payment.refundReservedMinor,
  lostMinor: payment.lostMinor,
  feeMinor: payment.ended === null ? payment.cancellationFeeMinor : payment.feeKeptMinor,
  cancelling: payment.orderCancelling,
  released: payment.releasedAt !== null,
  told: payment.cancellationToldAt !== null,
});

/** What was heard of the order, beside what is known of it. */
export type Heard = Partial<
  Pick<
    PaymentRow,
    | "orderAccepted"
    | "orderDue"
    | "payUntil"
    | "orderEnded"
    | "orderCancelling"
    | "deliveryCancelled"
    | "cancellationFeeMinor"
    | "ending"
    | "ride"
  >
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

/** Shares an ended order's money, and what banks keep of it, out and takes the payment's next step, if there is one; provider calls are only prepared here, a timer makes them. */
export async function drive(tx: Tx, before: PaymentRow, moment: Moment): Promise<PaymentRow> {
  const payment = await shareLosses(tx, await endOrder(tx, before, moment), moment);
  const step = nextStep(standingOf(payment));
  switch (step.do) {
    case "NOTHING":
      return payment;
    case "AUTHORIZE":
      return beginCall(tx, payment, "AUTHORIZING", moment);
    case "CAPTURE":
      return beginCall(tx, payment, "CAPTURING", moment);
    case "VOID":
      return beginCall(tx, payment, "VOIDING", moment);
    case "VOID_LOCALLY":
      return voidLocally(tx, payment, moment);
    case "REPORT_CAPTURE_FAILED": {
      const { id: paymentId, orderId, failureReason, state } = payment;
      const data = { paymentId, orderId, reason: failureReason ?? state };
      await publish(tx, { type: "payment.capture-failed.v1", aggregateId: paymentId, data }, moment);
      return patchPayment(tx, payment, { captureRefused: true });
    }
    case "CONFIRM_NOTHING_HELD":
      return tellSettled(tx, await patchPayment(tx, payment, { releasedAt: moment.now }), moment);
    case "CONFIRM_DISPUTED":
      return tellSettled(tx, payment, moment);
    case "PAY_BACK":
      return payBack(tx, payment, step, moment);
  }
}

async function voidLocally(tx: Tx, payment: PaymentRow, moment: Moment): Promise<PaymentRow> {
  await endAttempt(tx, payment.id, "FAILED", "order_ended", moment);
  await settleTry(tx, payment, "LET_GO", null, moment);
  const patch = { releasedAt: moment.now, nextActionUrl: null };
  return tellSettled(tx, await movePayment(tx, payment, "VOIDED", patch, moment), moment);
}
