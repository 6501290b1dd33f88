/** Settles a refund by the provider's word, from its answer or a webhook. */
import type { Tx } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { schedule } from "../../../kit/events/timers.ts";
import { canMove, refundedState } from "../domain/payment-states.ts";
import { entriesOf, reversalOf } from "../domain/postings.ts";
import { retryAfterMs } from "../domain/refund-retry.ts";
import { post } from "../db/ledger.ts";
import { lockPayment, movePayment, patchPayment, type Moment } from "../db/payments.ts";
import { releaseLines } from "../db/refund-lines.ts";
import {
  endRefundAttempt,
  insertAttempt,
  lastAttempt,
  patchRefund,
  pendingRefunds,
  refundWithPayment,
} from "../db/refunds.ts";
import type { PaymentRow, RefundAttemptRow, RefundRow } from "../db/tables.ts";
import type { Settings } from "../deps.ts";
import { publish } from "../events/published.ts";
import type { ProviderRefund } from "../psp/psp.ts";
import { payBackFreed } from "./pay-back.ts";
import { lessCharged, refundTimer, reverseRequested } from "./request-refund.ts";

/** The provider's word on one attempt of one refund. */
export type RefundWord = ProviderRefund & { refundId: string; attemptKey: string };

/**
 * Applies a word to the refund's newest attempt; old, repeated and foreign words change nothing. A refusal ends a
 * refund of support's. One that a cancelled order owes is tried again under a new key, later and later, and flagged
 * after REFUND_FLAG_AFTER attempts; so is one that the provider took back after it had succeeded.
 */
export async function settleRefund(tx: Tx, word: RefundWord, settings: Settings, moment: Moment): Promise<void> {
  const paymentId = (await refundWithPayment(tx, word.refundId))?.payment.id;
  const payment = paymentId === undefined ? null : await lockPayment(tx, paymentId);
  if (!payment || word.intentId !== payment.providerIntentId || word.status === "PENDING") return;
  const found = await refundWithPayment(tx, word.refundId);
  const attempt = await lastAttempt(tx, word.refundId);
  if (!found || attempt?.idempotencyKey !== word.attemptKey) return;
  const { refund } = found;
  if (word.status === "SUCCEEDED") {
    if (refund.state === "PENDING") await succeeded(tx, payment, refund, word, moment);
    return;
  }
  if (refund.state === "SUCCEEDED") return returned(tx, payment, refund, attempt, word, settings, moment);
  if (refund.state === "FAILED") return;
  if (refund.cause === "SUPPORT")
    await payBackFreed(tx, await refused(tx, payment, refund, word.failure, moment), moment);
  else await tryAgain(tx, refund, attempt, word.failure, settings, moment);
}

async function succeeded(
  tx: Tx,
  payment: PaymentRow,
  before: RefundRow,
  word: RefundWord,
  moment: Moment,
): Promise<void> {
  await endRefundAttempt(tx, word.attemptKey, "SUCCEEDED", null, moment);
  const done = { state: "SUCCEEDED", settledAt: moment.now, failure: null, flaggedAt: null } as const;
  const refund = await patchRefund(tx, before.id, { ...done, ...(word.id ? { providerRefundId: word.id } : {}) });
  const { amountMinor, currency, cause } = refund;
  const { id: paymentId, orderId } = payment;
  const refundedMinor = payment.refundedMinor + amountMinor;
  const state = refundedState(payment.capturedMinor, refundedMinor + payment.lostMinor);
  const patch = { refundedMinor, ...(cause === "CANCELLATION" ? { cancellationToldAt: moment.now } : {}) };
  // While a dispute is open the state tells of it; it is made up for when the dispute is won.
  if (payment.state !== "DISPUTED" && canMove(payment.state, state)) {
    await movePayment(tx, payment, state, patch, moment);
  } else await patchPayment(tx, payment, patch);
  const entries = entriesOf("refund-paid", { amountMinor }, ownersOf(payment));
  await post(tx, { kind: "refund-paid", reference: word.attemptKey, orderId, currency, entries }, moment);
  const full = state === "REFUNDED";
  const data = { paymentId, orderId, refundId: refund.id, amountMinor, currency, full, cause };
  await publish(tx, { type: "payment.refunded.v1", aggregateId: paymentId, data }, moment);
}

const ownersOf = ({ restaurantId }: PaymentRow) => ({ restaurantId, courierId: null });

async function refused(
  tx: Tx,
  payment: PaymentRow,
  refund: RefundRow,
  failure: string | null,
  moment: Moment,
): Promise<PaymentRow> {
  const attempt = await lastAttempt(tx, refund.id);
  if (attempt) await endRefundAttempt(tx, attempt.idempotencyKey, "FAILED", failure, moment);
  await patchRefund(tx, refund.id, { state: "FAILED", settledAt: moment.now, failure });
  await reverseRequested(tx, payment, refund, moment);
  await releaseLines(tx, refund.id);
  const { refundReservedMinor } = payment;
  const freed = await patchPayment(tx, payment, { refundReservedMinor: refundReservedMinor - refund.amountMinor });
  return lessCharged(tx, freed, refund, -1);
}

async function tryAgain(
  tx: Tx,
  refund: RefundRow,
  attempt: RefundAttemptRow,
  failure: string | null,
  settings: Settings,
  moment: Moment,
): Promise<void> {
  const { id: refundId } = refund;
  const { now, traceId } = moment;
  await endRefundAttempt(tx, attempt.idempotencyKey, "FAILED", failure, moment);
  const number = attempt.number + 1;
  await insertAttempt(tx, { idempotencyKey: `${refundId}:${newId("evt")}`, refundId, number, createdAt: now });
  const flaggedAt = refund.flaggedAt ?? (attempt.number >= settings.REFUND_FLAG_AFTER ? now : null);
  await patchRefund(tx, refundId, { state: "PENDING", settledAt: null, providerRefundId: null, failure, flaggedAt });
  const wait = retryAfterMs(attempt.number, settings.REFUND_RETRY_MS, settings.REFUND_RETRY_MAX_MS);
  await schedule(tx, { name: refundTimer, key: refundId, dueAt: new Date(now.getTime() + wait), traceId });
}

/** The customer's bank sent the money back after the provider had called it paid: it is owed again, whoever decided on it. */
async function returned(
  tx: Tx,
  payment: PaymentRow,
  refund: RefundRow,
  attempt: RefundAttemptRow,
  word: RefundWord,
  settings: Settings,
  moment: Moment,
): Promise<void> {
  const { amountMinor, currency } = refund;
  const entries = reversalOf(entriesOf("refund-paid", { amountMinor }, ownersOf(payment)));
  const reference = attempt.idempotencyKey;
  await post(tx, { kind: "refund-returned", reference, orderId: payment.orderId, currency, entries }, moment);
  await patchPayment(tx, payment, { refundedMinor: payment.refundedMinor - amountMinor });
  await tryAgain(tx, { ...refund, flaggedAt: moment.now }, attempt, word.failure, settings, moment);
}

/** Gives up the refunds on their way of a payment whose dispute was lost: the bank has paid the cardholder back. */
export async function giveUpPending(tx: Tx, payment: PaymentRow, moment: Moment): Promise<PaymentRow> {
  const pending = await pendingRefunds(tx, payment.id);
  let left = payment;
  for (const refund of pending) left = await refused(tx, left, refund, "charge_disputed", moment);
  // What they would have paid back of a released order is free to be written off.
  return pending.length > 0 ? patchPayment(tx, left, { releasedAt: null }) : left;
}
