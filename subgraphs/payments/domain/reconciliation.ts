/** Comparing our payments and refunds with the provider's: what agrees, what the state machine can mend, what a person has to see. */
import { observed, type IntentStatus } from "./observation.ts";
import type { PaymentState } from "./payment-states.ts";

/** What differs. */
export type FindingKind =
  /** The provider holds or took money of which we know nothing, or which is not the one that we know. */
  | "UNKNOWN_CHARGE"
  | "UNKNOWN_REFUND"
  | "UNKNOWN_DISPUTE"
  | "AMOUNT_MISMATCH"
  /** Each side's word excludes the other's, and no listed step leads from ours to theirs. */
  | "STATE_MISMATCH"
  /** The provider does not have what it once named to us. */
  | "MISSING_AT_PROVIDER";

/** What each side says; plain values, kept with the finding. */
export type Facts = Record<string, string | number | null>;

/** AGREES: nothing to do. REPAIR: apply the provider's word as if its webhook had come. FINDING: a person has to look. */
export type Verdict = { is: "AGREES" } | { is: "REPAIR" } | { is: "FINDING"; kind: FindingKind; facts: Facts };

/** What the provider says of an amount. */
export type TheirCharge = {
  id: string;
  status: IntentStatus;
  amountMinor: number;
  currency: string;
  capturedMinor: number;
};

/** What we say of it. */
export type OurCharge = {
  state: PaymentState;
  providerIntentId: string | null;
  amountMinor: number;
  currency: string;
  capturedMinor: number;
};

/** What the provider says of a refund. */
export type TheirRefund = {
  id: string;
  status: "PENDING" | "SUCCEEDED" | "FAILED";
  intentId: string | null;
  amountMinor: number;
  currency: string;
};

/** What we say of it; `attempt` is the one that the provider's object was made under, null when it is none of ours. */
export type OurRefund = {
  state: "PENDING" | "SUCCEEDED" | "FAILED";
  intentId: string | null;
  amountMinor: number;
  currency: string;
  attempt: { state: "LIVE" | "SUCCEEDED" | "FAILED"; isLast: boolean } | null;
};

const agrees: Verdict = { is: "AGREES" };
const repair: Verdict = { is: "REPAIR" };
const finding = (kind: FindingKind, facts: Facts): Verdict => ({ is: "FINDING", kind, facts });

/** States that agree with each word of the provider; a status that is not listed agrees with every state. */
const agreeing: Partial<Record<IntentStatus, readonly PaymentState[]>> = {
  AUTHORIZED: ["AUTHORIZED", "CAPTURING", "VOIDING"],
  CAPTURED: ["CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED", "DISPUTED"],
  CANCELED: ["VOIDED", "EXPIRED", "FAILED"],
  FAILED: ["FAILED", "EXPIRED", "VOIDING", "VOIDED"],
  REQUIRES_ACTION: ["REQUIRES_ACTION", "VOIDING", "VOIDED", "FAILED", "EXPIRED"],
};

const touchesMoney = (status: IntentStatus): boolean => status === "AUTHORIZED" || status === "CAPTURED";

/** Compares an amount at the provider with the payment that it names or that names it; `ours` null when there is none. */
export function compareCharge(theirs: TheirCharge, ours: OurCharge | null): Verdict {
  const { status, amountMinor, currency, capturedMinor } = theirs;
  const told = { theirStatus: status, theirAmountMinor: amountMinor, theirCurrency: currency };
  if (!ours || (ours.providerIntentId !== null && ours.providerIntentId !== theirs.id)) {
    const known = ours ? { ourIntent: ours.providerIntentId } : {};
    return touchesMoney(status) ? finding("UNKNOWN_CHARGE", { ...told, ...known }) : agrees;
  }
  const both = { ...told, ourState: ours.state, ourAmountMinor: ours.amountMinor, ourCurrency: ours.currency };
  if (amountMinor !== ours.amountMinor || currency !== ours.currency) return finding("AMOUNT_MISMATCH", both);
  if (status === "CAPTURED" && capturedMinor !== (ours.capturedMinor || ours.amountMinor)) {
    const captured = { theirCapturedMinor: capturedMinor, ourCapturedMinor: ours.capturedMinor };
    return finding("AMOUNT_MISMATCH", { ...both, ...captured });
  }
  if (observed(ours.state, status) !== null) return repair;
  return agreeing[status]?.includes(ours.state) === false ? finding("STATE_MISMATCH", both) : agrees;
}

/** What the provider says of a dispute, and what we say of it. */
export type TheirDispute = { intentId: string; amountMinor: number; outcome: "OPENED" | "WON" | "LOST" };
export type OurDispute = { amountMinor: number; state: "OPENED" | "WON" | "LOST" };

/** Compares a dispute at the provider with ours, null when we never heard of it; `isOurs` says whether the charge is a payment of ours. */
export function compareDispute(theirs: TheirDispute, ours: OurDispute | null, isOurs: boolean): Verdict {
  const { outcome, amountMinor, intentId } = theirs;
  const told = { theirOutcome: outcome, theirAmountMinor: amountMinor, theirIntent: intentId };
  if (!isOurs) return finding("UNKNOWN_DISPUTE", told);
  if (!ours) return repair;
  const both = { ...told, ourState: ours.state, ourAmountMinor: ours.amountMinor };
  if (amountMinor !== ours.amountMinor) return finding("AMOUNT_MISMATCH", both);
  if (ours.state === outcome) return agrees;
  return ours.state === "OPENED" ? repair : finding("STATE_MISMATCH", both);
}

/** Compares a refund at the provider with the one that it names; `ours` null when there is none. */
export function compareRefund(theirs: TheirRefund, ours: OurRefund | null): Verdict {
  const { status, amountMinor, currency, intentId } = theirs;
  const told = { theirStatus: status, theirAmountMinor: amountMinor, theirCurrency: currency, theirIntent: intentId };
  if (!ours?.attempt || intentId !== ours.intentId) {
    return status === "FAILED" ? agrees : finding("UNKNOWN_REFUND", told);
  }
  const both = { ...told, ourState: ours.state, ourAmountMinor: ours.amountMinor, ourCurrency: ours.currency };
  if (amountMinor !== ours.amountMinor || currency !== ours.currency) return finding("AMOUNT_MISMATCH", both);
  if (status === "PENDING") return agrees;
  const { state, isLast } = ours.attempt;
  if (state === status) return agrees;
  // A word on an older attempt, or on a refund that was given up, is nothing that a listed step follows.
  const canFollow = isLast && (state === "LIVE" || (state === "SUCCEEDED" && status === "FAILED"));
  return canFollow && ours.state !== "FAILED" ? repair : finding("STATE_MISMATCH", { ...both, attemptState: state });
}
