/** Test cards, named by Stripe's payment-method tokens. There are no card numbers here. Source: https://docs.stripe.com/testing */
import { invalid, type ErrorFields } from "./errors.ts";
import { newId, unixNow, type CardDetails, type PaymentMethod } from "./records.ts";
import type { Work } from "./work.ts";

type Behaviour = {
  brand: string;
  last4: string;
  /** Declines every charge with this code. */
  decline?: { code: string; decline_code?: string; message: string };
  /** Asks for 3-D Secure on every payment, or only until the card was set up for later use. */
  authenticate?: "always" | "until-set-up";
  /** Applies the change, then never answers. */
  silent?: "charge" | "capture" | "setup" | "refund";
  /** Authorizes, then refuses the capture. */
  refusesCapture?: boolean;
  /** Can be saved; charging it later is declined. */
  declinesOnceSaved?: boolean;
  /** Disputed as soon as it is captured, for this reason. */
  disputes?: string;
  /** Refuses so many refunds of a charge before it takes one. */
  refusesRefunds?: number;
};

/** The card error of an issuer that says no. */
export const declined = (decline_code: string) => ({
  code: "card_declined",
  decline_code,
  message: "Your card was declined.",
});

const cards: Record<string, Behaviour> = {
  pm_card_visa: { brand: "visa", last4: "4242" },
  pm_card_mastercard: { brand: "mastercard", last4: "4444" },
  pm_card_amex: { brand: "amex", last4: "8431" },
  pm_card_chargeDeclined: { brand: "visa", last4: "0002", decline: declined("generic_decline") },
  pm_card_visa_chargeDeclined: {
    brand: "visa",
    last4: "0002",
    decline: declined("generic_decline"),
  },
  pm_card_chargeDeclinedInsufficientFunds: {
    brand: "visa",
    last4: "9995",
    decline: { ...declined("insufficient_funds"), message: "Your card has insufficient funds." },
  },
  pm_card_chargeDeclinedExpiredCard: {
    brand: "visa",
    last4: "0069",
    decline: {
      code: "expired_card",
      decline_code: "expired_card",
      message: "Your card has expired.",
    },
  },
  pm_card_chargeDeclinedProcessingError: {
    brand: "visa",
    last4: "0119",
    decline: {
      code: "processing_error",
      decline_code: "processing_error",
      message: "An error occurred while processing your card. Try again in a little bit.",
    },
  },
  pm_card_authenticationRequired: { brand: "visa", last4: "3184", authenticate: "always" },
  pm_card_threeDSecure2Required: { brand: "visa", last4: "3220", authenticate: "always" },
  pm_card_authenticationRequiredOnSetup: {
    brand: "visa",
    last4: "3155",
    authenticate: "until-set-up",
  },
  pm_card_chargeCustomerFail: { brand: "visa", last4: "0341", declinesOnceSaved: true },
  pm_card_createDispute: { brand: "visa", last4: "0259", disputes: "fraudulent" },
  pm_card_createDisputeProductNotReceived: { brand: "visa", last4: "2685", disputes: "product_not_received" },
  // The rest are this sandbox's own: Stripe has no test card for a lost answer, a refused capture or a refused refund.
  pm_card_timeoutAfterCharge: { brand: "visa", last4: "0408", silent: "charge" },
  pm_card_timeoutAfterCapture: { brand: "visa", last4: "0409", silent: "capture" },
  pm_card_timeoutAfterSetup: { brand: "visa", last4: "0411", silent: "setup" },
  pm_card_timeoutAfterRefund: { brand: "visa", last4: "0414", silent: "refund" },
  pm_card_refundRefusedTwice: { brand: "visa", last4: "0412", refusesRefunds: 2 },
  pm_card_refundRefused: { brand: "visa", last4: "0413", refusesRefunds: Number.MAX_SAFE_INTEGER },
  pm_card_createDisputeProductUnacceptable: { brand: "visa", last4: "0415", disputes: "product_unacceptable" },
  pm_card_captureDeclined: { brand: "visa", last4: "0410", refusesCapture: true },
};

/** The payment method that a request names: a test card's token makes a fresh one. Throws 400 when there is none of that name. */
export function findPaymentMethod(work: Work, name: string): PaymentMethod {
  const stored = work.find("payment_method", name);
  if (stored) return stored;
  const card = cards[name];
  if (!card || !Object.hasOwn(cards, name)) {
    throw invalid("resource_missing", `No such PaymentMethod: '${name}'`, "payment_method");
  }
  const method: PaymentMethod = {
    id: newId("payment_method"),
    object: "payment_method",
    created: unixNow(),
    livemode: false,
    type: "card",
    card: details(card),
    customer: null,
    metadata: {},
    token: name,
    authenticated: false,
  };
  work.put("payment_method", method);
  return method;
}

const details = (card: Behaviour): CardDetails => ({
  brand: card.brand,
  country: "ID",
  exp_month: 12,
  exp_year: new Date().getUTCFullYear() + 3,
  last4: card.last4,
});

/** How the card behind a payment method behaves. */
export const behaviourOf = (method: PaymentMethod): Behaviour => cards[method.token] ?? cards["pm_card_visa"]!;

/** Whether this payment needs its holder's 3-D Secure. */
export function needsAuthentication(method: PaymentMethod): boolean {
  const { authenticate } = behaviourOf(method);
  return authenticate === "always" || (authenticate === "until-set-up" && !method.authenticated);
}

/** The card error of a holder who failed, or cannot pass, 3-D Secure. */
export const authenticationErrors = {
  failed: {
    type: "card_error",
    code: "payment_intent_authentication_failure",
    message:
      "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
  },
  required: {
    type: "card_error",
    code: "authentication_required",
    decline_code: "authentication_required",
    message: "Your card was declined. This transaction requires authentication.",
  },
} as const satisfies Record<string, ErrorFields>;

/** A payment method as it goes over the wire. */
export function wirePaymentMethod(method: PaymentMethod): Omit<PaymentMethod, "token" | "authenticated" | "spent"> {
  const { token: _, authenticated: __, spent: ___, ...wire } = method;
  return wire;
}
