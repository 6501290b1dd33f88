/** Payment intents: create, confirm, and what 3-D Secure ends in. Source: https://docs.stripe.com/payments/paymentintents/lifecycle */
import { randomBytes } from "node:crypto";
import { checkAmount, checkCurrency } from "./amounts.ts";
import { authenticationErrors, behaviourOf, declined, needsAuthentication, wirePaymentMethod } from "./cards.ts";
import { putCharge } from "./charges.ts";
import { openDispute } from "./disputes.ts";
import { ApiError, refused, type ErrorFields } from "./errors.ts";
import { field, readForm, type parseForm } from "./form.ts";
import { newId, unixNow, type PaymentIntent, type PaymentMethod } from "./records.ts";
import { checkSaved, customerOf, keepCard, spendCard, usePaymentMethod } from "./saved-cards.ts";
import type { Work } from "./work.ts";

type Form = ReturnType<typeof parseForm>;

const confirmShape = {
  payment_method: field.text,
  off_session: field.boolean,
  return_url: field.text,
  setup_future_usage: field.oneOf(["on_session", "off_session"]),
  capture_method: field.oneOf(["automatic", "automatic_async", "manual"]),
  error_on_requires_action: field.boolean,
  use_stripe_sdk: field.boolean,
  payment_method_types: field.list,
  allowed_payment_method_types: field.list,
  excluded_payment_method_types: field.list,
  payment_method_options: field.anything,
  receipt_email: field.text,
  shipping: field.anything,
};

const createShape = {
  ...confirmShape,
  amount: field.integer,
  currency: field.text,
  confirm: field.boolean,
  confirmation_method: field.oneOf(["automatic", "manual"]),
  customer: field.text,
  description: field.text,
  metadata: field.metadata,
  automatic_payment_methods: field.anything,
  statement_descriptor: field.text,
  statement_descriptor_suffix: field.text,
  transfer_group: field.text,
};

/** POST /v1/payment_intents; with `confirm=true` it also charges the card. */
export function createIntent(work: Work, form: Form): PaymentIntent {
  const given = readForm(form, createShape);
  const currency = checkCurrency(given.currency);
  const customer = customerOf(work, given.customer);
  const id = newId("payment_intent");
  const intent: PaymentIntent = {
    id,
    object: "payment_intent",
    created: unixNow(),
    livemode: false,
    amount: checkAmount(given.amount, currency),
    amount_capturable: 0,
    amount_received: 0,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: given.capture_method ?? "automatic",
    client_secret: `${id}_secret_${randomBytes(12).toString("hex")}`,
    confirmation_method: given.confirmation_method ?? "automatic",
    currency,
    customer,
    description: given.description ?? null,
    last_payment_error: null,
    latest_charge: null,
    metadata: given.metadata ?? {},
    next_action: null,
    payment_method: given.payment_method ? usePaymentMethod(work, given.payment_method, customer).id : null,
    payment_method_types: given.payment_method_types ?? given.allowed_payment_method_types ?? ["card"],
    return_url: given.return_url ?? null,
    setup_future_usage: given.setup_future_usage ?? null,
    status: given.payment_method ? "requires_confirmation" : "requires_payment_method",
  };
  work.put("payment_intent", intent);
  work.emit("payment_intent.created", intent);
  return given.confirm ? charge(work, intent, given) : intent;
}

/** POST /v1/payment_intents/:id/confirm */
export function confirmIntent(work: Work, id: string, form: Form): PaymentIntent {
  const given = readForm(form, confirmShape);
  const intent = work.need("payment_intent", id, "intent");
  if (!["requires_payment_method", "requires_confirmation", "requires_action"].includes(intent.status)) {
    throw unexpectedState(intent, "confirmed");
  }
  if (given.payment_method) intent.payment_method = usePaymentMethod(work, given.payment_method, intent.customer).id;
  if (given.return_url) intent.return_url = given.return_url;
  if (given.capture_method) intent.capture_method = given.capture_method;
  return charge(work, intent, given);
}

