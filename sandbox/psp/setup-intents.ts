/** Setup intents: save a card for a later charge, with 3-D Secure where it asks. Source: https://docs.stripe.com/api/setup_intents */
import { randomBytes } from "node:crypto";
import { authenticationErrors, behaviourOf, needsAuthentication, wirePaymentMethod } from "./cards.ts";
import { ApiError, refused, type ErrorFields } from "./errors.ts";
import { field, readForm, type parseForm } from "./form.ts";
import { newId, unixNow, type PaymentMethod, type SetupIntent } from "./records.ts";
import { customerOf, keepCard, usePaymentMethod } from "./saved-cards.ts";
import type { Work } from "./work.ts";

type Form = ReturnType<typeof parseForm>;

const confirmShape = {
  payment_method: field.text,
  return_url: field.text,
  use_stripe_sdk: field.boolean,
};

/** POST /v1/setup_intents; with `confirm=true` it also saves the card. */
export function createSetupIntent(work: Work, form: Form): SetupIntent {
  const given = readForm(form, {
    ...confirmShape,
    confirm: field.boolean,
    customer: field.text,
    description: field.text,
    metadata: field.metadata,
    payment_method_types: field.list,
    allowed_payment_method_types: field.list,
    excluded_payment_method_types: field.list,
    automatic_payment_methods: field.anything,
    usage: field.oneOf(["on_session", "off_session"]),
  });
  const customer = customerOf(work, given.customer);
  const id = newId("setup_intent");
  const intent: SetupIntent = {
    id,
    object: "setup_intent",
    created: unixNow(),
    livemode: false,
    cancellation_reason: null,
    client_secret: `${id}_secret_${randomBytes(12).toString("hex")}`,
    customer,
    description: given.description ?? null,
    last_setup_error: null,
    metadata: given.metadata ?? {},
    next_action: null,
    payment_method: given.payment_method ? usePaymentMethod(work, given.payment_method, customer).id : null,
    payment_method_types: given.payment_method_types ?? given.allowed_payment_method_types ?? ["card"],
    return_url: given.return_url ?? null,
    status: given.payment_method ? "requires_confirmation" : "requires_payment_method",
    usage: given.usage ?? "off_session",
  };
  work.put("setup_intent", intent);
  work.emit("setup_intent.created", intent);
  return given.confirm ? save(work, intent) : intent;
}

/** POST /v1/setup_intents/:id/confirm */
export function confirmSetupIntent(work: Work, id: string, form: Form): SetupIntent {
  const given = readForm(form, confirmShape);
  const intent = work.need("setup_intent", id, "intent");
  if (intent.status === "succeeded" || intent.status === "canceled") throw unexpectedState(intent, "confirmed");
  if (given.payment_method) intent.payment_method = usePaymentMethod(work, given.payment_method, intent.customer).id;
  if (given.return_url) intent.return_url = given.return_url;
  return save(work, intent);
}

/** POST /v1/setup_intents/:id/cancel */
export function cancelSetupIntent(work: Work, id: string, form: Form): SetupIntent {
  const given = readForm(form, {
    cancellation_reason: field.oneOf(["abandoned", "requested_by_customer", "duplicate"]),
  });
  const intent = work.need("setup_intent", id, "intent");
  if (intent.status === "succeeded" || intent.status === "canceled") throw unexpectedState(intent, "canceled");
  intent.status = "canceled";
  intent.cancellation_reason = given.cancellation_reason ?? null;
  intent.next_action = null;
  work.put("setup_intent", intent);
  work.emit("setup_intent.canceled", intent);
  return intent;
}

function save(work: Work, intent: SetupIntent): SetupIntent {
  if (!intent.payment_method) {
    throw refused(
      "setup_intent_unexpected_state",
      "You cannot confirm this SetupIntent because it's missing a payment method.",
      { setup_intent: intent },
    );
  }
  const method = work.need("payment_method", intent.payment_method);
  const { decline, silent } = behaviourOf(method);
  work.hold = silent === "setup";
  if (decline) throw fail(work, intent, method, { type: "card_error", ...decline });
  if (!needsAuthentication(method)) return succeed(work, intent, method);
  intent.status = "requires_action";
  intent.next_action = {
    type: "redirect_to_url",
    redirect_to_url: { url: `${work.publicUrl}/3ds/${intent.id}`, return_url: intent.return_url },
  };
  work.put("setup_intent", intent);
  work.emit("setup_intent.requires_action", intent);
  return intent;
}

function succeed(work: Work, intent: SetupIntent, method: PaymentMethod): SetupIntent {
  intent.status = "succeeded";
  intent.next_action = null;
  intent.last_setup_error = null;
  keepCard(work, method, intent.customer, true);
  work.put("setup_intent", intent);
  work.emit("setup_intent.succeeded", intent);
  return intent;
}

function fail(work: Work, intent: SetupIntent, method: PaymentMethod, failure: ErrorFields): ApiError {
  const fields: ErrorFields = { ...failure, payment_method: wirePaymentMethod(method) };
  intent.status = "requires_payment_method";
  intent.payment_method = null;
  intent.next_action = null;
  intent.last_setup_error = fields;
  work.put("setup_intent", intent);
  work.emit("setup_intent.setup_failed", intent);
  return new ApiError(402, { ...fields, setup_intent: intent }, true);
}

/** What the card's holder did on the 3-D Secure page. An intent no longer waiting stays as it is. */
export function endSetupAuthentication(work: Work, id: string, passed: boolean): SetupIntent {
  const intent = work.need("setup_intent", id);
  if (intent.status !== "requires_action" || !intent.payment_method) return intent;
  const method = work.need("payment_method", intent.payment_method);
  if (passed) return succeed(work, intent, method);
  fail(work, intent, method, {
    ...authenticationErrors.failed,
    code: "setup_intent_authentication_failure",
  });
  return work.need("setup_intent", id);
}

const unexpectedState = (intent: SetupIntent, verb: string): ApiError =>
  refused(
    "setup_intent_unexpected_state",
    `This SetupIntent could not be ${verb} because it has a status of ${intent.status}.`,
    { setup_intent: intent },
  );
