/** Applies the provider's news of a dispute; opening and closing may come in any order, each takes effect once. */
import { schedule } from "../../../kit/events/timers.ts";
import type { Tx } from "../../../kit/database/db.ts";
import { closedState, isOpen } from "../domain/dispute-states.ts";
import { alertsAt } from "../domain/dispute-attention.ts";
import { restaurantUntil } from "../domain/dispute-evidence.ts";
import { canMove, refundedState } from "../domain/payment-states.ts";
import { entriesOf } from "../domain/postings.ts";
import { findDispute, hasOpenDispute, insertDispute, moveDispute, patchDispute } from "../db/disputes.ts";
import { post } from "../db/ledger.ts";
import { lockPaymentOfIntent, movePayment, patchPayment, type Moment } from "../db/payments.ts";
import type { DisputeRow, PaymentRow } from "../db/tables.ts";
import type { DisputeSettings } from "../deps.ts";
import type { ProviderDispute } from "../psp/psp.ts";
import { drive } from "./drive-payment.ts";
import { observe } from "./observe-intent.ts";
import { postDisputeFee } from "./post-dispute-fee.ts";
import { giveUpPending } from "./settle-refund.ts";

/** Name of the timer that alerts support before evidence is due; its key is the dispute's id, as of the next. */
export const alertTimer = "dispute.alert";

/** Name of the timer that sends the evidence as it is, or gives the dispute up when there is none. */
export const dueTimer = "dispute.due";

/** Posts what the bank took or gave back and what the provider keeps for it, and moves the payment between what it was and DISPUTED. A lost one stays DISPUTED. */
export async function hearDispute(
  tx: Tx,
  dispute: ProviderDispute,
  settings: DisputeSettings,
  moment: Moment,
): Promise<void> {
  const locked = await lockPaymentOfIntent(tx, dispute.intentId);
  if (!locked) return;
  const payment = await charged(tx, locked, moment);
  const known = await findDispute(tx, dispute.id);
  const { row, disputed } = known
    ? { row: known, disputed: payment }
    : await opened(tx, payment, dispute, settings, moment);
  await postDisputeFee(tx, payment, dispute, moment);
  if (!isOpen(row.state)) return;
  const current = await dated(tx, row, dispute, settings, moment);
  // Won, but how much came back is not known yet.
  if (dispute.outcome === "WON" && dispute.returnedMinor === null) return;
  if (dispute.outcome === "OPENED") return underReview(tx, current, dispute, moment);
  await closed(tx, disputed, current, dispute, moment);
}

/** Only money that was taken can be disputed: the answer to its capture is still on its way, or was lost. */
function charged(tx: Tx, payment: PaymentRow, moment: Moment): Promise<PaymentRow> {
  const { providerIntentId: id, amountMinor, currency, tryNumber } = payment;
  if (payment.state !== "CAPTURING" || id === null) return Promise.resolve(payment);
  return observe(
    tx,
    payment,
    { id, status: "CAPTURED", amountMinor, currency, nextActionUrl: null, failure: null, tryNumber },
    moment,
  );
}

async function opened(
  tx: Tx,
  payment: PaymentRow,
  dispute: ProviderDispute,
  settings: DisputeSettings,
  moment: Moment,
): Promise<{ row: DisputeRow; disputed: PaymentRow }> {
  const { id, amountMinor, reason } = dispute;
  const { id: paymentId, restaurantId } = payment;
  const about = { id, paymentId, restaurantId, amountMinor, reason, openedAt: moment.now };
  const until = restaurantUntil(moment.now, dispute.evidenceDueAt, settings.DISPUTE_RESTAURANT_MS);
  const row = await insertDispute(tx, { ...about, state: "OPENED", restaurantUntil: until });
  await postDispute(tx, payment, "dispute-opened", dispute.id, amountMinor, moment);
  if (!canMove(payment.state, "DISPUTED")) return { row, disputed: payment };
  return { row, disputed: await drive(tx, await movePayment(tx, payment, "DISPUTED", {}, moment), moment) };
}

