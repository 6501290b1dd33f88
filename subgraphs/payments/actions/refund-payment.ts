/** Support's refund: claimed, posted, audited and stored under its key in one transaction; a timer tells the provider. */
import { idempotent } from "../../../kit/idempotency.ts";
import { isId, newId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import type { Tx } from "../../../kit/db.ts";
import { checkRefundInput, refundableStates } from "../domain/refund-request.ts";
import type { PaymentState } from "../domain/payment-states.ts";
import { lockPayment, type Moment } from "../db/payments.ts";
import type { Deps } from "../deps.ts";
import { publish } from "../events/published.ts";
import { requestRefund } from "./request-refund.ts";

export type RefundInput = {
  paymentId: string;
  amountMinor?: number | null | undefined;
  reason: string;
  idempotencyKey: string;
};

export type RefundProblem =
  | { tag: "INVALID"; field: string; message: string }
  | { tag: "NOT_FOUND" }
  | { tag: "KEY_REUSED" }
  | { tag: "NOT_CAPTURED"; state: PaymentState }
  | { tag: "EXCEEDS_CAPTURE"; leftMinor: number; currency: string };

type Outcome = Result<{ paymentId: string; refundId: string }, RefundProblem>;

/** Refunds in part or, without an amount, all that is left. The same key and input answer the same refund. */
export async function refundPayment(
  deps: Deps,
  actorId: string,
  input: RefundInput,
  traceId: string,
): Promise<Outcome> {
  const form = checkRefundInput(input);
  if (!form.ok) return err({ tag: "INVALID", ...form.error });
  if (!isId("pay", input.paymentId)) return err({ tag: "NOT_FOUND" });
  const { idempotencyKey, ...body } = input;
  const moment = { now: deps.clock.now(), traceId };
  const request = {
    scope: actorId,
    operation: "refundPayment",
    key: idempotencyKey,
    fingerprintOf: body,
    now: moment.now,
  };
  const done = await idempotent<Outcome>(deps.db, request, (tx) => decide(tx, actorId, input, moment));
  return done.kind === "conflict" ? err({ tag: "KEY_REUSED" }) : done.value;
}

async function decide(tx: Tx, actorId: string, input: RefundInput, moment: Moment): Promise<Outcome> {
  const payment = await lockPayment(tx, input.paymentId);
  if (!payment) return err({ tag: "NOT_FOUND" });
  const { state, currency } = payment;
  if (!refundableStates.includes(state)) return err({ tag: "NOT_CAPTURED", state });
  const leftMinor = payment.capturedMinor - payment.refundReservedMinor;
  const amountMinor = input.amountMinor ?? leftMinor;
  const wanted = { amountMinor, reason: input.reason.trim(), requestedBy: actorId, cause: "SUPPORT" as const };
  const asked = amountMinor > 0 ? await requestRefund(tx, payment, wanted, moment) : null;
  if (!asked) return err({ tag: "EXCEEDS_CAPTURE", leftMinor, currency });
  const auditId = newId("aud");
  const detail = { refundId: asked.refund.id, amountMinor, currency, reason: wanted.reason };
  const audit = {
    auditId,
    actorId,
    action: "payment.refund",
    subjectId: payment.id,
    at: moment.now.toISOString(),
    detail,
  };
  await publish(tx, { type: "audit.recorded.v1", aggregateId: auditId, data: audit }, moment);
  return ok({ paymentId: payment.id, refundId: asked.refund.id });
}
