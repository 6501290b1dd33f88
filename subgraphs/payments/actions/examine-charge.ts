/** Compares one amount or refund at the provider with ours; mends what a listed step leads to, and writes down the rest. */
import { isId } from "../../../kit/id.ts";
import type { Tx } from "../../../kit/database/db.ts";
import {
  compareCharge,
  compareRefund,
  type OurCharge,
  type OurRefund,
  type TheirCharge,
} from "../domain/reconciliation.ts";
import { recordFinding } from "../db/findings.ts";
import { lockPayment, lockPaymentOfIntent, type Moment } from "../db/payments.ts";
import { lockPaymentOfTry } from "../db/tries.ts";
import { attemptOf } from "../db/reconciliation.ts";
import { lastAttempt, refundWithPayment } from "../db/refunds.ts";
import type { PaymentRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import type { IntentSeen, RefundSeen } from "../psp/psp.ts";
import { observe, observeEarlier } from "./observe-intent.ts";
import { settleRefund } from "./settle-refund.ts";

/** What became of one object. */
export type Examined = "AGREES" | "REPAIRED" | "FINDING";

const ours = (payment: PaymentRow | null): OurCharge | null => payment;

/** Whether a payment and the provider's amount plainly agree, from what was read at once; anything else is examined. */
export const plainlyAgrees = (theirs: TheirCharge, payment: PaymentRow | null): boolean =>
  compareCharge(theirs, ours(payment)).is === "AGREES";

/** Examines an amount: asks the provider anew, so that nothing is judged by a page that is old already, and locks ours. */
export async function examineCharge(deps: Deps, listed: IntentSeen, moment: Moment): Promise<Examined> {
  const theirs = (await deps.psp.lookUpIntent(listed.id)) ?? listed;
  return deps.db.transaction(async (tx) => {
    const payment =
      (await lockPaymentOfIntent(tx, theirs.id)) ??
      (await lockPaymentOfTry(tx, theirs.id)) ??
      (await named(tx, theirs.paymentId));
    if (payment && (await observeEarlier(tx, payment, theirs, moment))) return "AGREES";
    const verdict = compareCharge(theirs, ours(payment));
    if (verdict.is === "AGREES") return "AGREES";
    if (verdict.is === "REPAIR" && payment) {
      const after = await observe(tx, payment, theirs, moment);
      return after.state === payment.state ? "AGREES" : "REPAIRED";
    }
    if (verdict.is === "FINDING") {
      const { kind, facts } = verdict;
      const about = { subject: theirs.id, paymentId: payment?.id ?? null, refundId: null };
      await recordFinding(tx, { kind, facts, ...about }, moment.now);
    }
    return "FINDING";
  });
}

const named = async (tx: Tx, paymentId: string | null): Promise<PaymentRow | null> =>
  paymentId !== null && isId("pay", paymentId) ? lockPayment(tx, paymentId) : null;

/** Examines a refund, in the same way. */
export async function examineRefund(deps: Deps, listed: RefundSeen, moment: Moment): Promise<Examined> {
  const theirs = (await deps.psp.lookUpRefund(listed.id)) ?? listed;
  return deps.db.transaction(async (tx) => {
    const known = await ourRefund(tx, theirs);
    const verdict = compareRefund(theirs, known?.refund ?? null);
    if (verdict.is === "AGREES") return "AGREES";
    const { refundId, attemptKey } = theirs;
    if (verdict.is === "REPAIR" && refundId !== null && attemptKey !== null) {
      await settleRefund(tx, { ...theirs, refundId, attemptKey }, deps.settings, moment);
      return "REPAIRED";
    }
    if (verdict.is === "FINDING") {
      const { kind, facts } = verdict;
      const about = { subject: theirs.id, paymentId: known?.paymentId ?? null, refundId: known ? refundId : null };
      await recordFinding(tx, { kind, facts, ...about }, moment.now);
    }
    return "FINDING";
  });
}

/** The refund that the provider's object names, under its payment's lock. */
async function ourRefund(
  tx: Tx,
  { refundId, attemptKey }: RefundSeen,
): Promise<{ refund: OurRefund; paymentId: string } | null> {
  if (refundId === null || !isId("rfd", refundId)) return null;
  const paymentId = (await refundWithPayment(tx, refundId))?.payment.id;
  if (paymentId === undefined) return null;
  await lockPayment(tx, paymentId);
  const found = await refundWithPayment(tx, refundId);
  if (!found) return null;
  const { state, amountMinor, currency } = found.refund;
  const attempt = attemptKey === null ? null : await attemptOf(tx, refundId, attemptKey);
  const isLast = attempt !== null && (await lastAttempt(tx, refundId))?.idempotencyKey === attempt.idempotencyKey;
  const tried = attempt && { state: attempt.state, isLast };
  const intentId = found.payment.providerIntentId;
  return { refund: { state, amountMinor, currency, intentId, attempt: tried }, paymentId };
}
