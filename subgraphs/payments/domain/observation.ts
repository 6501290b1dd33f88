/** What the provider's word on an intent means for a payment, wherever and in whatever order it was heard. */
import type { PaymentState } from "./payment-states.ts";

/** The provider's statuses of an amount held or taken, in our words. */
export type IntentStatus = "REQUIRES_ACTION" | "PROCESSING" | "AUTHORIZED" | "CAPTURED" | "CANCELED" | "FAILED";

/** The provider's statuses of a payment method being saved, in our words. */
export type SetupStatus = "REQUIRES_ACTION" | "PROCESSING" | "SAVED" | "CANCELED" | "FAILED";

type Meaning<Status extends string> = Partial<Record<PaymentState, Partial<Record<Status, PaymentState>>>>;

const ofIntent: Meaning<IntentStatus> = {
  AUTHORIZING: { REQUIRES_ACTION: "REQUIRES_ACTION", AUTHORIZED: "AUTHORIZED", FAILED: "FAILED", CANCELED: "FAILED" },
  REQUIRES_ACTION: { AUTHORIZED: "AUTHORIZED", FAILED: "FAILED", CANCELED: "FAILED" },
  AUTHORIZED: { CANCELED: "EXPIRED" },
  CAPTURING: { CAPTURED: "CAPTURED", CANCELED: "EXPIRED" },
  VOIDING: { CANCELED: "VOIDED" },
};

/** A set-up holds no money: whatever became of it, nothing is left to let go. */
const ofSetup: Meaning<SetupStatus> = {
  SAVING: { REQUIRES_ACTION: "REQUIRES_ACTION", SAVED: "SAVED", FAILED: "FAILED", CANCELED: "FAILED" },
  REQUIRES_ACTION: { SAVED: "SAVED", FAILED: "FAILED", CANCELED: "FAILED" },
  VOIDING: { CANCELED: "VOIDED", SAVED: "VOIDED", FAILED: "VOIDED" },
};

/** The state that follows a word on an amount; null when it is old, already known, or says nothing definite. */
export const observed = (state: PaymentState, status: IntentStatus): PaymentState | null =>
  ofIntent[state]?.[status] ?? null;

/**
 * The state that follows a word on a set-up; null as above. Only for payments of which no amount was asked for yet:
 * afterwards REQUIRES_ACTION and VOIDING are about the amount, and late words on the set-up mean nothing.
 */
export const observedSetup = (state: PaymentState, status: SetupStatus): PaymentState | null =>
  ofSetup[state]?.[status] ?? null;
