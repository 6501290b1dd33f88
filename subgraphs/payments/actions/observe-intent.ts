/** Applies the provider's word on a payment, wherever it was heard: an answer, a webhook, a look-up. */
import type { Tx } from "../../../kit/database/db.ts";
import { schedule } from "../../../kit/events/timers.ts";
import { isSettingUp } from "../domain/next-step.ts";
import { observed, observedSetup } from "../domain/observation.ts";
import type { PaymentState } from "../domain/payment-states.ts";
import { entriesOf } from "../domain/postings.ts";
import { triesLeft, whyNotOpen, type Trying } from "../domain/tries.ts";
import { post } from "../db/ledger.ts";
import { endAttempt, movePayment, type Moment } from "../db/payments.ts";
import { earlierTry, letGoLater, patchTry, settleTry } from "../db/tries.ts";
import type { PaymentRow } from "../db/tables.ts";
import { publish } from "../events/published.ts";
import type { Intent, Setup } from "../psp/psp.ts";
import { drive } from "./drive-payment.ts";
import { expectFee } from "./post-fee.ts";

/** Name of the timer that looks a waiting payment up at the provider, in case its webhook is lost; its key is the payment's id. */
export const checkTimer = "payment.check";

/** What was said, and what to remember of whom it was said. */
type Word = {
  nextActionUrl: string | null;
  failure: string | null;
  names: Partial<Pick<PaymentRow, "providerIntentId" | "providerSetupId" | "savedMethod">>;
};
type Outcome = (tx: Tx, payment: PaymentRow, word: Word, moment: Moment) => Promise<PaymentRow>;

const about = (payment: PaymentRow) => ({ paymentId: payment.id, orderId: payment.orderId });

const charged = (payment: PaymentRow) => ({
  ...about(payment),
  amountMinor: payment.amountMinor,
  currency: payment.currency,
});

/** What of a payment decides about another try. */
export const tryingOf = (payment: PaymentRow): Trying => ({
  ...payment,
  ended: payment.wish === "RELEASE" || payment.orderEnded || payment.orderCancelling,
});

const authorized: Outcome = async (tx, payment, { names }, moment) => {
  const patch = { ...names, authorizedAt: moment.now, nextActionUrl: null, failureReason: null };
  const row = await movePayment(tx, payment, "AUTHORIZED", patch, moment);
  await settleTry(tx, row, "HELD", null, moment);
  // An order that ended meanwhile must not come back to life: its money is let go without a word of the hold.
  if (row.wish !== "RELEASE") {
    await publish(tx, { type: "payment.authorized.v1", aggregateId: row.id, data: charged(row) }, moment);
  }
  return row;
};

const saved: Outcome = async (tx, payment, { names }, moment) => {
  const patch = { ...names, nextActionUrl: null, failureReason: null };
  const row = await movePayment(tx, payment, "SAVED", patch, moment);
  if (row.wish !== "RELEASE") {
    await publish(tx, { type: "payment.method-saved.v1", aggregateId: row.id, data: about(row) }, moment);
  }
  return row;
};

const actionRequired: Outcome = async (tx, payment, { names, nextActionUrl }, moment) => {
  const row = await movePayment(tx, payment, "REQUIRES_ACTION", { ...names, nextActionUrl }, moment);
  await publish(tx, { type: "payment.requires-action.v1", aggregateId: row.id, data: about(row) }, moment);
  await schedule(tx, { name: checkTimer, key: row.id, dueAt: moment.now, traceId: moment.traceId });
  return row;
};

const failed: Outcome = async (tx, payment, { names, failure }, moment) => {
  const reason = failure ?? "card_declined";
  const row = await movePayment(
    tx,
    payment,
    "FAILED",
    { ...names, failureReason: reason, nextActionUrl: null },
    moment,
  );
  await settleTry(tx, row, "DECLINED", reason, moment);
  const data = { ...about(row), reason };
  // The order stays open as long as another card may be tried; its own time is its own affair.
  if (whyNotOpen(tryingOf(row), moment.now) === null)
    await publish(
      tx,
      { type: "payment.declined.v1", aggregateId: row.id, data: { ...data, triesLeft: triesLeft(row) } },
      moment,
    );
  else await publish(tx, { type: "payment.failed.v1", aggregateId: row.id, data }, moment);
  return row;
};

