/** The customer pays the same order with another card: after a decline, or instead of a confirmation that is still open. */
import { idempotent } from "../../../kit/database/idempotency.ts";
import { isId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import type { Tx } from "../../../kit/database/db.ts";
import { whyNotOpen, type NotOpenReason } from "../domain/tries.ts";
import { expectProviderCustomer } from "../db/customers.ts";
import { beginCall, lockPaymentOfOrder, patchPayment, type Moment } from "../db/payments.ts";
import type { PaymentRow } from "../db/tables.ts";
import { insertTry, letGoLater, settleTry } from "../db/tries.ts";
import type { Deps } from "../deps.ts";
import { tryingOf } from "./observe-intent.ts";

export type PayInput = { orderId: string; paymentMethod: string; idempotencyKey: string };

/** Plain JSON, since the idempotency key keeps it. */
export type PayProblem =
  | { tag: "INVALID"; field: string; message: string }
  | { tag: "NOT_FOUND" }
  | { tag: "KEY_REUSED" }
  | { tag: "NOT_OPEN"; reason: NotOpenReason; paymentId: string };

type Outcome = Result<{ paymentId: string }, PayProblem>;

/**
 * Begins another try under the payment's lock: one may be live at a time, and the one before holds nothing or is let go.
 * The same key and input answer the same, refusals too. What comes of the card shows in the payment.
 */
export async function payOrder(deps: Deps, payer: { id: string; traceId: string }, input: PayInput): Promise<Outcome> {
  const problem = invalid(input);
  if (problem) return err(problem);
  if (!isId("ord", input.orderId)) return err({ tag: "NOT_FOUND" });
  const { idempotencyKey: key, ...fingerprintOf } = input;
  const moment = { now: deps.clock.now(), traceId: payer.traceId };
  const request = { scope: payer.id, operation: "payOrder", key, fingerprintOf, now: moment.now };
  const done = await idempotent<Outcome>(deps.db, request, (tx) => decide(tx, payer.id, input, moment));
  return done.kind === "conflict" ? err({ tag: "KEY_REUSED" }) : done.value;
}

function invalid({ paymentMethod, idempotencyKey: key }: PayInput): PayProblem | null {
  if (key.length < 8 || key.length > 128)
    return {
      tag: "INVALID",
      field: "input.idempotencyKey",
      message: "The idempotency key must have 8 to 128 characters.",
    };
  if (/^pm_[A-Za-z0-9_]{1,100}$/.test(paymentMethod)) return null;
  return {
    tag: "INVALID",
    field: "input.paymentMethod",
    message: "That is not a payment method of the card provider.",
  };
}

async function decide(tx: Tx, payerId: string, input: PayInput, moment: Moment): Promise<Outcome> {
  const payment = await lockPaymentOfOrder(tx, input.orderId);
  if (!payment || payment.customerId !== payerId) return err({ tag: "NOT_FOUND" });
  const { id: paymentId } = payment;
  const reason = whyNotOpen(tryingOf(payment), moment.now);
  if (reason !== null) return err({ tag: "NOT_OPEN", reason, paymentId });
  await tryAnother(tx, payment, input.paymentMethod, moment);
  return ok({ paymentId });
}

async function tryAnother(tx: Tx, payment: PaymentRow, paymentMethod: string, moment: Moment): Promise<void> {
  const { id: paymentId, tryNumber, customerId, scheduledFor, orderDue } = payment;
  if (payment.state === "REQUIRES_ACTION") {
    await settleTry(tx, payment, "REPLACED", null, moment);
    await letGoLater(tx, { paymentId, number: tryNumber }, moment);
  }
  // A due order is charged with its customer at hand; before that its card is kept for later.
  const saves = scheduledFor !== null && !orderDue;
  if (saves) await expectProviderCustomer(tx, customerId, moment.now);
  const names = { providerIntentId: null, providerSetupId: null, savedMethod: null, nextActionUrl: null };
  const next = { tryNumber: tryNumber + 1, paymentMethod, payNow: scheduledFor !== null && !saves };
  const changed = await patchPayment(tx, payment, { ...names, ...next });
  await insertTry(tx, changed, moment);
  await beginCall(tx, changed, saves ? "SAVING" : "AUTHORIZING", moment);
}
