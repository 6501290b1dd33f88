/** Support's refund: claimed, posted, audited and stored under its key in one transaction; a timer tells the provider. */
import { idempotent } from "../../../kit/database/idempotency.ts";
import { isId, newId } from "../../../kit/id.ts";
import { chargeStep } from "../../../kit/money.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import type { Tx } from "../../../kit/database/db.ts";
import { businessDay } from "../domain/business-day.ts";
import { chargedLine } from "../domain/ending.ts";
import { lineRefund } from "../domain/refund-lines.ts";
import { checkRefundInput, refundableStates, type LineWanted, type RefundInput } from "../domain/refund-request.ts";
import type { PaymentState } from "../domain/payment-states.ts";
import { limitOf, readLimits } from "../domain/support-limits.ts";
import { lockPayment, type Moment } from "../db/payments.ts";
import { countGivenBack, givenBackToday, linesByPayment, type LineClaim } from "../db/refund-lines.ts";
import type { PaymentRow } from "../db/tables.ts";
import type { Deps, Settings } from "../deps.ts";
import { publish } from "../events/published.ts";
import { requestRefund } from "./request-refund.ts";

/** Who refunds; an admin has no limits. */
export type Agent = { id: string; isAdmin: boolean };

export type RefundProblem =
  | { tag: "INVALID"; field: string; message: string }
  | { tag: "NOT_FOUND" }
  | { tag: "KEY_REUSED" }
  | { tag: "NOT_CAPTURED"; state: PaymentState }
  | { tag: "EXCEEDS_CAPTURE"; leftMinor: number; currency: string }
  | { tag: "EXCEEDS_LINE"; lineId: string; leftQuantity: number }
  | { tag: "ABOVE_LIMIT"; period: "REFUND" | "DAY"; limitMinor: number; leftMinor: number; currency: string };

type Outcome = Result<{ paymentId: string; refundId: string }, RefundProblem>;
type Asked = { amountMinor: number; lines: LineClaim[] };

/**
 * Refunds lines, an amount or, without either, all that is left. The same key and input answer the same refund. An
 * agent who is no admin stays within the limits of one refund and of a business day.
 */
export async function refundPayment(deps: Deps, agent: Agent, input: RefundInput, traceId: string): Promise<Outcome> {
  const form = checkRefundInput(input);
  if (!form.ok) return err({ tag: "INVALID", ...form.error });
  if (!isId("pay", input.paymentId)) return err({ tag: "NOT_FOUND" });
  const { idempotencyKey, ...body } = input;
  const moment = { now: deps.clock.now(), traceId };
  const request = {
    scope: agent.id,
    operation: "refundPayment",
    key: idempotencyKey,
    fingerprintOf: body,
    now: moment.now,
  };
  const done = await idempotent<Outcome>(deps.db, request, (tx) => decide(tx, agent, input, deps.settings, moment));
  return done.kind === "conflict" ? err({ tag: "KEY_REUSED" }) : done.value;
}

/** Everything is checked under the payment's lock before anything is claimed, since a refusal is kept too. */
async function decide(tx: Tx, agent: Agent, input: RefundInput, settings: Settings, moment: Moment): Promise<Outcome> {
  const payment = await lockPayment(tx, input.paymentId);
  if (!payment) return err({ tag: "NOT_FOUND" });
  const { id: paymentId, state, currency } = payment;
  if (!refundableStates.includes(state)) return err({ tag: "NOT_CAPTURED", state });
  const leftMinor = payment.capturedMinor - payment.refundReservedMinor - payment.lostMinor;
  const asked = await amountOf(tx, payment, input, leftMinor);
  if (!asked.ok) return asked;
  const { amountMinor } = asked.value;
  if (amountMinor < 1 || amountMinor > leftMinor) return err({ tag: "EXCEEDS_CAPTURE", leftMinor, currency });
  const refusal = await countAgainstLimits(tx, agent, { amountMinor, currency }, settings, moment);
  if (refusal) return err(refusal);
  const decided = { reason: input.reason.trim(), requestedBy: agent.id, fault: input.fault ?? "PLATFORM" };
  const wanted = { ...asked.value, ...decided, cause: "SUPPORT" as const };
  const made = await requestRefund(tx, payment, wanted, moment);
  if (!made) throw new Error(`payment ${paymentId} has less left than it should`);
  const lines = asked.value.lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
  const detail = { refundId: made.refund.id, amountMinor, currency, reason: wanted.reason, fault: wanted.fault, lines };
  await audit(tx, agent, paymentId, detail, moment);
  return ok({ paymentId, refundId: made.refund.id });
}

