/** What follows an authorization: capture of all or part, or cancellation. */
import { checkPositive, checkStep } from "./amounts.ts";
import { putBalanceTransaction } from "./balance-transactions.ts";
import { behaviourOf } from "./cards.ts";
import { openDispute } from "./disputes.ts";
import { ApiError, refused } from "./errors.ts";
import { field, readForm, type parseForm } from "./form.ts";
import { unexpectedState } from "./intents.ts";
import { unixNow, type PaymentIntent } from "./records.ts";
import type { Work } from "./work.ts";

type Form = ReturnType<typeof parseForm>;

/** POST /v1/payment_intents/:id/capture, once: what `amount_to_capture` (default: all) leaves is released. */
export function captureIntent(work: Work, id: string, form: Form): PaymentIntent {
  const given = readForm(form, {
    amount_to_capture: field.integer,
    final_capture: field.boolean,
    metadata: field.metadata,
    statement_descriptor: field.text,
    statement_descriptor_suffix: field.text,
  });
  if (given.amount_to_capture !== undefined) checkPositive(given.amount_to_capture, "amount_to_capture");
  const intent = work.need("payment_intent", id, "intent");
  if (intent.status !== "requires_capture" || !intent.latest_charge) throw unexpectedState(intent, "captured");
  const amount = checkStep(given.amount_to_capture ?? intent.amount_capturable, intent.currency, "amount_to_capture");
  if (amount > intent.amount_capturable) {
    throw refused(
      "amount_too_large",
      `Capture amount (${amount}) is greater than the capturable amount (${intent.amount_capturable}).`,
      { param: "amount_to_capture", payment_intent: intent },
    );
  }
  const charge = work.need("charge", intent.latest_charge);
  const card = behaviourOf(work.need("payment_method", charge.payment_method));
  if (card.refusesCapture) throw captureRefused(intent);
  charge.captured = true;
  charge.amount_captured = amount;
  putBalanceTransaction(work, charge);
  intent.status = "succeeded";
  intent.amount_received = amount;
  intent.amount_capturable = 0;
  Object.assign(intent.metadata, given.metadata);
  work.put("charge", charge);
  work.put("payment_intent", intent);
  work.emit("charge.captured", charge);
  work.emit("payment_intent.succeeded", intent);
  if (card.disputes !== undefined) openDispute(work, charge);
  work.hold = card.silent === "capture";
  return intent;
}

const captureRefused = (intent: PaymentIntent) =>
  new ApiError(
    402,
    {
      type: "card_error",
      code: "card_declined",
      decline_code: "generic_decline",
      message: "The issuer refused the capture.",
      payment_intent: intent,
    },
    true,
  );

/** POST /v1/payment_intents/:id/cancel, at any time before capture; a held authorization is released. */
export function cancelIntent(work: Work, id: string, form: Form): PaymentIntent {
  const given = readForm(form, {
    cancellation_reason: field.oneOf(["duplicate", "fraudulent", "requested_by_customer", "abandoned"]),
  });
  const intent = work.need("payment_intent", id, "intent");
  if (intent.status === "succeeded" || intent.status === "canceled") throw unexpectedState(intent, "canceled");
  if (intent.status === "requires_capture" && intent.latest_charge) release(work, intent.latest_charge);
  intent.status = "canceled";
  intent.canceled_at = unixNow();
  intent.cancellation_reason = given.cancellation_reason ?? null;
  intent.amount_capturable = 0;
  intent.next_action = null;
  work.put("payment_intent", intent);
  work.emit("payment_intent.canceled", intent);
  return intent;
}

/** Stripe shows a released authorization as a refunded charge that never was captured. */
function release(work: Work, chargeId: string): void {
  const charge = work.need("charge", chargeId);
  charge.refunded = true;
  charge.amount_refunded = charge.amount;
  work.put("charge", charge);
  work.emit("charge.refunded", charge);
}
