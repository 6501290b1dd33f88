/** The life of a payment as data: which state may follow which, and what makes it so. */
import { err, ok, type Result } from "../../../kit/result.ts";

/** Every state a payment can be in; those ending in -ING wait for the provider's word under a stored idempotency key. */
export const paymentStates = [
  "CREATED",
  "SAVING",
  "SAVED",
  "AUTHORIZING",
  "REQUIRES_ACTION",
  "AUTHORIZED",
  "CAPTURING",
  "CAPTURED",
  "PARTIALLY_REFUNDED",
  "REFUNDED",
  "VOIDING",
  "VOIDED",
  "FAILED",
  "EXPIRED",
  "DISPUTED",
] as const;

export type PaymentState = (typeof paymentStates)[number];

export type PaymentTransition = { from: PaymentState; to: PaymentState; cause: string };

/** The table: nothing that is not listed here happens. */
export const paymentTransitions: readonly PaymentTransition[] = [
  { from: "CREATED", to: "AUTHORIZING", cause: "the order was created" },
  { from: "CREATED", to: "SAVING", cause: "the order was created for later" },
  { from: "SAVING", to: "SAVED", cause: "the provider keeps the payment method" },
  { from: "SAVING", to: "REQUIRES_ACTION", cause: "the card's issuer wants to see the customer" },
  { from: "SAVING", to: "FAILED", cause: "the card was declined, or the provider gave up the set-up" },
  { from: "SAVING", to: "VOIDED", cause: "the order ended; saving holds nothing, whatever comes of it" },
  { from: "SAVED", to: "AUTHORIZING", cause: "the order is due" },
  { from: "SAVED", to: "VOIDED", cause: "the order ended before it was due" },
  { from: "CREATED", to: "VOIDED", cause: "the order ended before the provider was asked" },
  { from: "AUTHORIZING", to: "REQUIRES_ACTION", cause: "the card's issuer wants to see the customer" },
  { from: "AUTHORIZING", to: "AUTHORIZED", cause: "the provider holds the amount" },
  { from: "AUTHORIZING", to: "FAILED", cause: "the card was declined, or the provider gave up the intent" },
  { from: "REQUIRES_ACTION", to: "AUTHORIZED", cause: "the customer confirmed" },
  { from: "REQUIRES_ACTION", to: "SAVED", cause: "the customer confirmed that the card is kept" },
  { from: "REQUIRES_ACTION", to: "FAILED", cause: "the customer could not confirm, or the provider gave up waiting" },
  { from: "REQUIRES_ACTION", to: "AUTHORIZING", cause: "the customer took another card instead" },
  { from: "REQUIRES_ACTION", to: "SAVING", cause: "the customer took another card instead, for later" },
  { from: "FAILED", to: "AUTHORIZING", cause: "the customer took another card" },
  { from: "FAILED", to: "SAVING", cause: "the customer took another card, for later" },
  { from: "REQUIRES_ACTION", to: "VOIDING", cause: "the order ended" },
  { from: "AUTHORIZED", to: "CAPTURING", cause: "the restaurant accepted" },
  { from: "AUTHORIZED", to: "VOIDING", cause: "the order ended" },
  { from: "AUTHORIZED", to: "EXPIRED", cause: "the hold ran out" },
  { from: "CAPTURING", to: "CAPTURED", cause: "the provider took the money" },
  { from: "CAPTURING", to: "AUTHORIZED", cause: "the provider refused to capture" },
  { from: "CAPTURING", to: "EXPIRED", cause: "the hold ran out" },
  { from: "VOIDING", to: "VOIDED", cause: "the provider let the amount go" },
  { from: "CAPTURED", to: "PARTIALLY_REFUNDED", cause: "a part was paid back" },
  { from: "CAPTURED", to: "REFUNDED", cause: "everything was paid back" },
  { from: "CAPTURED", to: "DISPUTED", cause: "the cardholder disputed" },
  { from: "PARTIALLY_REFUNDED", to: "REFUNDED", cause: "the rest was paid back" },
  { from: "PARTIALLY_REFUNDED", to: "DISPUTED", cause: "the cardholder disputed" },
  { from: "DISPUTED", to: "CAPTURED", cause: "the dispute was won" },
  { from: "DISPUTED", to: "PARTIALLY_REFUNDED", cause: "the dispute was won" },
  { from: "DISPUTED", to: "REFUNDED", cause: "the dispute was won after everything was paid back" },
];

const allowed = new Set(paymentTransitions.map(({ from, to }) => `${from}>${to}`));

/** Whether the table lists the step. */
export const canMove = (from: PaymentState, to: PaymentState): boolean => allowed.has(`${from}>${to}`);

/** True for states that no step leaves. */
export const isTerminal = (state: PaymentState): boolean => !paymentTransitions.some(({ from }) => from === state);

/** The current state by replaying a history from CREATED; refuses a history with a step that is not listed. */
export function replay(
  history: readonly { from: PaymentState; to: PaymentState }[],
): Result<PaymentState, "ILLEGAL_HISTORY"> {
  let state: PaymentState = "CREATED";
  for (const { from, to } of history) {
    if (from !== state || !canMove(from, to)) return err("ILLEGAL_HISTORY");
    state = to;
  }
  return ok(state);
}

/** The state of a captured payment of which `refundedMinor` was paid back. */
export function refundedState(
  capturedMinor: number,
  refundedMinor: number,
): "CAPTURED" | "PARTIALLY_REFUNDED" | "REFUNDED" {
  if (refundedMinor === 0) return "CAPTURED";
  return refundedMinor >= capturedMinor ? "REFUNDED" : "PARTIALLY_REFUNDED";
}
