/** Asks the provider for what a payment's live attempt is about, and applies its answer. */
import type { Tx } from "../../../kit/db.ts";
import { schedule, type FiredTimer } from "../../../kit/timers.ts";
import { endAttempt, lockPayment, movePayment, openCall, type Moment } from "../db/payments.ts";
import type { AttemptRow, PaymentRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import { publish } from "../events/published.ts";
import type { Intent, Psp, Refusal } from "../psp/stripe.ts";
import { drive } from "./drive-payment.ts";
import { checkTimer, observe } from "./observe-intent.ts";

type Timer = Pick<FiredTimer, "key" | "traceId">;

/**
 * Timer handler. Throws when the outcome is unknown (timeout, outage): the timer comes back and asks again with the
 * idempotency key that was stored before the first try, so a charge that did happen is found and not repeated.
 */
export async function callProvider(timer: Timer, deps: Deps): Promise<void> {
  const call = await openCall(deps.db, timer.key);
  if (!call) return;
  const { attempt, payment } = call;
  const answer = await resolved(deps.psp, payment, await ask(deps.psp, payment, attempt));
  const moment = { now: deps.clock.now(), traceId: timer.traceId };
  await deps.db.transaction(async (tx) => {
    const row = await lockPayment(tx, payment.id);
    const open = row && (await openCall(tx, payment.id));
    if (!row || open?.attempt.idempotencyKey !== attempt.idempotencyKey) return;
    if ("refused" in answer) await refused(tx, row, attempt, answer, moment);
    else if ((await observe(tx, row, answer, moment)).state === row.state) await checkLater(tx, row, deps, moment);
  });
}

/** An order that costs nothing needs no provider. */
const free = (payment: PaymentRow, status: Intent["status"]): Intent => ({
  id: `free_${payment.id}`,
  status,
  capturedMinor: 0,
  nextActionUrl: null,
  failure: null,
});

const endOf = { AUTHORIZE: "AUTHORIZED", CAPTURE: "CAPTURED", VOID: "CANCELED" } as const;

async function ask(
  psp: Psp,
  payment: PaymentRow,
  { operation, idempotencyKey }: AttemptRow,
): Promise<Intent | Refusal> {
  if (payment.amountMinor === 0) return free(payment, endOf[operation]);
  if (operation === "AUTHORIZE") {
    const { id: paymentId, orderId, amountMinor, currency, paymentMethod } = payment;
    return psp.authorize({ paymentId, orderId, amountMinor, currency, paymentMethod, idempotencyKey });
  }
  const intentId = payment.providerIntentId;
  if (!intentId) throw new Error(`payment ${payment.id} has no intent to ${operation.toLowerCase()}`);
  return operation === "CAPTURE" ? psp.capture(intentId, idempotencyKey) : psp.void(intentId, idempotencyKey);
}

/** A refused capture or void may mean that it had happened already: the intent itself tells. */
async function resolved(psp: Psp, payment: PaymentRow, answer: Intent | Refusal): Promise<Intent | Refusal> {
  if (!("refused" in answer) || !payment.providerIntentId) return answer;
  const intent = await psp.find(payment.providerIntentId);
  return intent.status === "CAPTURED" || intent.status === "CANCELED" ? intent : answer;
}

async function refused(
  tx: Tx,
  payment: PaymentRow,
  attempt: AttemptRow,
  refusal: Refusal,
  moment: Moment,
): Promise<void> {
  switch (attempt.operation) {
    case "AUTHORIZE": {
      const intent = refusal.intent ?? { ...free(payment, "FAILED"), id: "" };
      await observe(tx, payment, { ...intent, status: "FAILED", failure: refusal.code }, moment);
      return;
    }
    case "CAPTURE": {
      await endAttempt(tx, payment.id, "FAILED", refusal.code, moment);
      const row = await movePayment(
        tx,
        payment,
        "AUTHORIZED",
        { captureRefused: true, failureReason: refusal.code },
        moment,
      );
      const data = { paymentId: row.id, orderId: row.orderId, reason: refusal.code };
      await publish(tx, { type: "payment.capture-failed.v1", aggregateId: row.id, data }, moment);
      await drive(tx, row, moment);
      return;
    }
    case "VOID":
      throw new Error(`the provider refused to void payment ${payment.id}: ${refusal.code}`);
  }
}

async function checkLater(tx: Tx, payment: PaymentRow, deps: Deps, { now, traceId }: Moment): Promise<void> {
  const dueAt = new Date(now.getTime() + deps.rules.PAYMENT_CHECK_MS);
  await schedule(tx, { name: checkTimer, key: payment.id, dueAt, traceId });
}

/** Timer handler: looks a payment up whose customer has to act, or that the provider still works on, until it moved on. */
export async function checkPayment(timer: Timer, deps: Deps): Promise<void> {
  const waiting = await deps.db.transaction((tx) => lockPayment(tx, timer.key));
  if (!waiting || !["AUTHORIZING", "REQUIRES_ACTION", "CAPTURING", "VOIDING"].includes(waiting.state)) return;
  if (!waiting.providerIntentId) return callProvider(timer, deps);
  const intent = await deps.psp.find(waiting.providerIntentId);
  const moment = { now: deps.clock.now(), traceId: timer.traceId };
  await deps.db.transaction(async (tx) => {
    const row = await lockPayment(tx, waiting.id);
    if (row && (await observe(tx, row, intent, moment)).state === row.state) await checkLater(tx, row, deps, moment);
  });
}