function charge(
  work: Work,
  intent: PaymentIntent,
  given: { off_session?: boolean | undefined; error_on_requires_action?: boolean | undefined },
): PaymentIntent {
  if (!intent.payment_method) {
    throw refused(
      "payment_intent_unexpected_state",
      "You cannot confirm this PaymentIntent because it's missing a payment method.",
      { payment_intent: intent },
    );
  }
  const method = work.need("payment_method", intent.payment_method);
  const { decline, declinesOnceSaved, silent } = behaviourOf(method);
  if (given.off_session) checkSaved(method, intent.customer);
  if (declinesOnceSaved && method.customer !== null) {
    throw failAttempt(work, intent, method, { type: "card_error", ...declined("generic_decline") });
  }
  if (decline) throw failAttempt(work, intent, method, { type: "card_error", ...decline });
  if (needsAuthentication(method)) {
    if (given.off_session || given.error_on_requires_action) {
      throw failAttempt(work, intent, method, authenticationErrors.required);
    }
    return askForAuthentication(work, intent);
  }
  work.hold = silent === "charge";
  return authorize(work, intent, method);
}

function askForAuthentication(work: Work, intent: PaymentIntent): PaymentIntent {
  intent.status = "requires_action";
  intent.next_action = {
    type: "redirect_to_url",
    redirect_to_url: { url: `${work.publicUrl}/3ds/${intent.id}`, return_url: intent.return_url },
  };
  work.put("payment_intent", intent);
  work.emit("payment_intent.requires_action", intent);
  return intent;
}

function authorize(work: Work, intent: PaymentIntent, method: PaymentMethod): PaymentIntent {
  const made = putCharge(work, intent, method);
  if (intent.setup_future_usage && intent.customer) keepCard(work, method, intent.customer, false);
  else spendCard(work, method);
  if (made.captured && behaviourOf(method).disputes !== undefined) openDispute(work, made);
  intent.latest_charge = made.id;
  intent.next_action = null;
  intent.last_payment_error = null;
  intent.status = made.captured ? "succeeded" : "requires_capture";
  intent.amount_received = made.amount_captured;
  intent.amount_capturable = made.captured ? 0 : made.amount;
  work.put("payment_intent", intent);
  work.emit(made.captured ? "payment_intent.succeeded" : "payment_intent.amount_capturable_updated", intent);
  return intent;
}

/** Records the failed attempt and returns the card error to throw: the intent stays and may be confirmed with another card. */
function failAttempt(work: Work, intent: PaymentIntent, method: PaymentMethod, failure: ErrorFields): ApiError {
  const made = putCharge(work, intent, method, failure);
  const fields: ErrorFields = {
    ...failure,
    charge: made.id,
    payment_method: wirePaymentMethod(method),
  };
  intent.latest_charge = made.id;
  intent.next_action = null;
  intent.payment_method = null;
  intent.status = "requires_payment_method";
  intent.last_payment_error = fields;
  work.put("payment_intent", intent);
  work.emit("payment_intent.payment_failed", intent);
  return new ApiError(402, { ...fields, payment_intent: intent }, true);
}

/** What the card's holder did on the 3-D Secure page. An intent no longer waiting stays as it is. */
export function endAuthentication(work: Work, id: string, passed: boolean): PaymentIntent {
  const intent = work.need("payment_intent", id);
  if (intent.status !== "requires_action" || !intent.payment_method) return intent;
  const method = work.need("payment_method", intent.payment_method);
  if (passed) return authorize(work, intent, method);
  failAttempt(work, intent, method, authenticationErrors.failed);
  return work.need("payment_intent", id);
}

/** 400: the intent's state forbids to be `verb`, such as "captured". */
export const unexpectedState = (intent: PaymentIntent, verb: string): ApiError =>
  refused(
    "payment_intent_unexpected_state",
    `This PaymentIntent could not be ${verb} because it has a status of ${intent.status}.`,
    { payment_intent: intent },
  );
