/** Tells the provider of a refund, and settles it by the provider's word. */
import type { Tx } from "../../../kit/db.ts";
import { schedule, type FiredTimer } from "../../../kit/timers.ts";
import { canMove, refundedState } from "../domain/payment-states.ts";
import { entriesOf } from "../domain/postings.ts";
import { post } from "../db/ledger.ts";
import { lockPayment, movePayment, patchPayment, type Moment } from "../db/payments.ts";
import { endRefund, keepProviderRefund, refundWithPayment } from "../db/refunds.ts";
import type { PaymentRow, RefundRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import { publish } from "../events/published.ts";
import type { ProviderRefund } from "../psp/stripe.ts";
import { refundTimer, reverseRequested } from "./request-refund.ts";

/** Timer handler. Throws when the provider's answer is unknown; the next try uses the same key, the refund's id. */
export async function sendRefund(timer: Pick<FiredTimer, "key" | "traceId">, deps: Deps): Promise<void> {
  const found = await refundWithPayment(deps.db, timer.key);
  if (!found || found.refund.state !== "PENDING") return;
  const { refund, payment } = found;
  const answer = await ask(deps, payment, refund);
  const moment = { now: deps.clock.now(), traceId: timer.traceId };
  if (answer.status !== "PENDING") {
    await deps.db.transaction((tx) => settleRefund(tx, refund.id, answer, moment));
    return;
  }
  await deps.db.transaction(async (tx) => {
    await keepProviderRefund(tx, refund.id, answer.id);
    const dueAt = new Date(moment.now.getTime() + deps.rules.PAYMENT_CHECK_MS);
    await schedule(tx, { name: refundTimer, key: refund.id, dueAt, traceId: timer.traceId });
  });
}

async function ask({ psp }: Deps, payment: PaymentRow, refund: RefundRow): Promise<ProviderRefund> {
  if (refund.providerRefundId) return psp.findRefund(refund.providerRefundId);
  const intentId = payment.providerIntentId;
  if (!intentId) throw new Error(`payment ${payment.id} was captured without an intent`);
  const answer = await psp.refund({ intentId, amountMinor: refund.amountMinor, refundId: refund.id });
  return "refused" in answer ? { id: "", status: "FAILED", failure: answer.code } : answer;
}

/** Applies the provider's word on a refund, from its answer or a webhook; an ended refund stays as it is. */
export async function settleRefund(tx: Tx, refundId: string, answer: ProviderRefund, moment: Moment): Promise<void> {
  const found = await refundWithPayment(tx, refundId);
  const payment = found && (await lockPayment(tx, found.payment.id));
  if (!payment || answer.status === "PENDING") return;
  const refund = await endRefund(tx, refundId, {
    state: answer.status,
    settledAt: moment.now,
    failure: answer.failure,
    ...(answer.id ? { providerRefundId: answer.id } : {}),
  });
  if (!refund) return;
  if (answer.status === "FAILED") {
    await reverseRequested(tx, payment, refund, moment);
    await patchPayment(tx, payment, { refundReservedMinor: payment.refundReservedMinor - refund.amountMinor });
    return;
  }
  await paidBack(tx, payment, refund, moment);
}

async function paidBack(tx: Tx, payment: PaymentRow, refund: RefundRow, moment: Moment): Promise<void> {
  const { amountMinor, currency } = refund;
  const { id: paymentId, orderId, restaurantId } = payment;
  const refundedMinor = payment.refundedMinor + amountMinor;
  const state = refundedState(payment.capturedMinor, refundedMinor);
  if (canMove(payment.state, state)) await movePayment(tx, payment, state, { refundedMinor }, moment);
  else await patchPayment(tx, payment, { refundedMinor });
  const entries = entriesOf("refund-paid", { amountMinor }, { restaurantId, courierId: null });
  await post(tx, { kind: "refund-paid", reference: refund.id, orderId, currency, entries }, moment);
  const data = { paymentId, orderId, refundId: refund.id, amountMinor, currency, full: state === "REFUNDED" };
  await publish(tx, { type: "payment.refunded.v1", aggregateId: paymentId, data }, moment);
}
