/** Applies the provider's word on a payment, wherever it was heard: an answer, a webhook, a look-up. */
import type { Tx } from "../../../kit/db.ts";
import { schedule } from "../../../kit/timers.ts";
import { observed } from "../domain/observation.ts";
import type { PaymentState } from "../domain/payment-states.ts";
import { entriesOf } from "../domain/postings.ts";
import { post } from "../db/ledger.ts";
import { endAttempt, movePayment, type Moment } from "../db/payments.ts";
import type { PaymentRow } from "../db/tables.ts";
import { publish } from "../events/published.ts";
import type { Intent } from "../psp/stripe.ts";
import { drive } from "./drive-payment.ts";

/** Name of the timer that looks a waiting payment up at the provider, in case its webhook is lost; its key is the payment's id. */
export const checkTimer = "payment.check";

type Outcome = (tx: Tx, payment: PaymentRow, intent: Intent, moment: Moment) => Promise<PaymentRow>;

const about = (payment: PaymentRow) => ({ paymentId: payment.id, orderId: payment.orderId });

const charged = (payment: PaymentRow) => ({
  ...about(payment),
  amountMinor: payment.amountMinor,
  currency: payment.currency,
});

const authorized: Outcome = async (tx, payment, intent, moment) => {
  const patch = { providerIntentId: intent.id, authorizedAt: moment.now, nextActionUrl: null };
  const row = await movePayment(tx, payment, "AUTHORIZED", patch, moment);
  // An order that ended meanwhile must not come back to life: its money is let go without a word of the hold.
  if (row.wish !== "RELEASE") {
    await publish(tx, { type: "payment.authorized.v1", aggregateId: row.id, data: charged(row) }, moment);
  }
  return row;
};

const actionRequired: Outcome = async (tx, payment, intent, moment) => {
  const patch = { providerIntentId: intent.id, nextActionUrl: intent.nextActionUrl };
  const row = await movePayment(tx, payment, "REQUIRES_ACTION", patch, moment);
  await publish(tx, { type: "payment.requires-action.v1", aggregateId: row.id, data: about(row) }, moment);
  await schedule(tx, { name: checkTimer, key: row.id, dueAt: moment.now, traceId: moment.traceId });
  return row;
};

const failed: Outcome = async (tx, payment, intent, moment) => {
  const reason = intent.failure ?? "card_declined";
  const patch = { failureReason: reason, nextActionUrl: null, ...(intent.id ? { providerIntentId: intent.id } : {}) };
  const row = await movePayment(tx, payment, "FAILED", patch, moment);
  await publish(tx, { type: "payment.failed.v1", aggregateId: row.id, data: { ...about(row), reason } }, moment);
  return row;
};

const expired: Outcome = async (tx, payment, intent, moment) => {
  const reason = intent.failure ?? "authorization_expired";
  const row = await movePayment(
    tx,
    payment,
    "EXPIRED",
    { failureReason: reason, nextActionUrl: null, providerIntentId: intent.id },
    moment,
  );
  if (payment.authorizedAt === null) {
    await publish(tx, { type: "payment.failed.v1", aggregateId: row.id, data: { ...about(row), reason } }, moment);
  }
  return row;
};

const captured: Outcome = async (tx, payment, _intent, moment) => {
  const { amountMinor, orderId, currency, restaurantId } = payment;
  const row = await movePayment(
    tx,
    payment,
    "CAPTURED",
    { capturedMinor: amountMinor, capturedAt: moment.now },
    moment,
  );
  const entries = entriesOf("payment-captured", { amountMinor }, { restaurantId, courierId: null });
  await post(tx, { kind: "payment-captured", reference: row.id, orderId, currency, entries }, moment);
  await publish(tx, { type: "payment.captured.v1", aggregateId: row.id, data: charged(row) }, moment);
  return row;
};

const voided: Outcome = async (tx, payment, _intent, moment) => {
  const row = await movePayment(tx, payment, "VOIDED", { releasedAt: moment.now, nextActionUrl: null }, moment);
  await publish(tx, { type: "payment.voided.v1", aggregateId: row.id, data: about(row) }, moment);
  return row;
};

const outcomes: Partial<Record<PaymentState, Outcome>> = {
  AUTHORIZED: authorized,
  REQUIRES_ACTION: actionRequired,
  FAILED: failed,
  EXPIRED: expired,
  CAPTURED: captured,
  VOIDED: voided,
};

/** Applies `intent` to a locked payment and takes the step that follows; old or repeated words change nothing. */
export async function observe(tx: Tx, payment: PaymentRow, intent: Intent, moment: Moment): Promise<PaymentRow> {
  const next = observed(payment.state, intent.status);
  const outcome = next && outcomes[next];
  if (!outcome) return payment;
  await endAttempt(
    tx,
    payment.id,
    next === "FAILED" || next === "EXPIRED" ? "FAILED" : "SUCCEEDED",
    intent.failure,
    moment,
  );
  return drive(tx, await outcome(tx, payment, intent, moment), moment);
}
