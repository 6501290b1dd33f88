/** What the provider's word on an intent means for a payment, wherever and in whatever order it was heard. */
import type { PaymentState } from "./payment-states.ts";

/** The provider's statuses, in our words. */
export type IntentStatus = "REQUIRES_ACTION" | "PROCESSING" | "AUTHORIZED" | "CAPTURED" | "CANCELED" | "FAILED";

const meaning: Partial<Record<PaymentState, Partial<Record<IntentStatus, PaymentState>>>> = {
  AUTHORIZING: { REQUIRES_ACTION: "REQUIRES_ACTION", AUTHORIZED: "AUTHORIZED", FAILED: "FAILED", CANCELED: "EXPIRED" },
  REQUIRES_ACTION: { AUTHORIZED: "AUTHORIZED", FAILED: "FAILED", CANCELED: "EXPIRED" },
  AUTHORIZED: { CANCELED: "EXPIRED" },
  CAPTURING: { CAPTURED: "CAPTURED", CANCELED: "EXPIRED" },
  VOIDING: { CANCELED: "VOIDED" },
};

/** The state that follows; null when the word is old, already known, or says nothing definite. */
export const observed = (state: PaymentState, status: IntentStatus): PaymentState | null =>
  meaning[state]?.[status] ?? null;