/** Keeps the provider's date, which may come later or move, and sets what happens before it. */
async function dated(
  tx: Tx,
  row: DisputeRow,
  { evidenceDueAt: dueAt }: ProviderDispute,
  settings: DisputeSettings,
  { now, traceId }: Moment,
): Promise<DisputeRow> {
  if (dueAt === null || dueAt.getTime() === row.evidenceDueAt?.getTime()) return row;
  const { due, next } = alertsAt(dueAt, now, alertTimes(settings));
  const key = row.id;
  await schedule(tx, { name: alertTimer, key, dueAt: due.length > 0 ? now : (next ?? dueAt), traceId });
  const sendAt = new Date(Math.max(dueAt.getTime() - settings.DISPUTE_SEND_BEFORE_MS, now.getTime()));
  await schedule(tx, { name: dueTimer, key, dueAt: sendAt, traceId });
  const until = restaurantUntil(row.openedAt, dueAt, settings.DISPUTE_RESTAURANT_MS);
  return patchDispute(tx, row.id, { evidenceDueAt: dueAt, restaurantUntil: until });
}

/** When alerts are raised, by the settings. */
export const alertTimes = (settings: DisputeSettings) => ({
  firstMs: settings.DISPUTE_ALERT_MS,
  lastMs: settings.DISPUTE_LAST_ALERT_MS,
});

async function underReview(
  tx: Tx,
  row: DisputeRow,
  { underReview: isUnderReview }: ProviderDispute,
  { now }: Moment,
): Promise<void> {
  if (isUnderReview && (row.state === "OPENED" || row.state === "SENDING"))
    await moveDispute(tx, row, "UNDER_REVIEW", { sentAt: now });
}

async function closed(
  tx: Tx,
  disputed: PaymentRow,
  row: DisputeRow,
  dispute: ProviderDispute,
  moment: Moment,
): Promise<void> {
  const { id, amountMinor } = row;
  const returnedMinor = dispute.outcome === "LOST" ? 0 : Math.min(dispute.returnedMinor ?? amountMinor, amountMinor);
  const state = closedState(amountMinor, returnedMinor);
  const payment = state === "LOST" ? await giveUpPending(tx, disputed, moment) : disputed;
  // What was paid back before is the bank's second payment, which the platform bears.
  const left = payment.capturedMinor - payment.refundReservedMinor - payment.lostMinor;
  const lostMinor = Math.max(0, Math.min(amountMinor - returnedMinor, left));
  await moveDispute(tx, row, state, { returnedMinor, lostMinor, closedAt: moment.now });
  if (returnedMinor > 0) await postDispute(tx, payment, "dispute-won", id, returnedMinor, moment);
  const after = await patchPayment(tx, payment, { lostMinor: payment.lostMinor + lostMinor });
  await drive(tx, state === "LOST" ? after : await settledAgain(tx, after, moment), moment);
}

/** Once no dispute is open, the payment is what refunds, and what banks keep, made of it. */
async function settledAgain(tx: Tx, payment: PaymentRow, moment: Moment): Promise<PaymentRow> {
  if (payment.state !== "DISPUTED" || (await hasOpenDispute(tx, payment.id))) return payment;
  const to = refundedState(payment.capturedMinor, payment.refundedMinor + payment.lostMinor);
  return movePayment(tx, payment, to, {}, moment);
}

async function postDispute(
  tx: Tx,
  { orderId, currency, restaurantId }: PaymentRow,
  kind: "dispute-opened" | "dispute-won",
  reference: string,
  amountMinor: number,
  moment: Moment,
): Promise<void> {
  const entries = entriesOf(kind, { amountMinor }, { restaurantId, courierId: null });
  await post(tx, { kind, reference, orderId, currency, entries }, moment);
}
