/** Refunds of captured charges, never more than was captured. Source: https://docs.stripe.com/api/refunds */
import { checkPositive, checkStep } from "./amounts.ts";
import { behaviourOf } from "./cards.ts";
import { invalid, refused } from "./errors.ts";
import { field, readForm, type parseForm } from "./form.ts";
import { newId, unixNow, type Charge, type Refund } from "./records.ts";
import type { Work } from "./work.ts";

/** POST /v1/refunds for a `payment_intent` or a `charge`; `amount` defaults to what is left. */
export function createRefund(work: Work, form: ReturnType<typeof parseForm>): Refund {
  const given = readForm(form, {
    amount: field.integer,
    charge: field.text,
    payment_intent: field.text,
    metadata: field.metadata,
    reason: field.oneOf(["duplicate", "fraudulent", "requested_by_customer"]),
    instructions_email: field.text,
  });
  if (given.amount !== undefined) checkPositive(given.amount, "amount");
  const charge = chargeOf(work, given);
  checkAccepted(work, charge);
  const left = charge.amount_captured - charge.amount_refunded;
  if (left <= 0) throw refused("charge_already_refunded", `Charge ${charge.id} has already been refunded.`);
  const amount = checkStep(given.amount ?? left, charge.currency, "amount");
  if (amount > left) {
    throw refused(
      "amount_too_large",
      `Refund amount (${amount}) is greater than unrefunded amount on charge (${left}).`,
      { param: "amount", charge: charge.id },
    );
  }
  charge.amount_refunded += amount;
  charge.refunded = charge.amount_refunded === charge.amount_captured;
  const refund: Refund = {
    id: newId("refund"),
    object: "refund",
    created: unixNow(),
    livemode: false,
    amount,
    charge: charge.id,
    currency: charge.currency,
    metadata: given.metadata ?? {},
    payment_intent: charge.payment_intent,
    reason: given.reason ?? null,
    status: "succeeded",
  };
  work.hold = behaviourOf(work.need("payment_method", charge.payment_method)).silent === "refund";
  work.put("charge", charge);
  work.put("refund", refund);
  work.emit("refund.created", refund);
  work.emit("charge.refunded", charge);
  return refund;
}

/** Cards that refuse refunds count how often they did; a disputed charge is the bank's to pay back. */
function checkAccepted(work: Work, charge: Charge): void {
  if (charge.disputed && work.all("dispute").some((one) => one.charge === charge.id && one.status !== "won")) {
    throw refused("charge_disputed", `Charge ${charge.id} has been charged back; cannot issue a refund.`);
  }
  const { refusesRefunds = 0 } = behaviourOf(work.need("payment_method", charge.payment_method));
  const refusals = charge.refund_refusals ?? 0;
  if (refusals >= refusesRefunds) return;
  work.put("charge", { ...charge, refund_refusals: refusals + 1 });
  throw refused("balance_insufficient", "Insufficient funds in your account to refund this charge.");
}

function chargeOf(work: Work, given: { charge?: string | undefined; payment_intent?: string | undefined }): Charge {
  if (!given.charge && !given.payment_intent) {
    throw invalid("parameter_missing", "One of the following params should be provided: payment_intent or charge.");
  }
  const intent = given.payment_intent ? work.need("payment_intent", given.payment_intent, "payment_intent") : undefined;
  const id = given.charge ?? intent?.latest_charge;
  const charge = id ? work.need("charge", id, "charge") : undefined;
  if (charge && intent && charge.payment_intent !== intent.id) {
    throw invalid("parameter_invalid", "The charge does not belong to the payment intent.", "charge");
  }
  if (!charge?.captured) {
    throw refused(
      "payment_intent_unexpected_state",
      "This PaymentIntent does not have a successful charge to refund.",
      intent ? { payment_intent: intent } : {},
    );
  }
  return charge;
}