const expired: Outcome = async (tx, payment, { names, failure }, moment) => {
  const failureReason = failure ?? "authorization_expired";
  const patch = { ...names, failureReason, nextActionUrl: null };
  const row = await movePayment(tx, payment, "EXPIRED", patch, moment);
  await settleTry(tx, row, "LET_GO", failureReason, moment);
  return row;
};

const captured: Outcome = async (tx, payment, _word, moment) => {
  const { amountMinor, orderId, currency, restaurantId } = payment;
  const patch = { capturedMinor: amountMinor, capturedAt: moment.now };
  const row = await movePayment(tx, payment, "CAPTURED", patch, moment);
  const entries = entriesOf("payment-captured", { amountMinor }, { restaurantId, courierId: null });
  await post(tx, { kind: "payment-captured", reference: row.id, orderId, currency, entries }, moment);
  await publish(tx, { type: "payment.captured.v1", aggregateId: row.id, data: charged(row) }, moment);
  await expectFee(tx, row, moment);
  return row;
};

const voided: Outcome = async (tx, payment, _word, moment) => {
  const row = await movePayment(tx, payment, "VOIDED", { releasedAt: moment.now, nextActionUrl: null }, moment);
  await settleTry(tx, row, "LET_GO", null, moment);
  await publish(tx, { type: "payment.voided.v1", aggregateId: row.id, data: about(row) }, moment);
  return row;
};

const outcomes: Partial<Record<PaymentState, Outcome>> = {
  SAVED: saved,
  AUTHORIZED: authorized,
  REQUIRES_ACTION: actionRequired,
  FAILED: failed,
  EXPIRED: expired,
  CAPTURED: captured,
  VOIDED: voided,
};

async function enter(
  tx: Tx,
  payment: PaymentRow,
  next: PaymentState | null,
  word: Word,
  moment: Moment,
): Promise<PaymentRow> {
  const outcome = next && outcomes[next];
  if (!outcome) return payment;
  const end = next === "FAILED" || next === "EXPIRED" ? "FAILED" : "SUCCEEDED";
  await endAttempt(tx, payment.id, end, word.failure, moment);
  return drive(tx, await outcome(tx, payment, word, moment), moment);
}

/** Before the provider's name of the intent is known, only what the newest try asked for can be its own. */
const isOwn = (payment: PaymentRow, { id, amountMinor, currency, tryNumber }: Intent): boolean =>
  payment.providerIntentId === null
    ? tryNumber === payment.tryNumber && amountMinor === payment.amountMinor && currency === payment.currency
    : id === payment.providerIntentId;

/** Money that a try that is over holds after all is let go; whether the intent was an earlier try's. */
export async function observeEarlier(tx: Tx, payment: PaymentRow, intent: Intent, moment: Moment): Promise<boolean> {
  const tried = intent.id === payment.providerIntentId ? null : await earlierTry(tx, payment, intent);
  if (!tried) return false;
  if (tried.providerIntentId === null) await patchTry(tx, tried, { providerIntentId: intent.id });
  const holds = intent.status === "AUTHORIZED" || intent.status === "CAPTURED";
  if (holds && tried.releasedAt === null) await letGoLater(tx, tried, moment);
  return true;
}

/** Applies `intent` to a locked payment and takes the step that follows; old, repeated and foreign words change nothing. */
export async function observe(tx: Tx, payment: PaymentRow, intent: Intent, moment: Moment): Promise<PaymentRow> {
  if (isSettingUp(payment) || !isOwn(payment, intent)) return payment;
  const { nextActionUrl, failure } = intent;
  const names = intent.id ? { providerIntentId: intent.id } : {};
  return enter(tx, payment, observed(payment.state, intent.status), { nextActionUrl, failure, names }, moment);
}

/** Applies `setup` to a locked payment whose payment method is being saved; old, repeated and foreign words change nothing. */
export async function observeSetup(tx: Tx, payment: PaymentRow, setup: Setup, moment: Moment): Promise<PaymentRow> {
  const { providerSetupId, tryNumber } = payment;
  const foreign = providerSetupId !== null && setup.id !== "" && setup.id !== providerSetupId;
  if (!isSettingUp(payment) || foreign || setup.tryNumber !== tryNumber) return payment;
  const { nextActionUrl, failure, savedMethod } = setup;
  const names = { ...(setup.id ? { providerSetupId: setup.id } : {}), ...(savedMethod ? { savedMethod } : {}) };
  return enter(tx, payment, observedSetup(payment.state, setup.status), { nextActionUrl, failure, names }, moment);
}