/** What the input comes to. */
async function amountOf(
  tx: Tx,
  payment: PaymentRow,
  { lines, amountMinor }: RefundInput,
  leftMinor: number,
): Promise<Result<Asked, RefundProblem>> {
  const step = chargeStep(payment.currency);
  if (amountMinor != null && amountMinor % step !== 0)
    return err({
      tag: "INVALID",
      field: "amountMinor",
      message: `Cards take ${payment.currency} in steps of ${step}.`,
    });
  if (lines == null) return ok({ amountMinor: amountMinor ?? leftMinor, lines: [] });
  const claimed = await claimsOf(tx, payment, lines, step);
  if (!claimed.ok) return claimed;
  return ok({
    amountMinor: claimed.value.reduce((sum, line) => sum + line.amountMinor, 0),
    lines: claimed.value,
  });
}

async function claimsOf(
  tx: Tx,
  { id: paymentId, ended }: PaymentRow,
  lines: readonly LineWanted[],
  step: number,
): Promise<Result<LineClaim[], RefundProblem>> {
  const bought = new Map(
    ((await linesByPayment(tx, [paymentId])).get(paymentId) ?? []).map((row) => [row.lineId, row]),
  );
  const claims: LineClaim[] = [];
  for (const [index, { orderLineId: lineId, quantity }] of lines.entries()) {
    const line = bought.get(lineId);
    if (!line) {
      const field = `lines.${index}.orderLineId`;
      return err({ tag: "INVALID", field, message: "The payment is not for such a line." });
    }
    const priced = { ...line, promotedMinor: line.promotedMinor ?? 0 };
    const worth = lineRefund(ended === null ? priced : chargedLine(priced, ended.itemsBps, step), quantity, step);
    if (!worth) return err({ tag: "EXCEEDS_LINE", lineId, leftQuantity: line.quantity - line.refundedQuantity });
    claims.push({ lineId, quantity, ...worth });
  }
  return ok(claims);
}

/** Counts the refund against the agent's day; what is wrong when that is not allowed. */
async function countAgainstLimits(
  tx: Tx,
  agent: Agent,
  { amountMinor, currency }: { amountMinor: number; currency: string },
  settings: Settings,
  { now }: Moment,
): Promise<RefundProblem | null> {
  const given = { agentId: agent.id, day: businessDay(now), currency, amountMinor };
  if (agent.isAdmin) {
    await countGivenBack(tx, given, null);
    return null;
  }
  const once = limitOf(readLimits(settings.SUPPORT_REFUND_MAX_MINOR), currency);
  if (amountMinor > once) {
    return { tag: "ABOVE_LIMIT", period: "REFUND", limitMinor: once, leftMinor: once, currency };
  }
  const limitMinor = limitOf(readLimits(settings.SUPPORT_REFUND_DAY_MAX_MINOR), currency);
  if (await countGivenBack(tx, given, limitMinor)) return null;
  const leftMinor = Math.max(0, limitMinor - (await givenBackToday(tx, agent.id, given.day, currency)));
  return { tag: "ABOVE_LIMIT", period: "DAY", limitMinor, leftMinor, currency };
}

async function audit(tx: Tx, agent: Agent, subjectId: string, detail: object, moment: Moment): Promise<void> {
  const auditId = newId("aud");
  const entry = { auditId, actorId: agent.id, action: "payment.refund", subjectId, at: moment.now.toISOString() };
  const data = { ...entry, detail: { ...detail } };
  await publish(tx, { type: "audit.recorded.v1", aggregateId: auditId, data }, moment);
}
