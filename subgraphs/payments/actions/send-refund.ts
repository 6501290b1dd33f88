/** Tells the provider of a refund, attempt by attempt, until it says what became of it. */
import { schedule, type FiredTimer } from "../../../kit/events/timers.ts";
import { insertAttempt, lastAttempt, patchRefund, refundWithPayment } from "../db/refunds.ts";
import type { PaymentRow, RefundAttemptRow, RefundRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import type { ProviderRefund } from "../psp/psp.ts";
import { refundTimer } from "./request-refund.ts";
import { settleRefund } from "./settle-refund.ts";

type Timer = Pick<FiredTimer, "key" | "traceId" | "attempt">;
type Call = { refund: RefundRow; payment: PaymentRow; attempt: RefundAttemptRow };

/**
 * Timer handler. Throws when the provider's answer is unknown: the next try uses the same key, the live attempt's.
 * After as many tries as after as many refusals the refund is flagged for support, and tried on.
 */
export async function sendRefund(timer: Timer, deps: Deps): Promise<void> {
  const call = await openCall(deps, timer.key);
  if (!call) return;
  const { refund, attempt } = call;
  const answer = await ask(deps, call).catch(async (error: unknown) => {
    if (timer.attempt >= deps.settings.REFUND_FLAG_AFTER) await flag(deps, refund);
    throw error;
  });
  const moment = { now: deps.clock.now(), traceId: timer.traceId };
  await deps.db.transaction(async (tx) => {
    if (answer.status !== "PENDING") {
      const word = { ...answer, refundId: refund.id, attemptKey: attempt.idempotencyKey };
      return settleRefund(tx, word, deps.settings, moment);
    }
    await patchRefund(tx, refund.id, { providerRefundId: answer.id });
    const dueAt = new Date(moment.now.getTime() + deps.settings.PAYMENT_CHECK_MS);
    await schedule(tx, { name: refundTimer, key: refund.id, dueAt, traceId: timer.traceId });
  });
}

async function openCall({ db, clock }: Deps, refundId: string): Promise<Call | null> {
  const found = await refundWithPayment(db, refundId);
  if (found?.refund.state !== "PENDING") return null;
  const attempt = await lastAttempt(db, refundId);
  if (attempt) return { ...found, attempt };
  // A refund of before attempts were kept: its id was, and stays, its key.
  const first = { idempotencyKey: refundId, refundId, number: 1, createdAt: clock.now() };
  await db.transaction((tx) => insertAttempt(tx, first));
  return { ...found, attempt: { ...first, state: "LIVE", failure: null, settledAt: null } };
}

async function ask({ psp }: Deps, { refund, payment, attempt }: Call): Promise<ProviderRefund> {
  if (refund.providerRefundId) return psp.findRefund(refund.providerRefundId);
  const { providerIntentId: intentId } = payment;
  if (!intentId) throw new Error(`payment ${payment.id} was captured without an intent`);
  const { id: refundId, amountMinor } = refund;
  const answer = await psp.refund({ intentId, amountMinor, refundId, idempotencyKey: attempt.idempotencyKey });
  return "refused" in answer ? { id: "", status: "FAILED", intentId, failure: answer.code } : answer;
}

async function flag({ db, clock, log }: Deps, refund: RefundRow): Promise<void> {
  if (refund.flaggedAt !== null) return;
  log.error({ refundId: refund.id }, "the provider does not answer for a refund");
  await patchRefund(db, refund.id, { flaggedAt: clock.now() });
}
