/** Asks the provider for what a payment's live attempt is about, and applies its answer. */
import type { Tx } from "../../../kit/database/db.ts";
import { schedule, type FiredTimer } from "../../../kit/events/timers.ts";
import { isSettingUp } from "../domain/next-step.ts";
import { endAttempt, lockPayment, movePayment, openCall, patchPayment, type Moment } from "../db/payments.ts";
import type { AttemptRow, PaymentRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import { publish } from "../events/published.ts";
import type { Refusal } from "../psp/refusal.ts";
import { ask, type Answer } from "./ask-provider.ts";
import { drive } from "./drive-payment.ts";
import { checkTimer, observe, observeSetup } from "./observe-intent.ts";

type Timer = Pick<FiredTimer, "key" | "traceId">;
type Word = Exclude<Answer, Refusal>;

/**
 * Timer handler. Throws when the outcome is unknown (timeout, outage): the timer comes back and asks again with the
 * idempotency key that was stored before the first try, so a charge that did happen is found and not repeated.
 */
export async function callProvider(timer: Timer, deps: Deps): Promise<void> {
  const call = await openCall(deps.db, timer.key);
  if (!call) return;
  const { attempt, payment } = call;
  const answer = await ask(deps, payment, attempt);
  const moment = { now: deps.clock.now(), traceId: timer.traceId };
  await deps.db.transaction(async (tx) => {
    const row = await lockPayment(tx, payment.id);
    const open = row && (await openCall(tx, payment.id));
    if (!row || open?.attempt.idempotencyKey !== attempt.idempotencyKey) return;
    if ("refused" in answer) await refused(tx, row, attempt, answer, moment);
    else await heard(tx, row, answer, deps, moment);
  });
}

const apply = (tx: Tx, payment: PaymentRow, word: Word, moment: Moment): Promise<PaymentRow> =>
  word.kind === "SETUP" ? observeSetup(tx, payment, word.setup, moment) : observe(tx, payment, word.intent, moment);

/** Applies a definite word; one that decides nothing yet is asked for again later, by the name that it gave. */
async function heard(tx: Tx, payment: PaymentRow, word: Word, deps: Deps, moment: Moment): Promise<void> {
  const after = await apply(tx, payment, word, moment);
  if (after.state !== payment.state) return;
  const name = word.kind === "SETUP" ? { providerSetupId: word.setup.id } : { providerIntentId: word.intent.id };
  await checkLater(tx, await patchPayment(tx, after, name), deps, moment);
}

async function refused(
  tx: Tx,
  payment: PaymentRow,
  attempt: AttemptRow,
  refusal: Refusal,
  moment: Moment,
): Promise<void> {
  const { amountMinor, currency, tryNumber } = payment;
  const said = { status: "FAILED", nextActionUrl: null, failure: refusal.code } as const;
  const word = { ...said, id: refusal.objectId ?? "", tryNumber };
  switch (attempt.operation) {
    case "SAVE":
      await observeSetup(tx, payment, { ...word, savedMethod: null }, moment);
      return;
    case "AUTHORIZE":
      await observe(tx, payment, { ...word, amountMinor, currency }, moment);
      return;
    case "CAPTURE":
      return captureRefused(tx, payment, refusal, moment);
    case "VOID":
      throw new Error(`the provider refused to void payment ${payment.id}: ${refusal.code}`);
  }
}

async function captureRefused(tx: Tx, payment: PaymentRow, { code }: Refusal, moment: Moment): Promise<void> {
  await endAttempt(tx, payment.id, "FAILED", code, moment);
  const row = await movePayment(tx, payment, "AUTHORIZED", { captureRefused: true, failureReason: code }, moment);
  const data = { paymentId: row.id, orderId: row.orderId, reason: code };
  await publish(tx, { type: "payment.capture-failed.v1", aggregateId: row.id, data }, moment);
  await drive(tx, row, moment);
}

async function checkLater(tx: Tx, payment: PaymentRow, deps: Deps, { now, traceId }: Moment): Promise<void> {
  const dueAt = new Date(now.getTime() + deps.settings.PAYMENT_CHECK_MS);
  await schedule(tx, { name: checkTimer, key: payment.id, dueAt, traceId });
}

const waitingStates = ["SAVING", "AUTHORIZING", "REQUIRES_ACTION", "CAPTURING", "VOIDING"];

/** Timer handler: looks a payment up whose customer has to act, or that the provider still works on, until it moved on. */
export async function checkPayment(timer: Timer, deps: Deps): Promise<void> {
  const waiting = await deps.db.transaction((tx) => lockPayment(tx, timer.key));
  if (!waiting || !waitingStates.includes(waiting.state)) return;
  const word = await lookUp(waiting, deps);
  if (!word) return callProvider(timer, deps);
  const moment = { now: deps.clock.now(), traceId: timer.traceId };
  await deps.db.transaction(async (tx) => {
    const row = await lockPayment(tx, waiting.id);
    if (row && (await apply(tx, row, word, moment)).state === row.state) await checkLater(tx, row, deps, moment);
  });
}

async function lookUp(payment: PaymentRow, { psp }: Deps): Promise<Word | null> {
  const { providerIntentId, providerSetupId } = payment;
  if (providerIntentId) return { kind: "INTENT", intent: await psp.find(providerIntentId) };
  if (!isSettingUp(payment) || !providerSetupId) return null;
  return { kind: "SETUP", setup: await psp.findSetup(providerSetupId) };
}
