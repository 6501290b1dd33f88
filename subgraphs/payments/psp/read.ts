/** Stripe's objects and events in our words. */
import type Stripe from "stripe";
import { proportion } from "../../../kit/money.ts";
import { readPayout } from "./payouts.ts";
import type { Intent, ProviderDispute, ProviderRefund, Setup, Webhook } from "./psp.ts";

const intentStatus = {
  requires_action: "REQUIRES_ACTION",
  requires_confirmation: "PROCESSING",
  processing: "PROCESSING",
  requires_capture: "AUTHORIZED",
  succeeded: "CAPTURED",
  canceled: "CANCELED",
  requires_payment_method: "FAILED",
} as const satisfies Record<string, Intent["status"]>;

const setupStatus = {
  requires_action: "REQUIRES_ACTION",
  requires_confirmation: "PROCESSING",
  processing: "PROCESSING",
  succeeded: "SAVED",
  canceled: "CANCELED",
  requires_payment_method: "FAILED",
} as const satisfies Record<string, Setup["status"]>;

const refundStatus: Record<string, ProviderRefund["status"]> = {
  succeeded: "SUCCEEDED",
  failed: "FAILED",
  canceled: "FAILED",
};

const idOf = (reference: string | { id: string } | null | undefined): string | null =>
  typeof reference === "string" ? reference : (reference?.id ?? null);

/** The first try says nothing of itself, as before there were others. */
const tryOf = (metadata: Stripe.Metadata | null): number => Number(metadata?.["try"] ?? 1);

/** A PaymentIntent. */
export const readIntent = (intent: Stripe.PaymentIntent): Intent => ({
  id: intent.id,
  // A status that Stripe adds later says nothing definite to us.
  status: intentStatus[intent.status as keyof typeof intentStatus] ?? "PROCESSING",
  amountMinor: intent.amount,
  currency: String(intent.currency).toUpperCase(),
  nextActionUrl: intent.next_action?.redirect_to_url?.url ?? null,
  failure:
    intent.last_payment_error?.decline_code ?? intent.last_payment_error?.code ?? intent.cancellation_reason ?? null,
  tryNumber: tryOf(intent.metadata),
});

/** A SetupIntent. */
export const readSetup = (setup: Stripe.SetupIntent): Setup => ({
  id: setup.id,
  status: setupStatus[setup.status as keyof typeof setupStatus] ?? "PROCESSING",
  savedMethod: idOf(setup.payment_method),
  nextActionUrl: setup.next_action?.redirect_to_url?.url ?? null,
  failure: setup.last_setup_error?.decline_code ?? setup.last_setup_error?.code ?? setup.cancellation_reason ?? null,
  tryNumber: tryOf(setup.metadata),
});

/** A Refund. */
export const readRefund = (refund: Stripe.Refund): ProviderRefund => ({
  id: refund.id,
  status: refundStatus[refund.status ?? ""] ?? "PENDING",
  intentId: idOf(refund.payment_intent),
  failure: refund.failure_reason ?? null,
});

const disputeOutcome: Record<string, ProviderDispute["outcome"]> = {
  lost: "LOST",
  won: "WON",
  // An inquiry that never took money: the money stays where it is, as when a dispute is won.
  warning_closed: "WON",
  prevented: "WON",
};

/** 0 says that the bank takes no evidence. */
function dueOf(dispute: Stripe.Dispute): Date | null {
  const due = (dispute.evidence_details as Stripe.Dispute.EvidenceDetails | undefined)?.due_by;
  return due ? new Date(due * 1000) : null;
}

/** The fee is taken with the disputed amount; what comes back when the dispute is won says nothing of it. */
function readDisputeFee(dispute: Stripe.Dispute): ProviderDispute["fee"] {
  // A webhook shows the object as it was, which may be before the money moved.
  const moved: Stripe.BalanceTransaction[] | undefined = dispute.balance_transactions;
  const withdrawn = moved?.find(({ amount, fee }) => amount < 0 && fee > 0);
  return withdrawn ? { feeMinor: withdrawn.fee, currency: withdrawn.currency.toUpperCase() } : null;
}

/**
 * What came back, as a share of what was taken: both stand in the currency that the account settles in. All of it where the
 * provider shows no money that moved; null while it shows what was taken and not yet what came back.
 */
function returnedOf({ amount, balance_transactions: shown }: Stripe.Dispute): number | null {
  const moved: Stripe.BalanceTransaction[] = shown ?? [];
  const sum = (sign: 1 | -1) => moved.reduce((total, one) => total + Math.max(0, sign * one.amount), 0);
  const [returned, taken] = [sum(1), sum(-1)];
  if (taken === 0) return amount;
  return returned === 0 ? null : Math.min(amount, proportion(amount, returned, taken));
}

/** A Dispute. */
export const readDispute = (dispute: Stripe.Dispute): ProviderDispute => ({
  id: dispute.id,
  intentId: idOf(dispute.payment_intent) ?? "",
  amountMinor: dispute.amount,
  outcome: disputeOutcome[dispute.status] ?? "OPENED",
  reason: dispute.reason ?? "general",
  evidenceDueAt: dueOf(dispute),
  underReview: dispute.status === "under_review" || dispute.status === "warning_under_review",
  returnedMinor: returnedOf(dispute),
  fee: readDisputeFee(dispute),
});

/** Others, such as payment_intent.created, show an object that nothing happened to yet. */
const intentEvents = new Set<string>([
  "payment_intent.amount_capturable_updated",
  "payment_intent.requires_action",
  "payment_intent.succeeded",
  "payment_intent.canceled",
  "payment_intent.payment_failed",
]);
const setupEvents = new Set<string>([
  "setup_intent.requires_action",
  "setup_intent.succeeded",
  "setup_intent.canceled",
  "setup_intent.setup_failed",
]);

/** The connected account's own events carry its id. */
function readConnected(event: Stripe.Event): Webhook {
  const { id, type, account: providerAccountId = "" } = event;
  if (type === "account.updated") return { id, type, kind: "PAYOUT_ACCOUNT", providerAccountId };
  const payout = event.data.object as Stripe.Payout;
  const { payout_id: payoutId = null, attempt: attemptKey = null } = payout.metadata ?? {};
  return { id, type, kind: "PAYOUT", payoutId, attemptKey, providerAccountId, payout: readPayout(payout) };
}

/** An event of opening or closing says what the object may not say yet, or any more; the others (updated, funds_…) go by the object. */
function outcomeTold(type: string, { outcome }: ProviderDispute): ProviderDispute["outcome"] {
  if (type === "charge.dispute.created") return "OPENED";
  if (type !== "charge.dispute.closed") return outcome;
  return outcome === "LOST" ? "LOST" : "WON";
}

/** An event, reduced to what payments acts on. */
export function readEvent(event: Stripe.Event): Webhook {
  const { id, type } = event;
  const { object } = event.data;
  if (intentEvents.has(type)) {
    const intent = object as Stripe.PaymentIntent;
    return { id, type, kind: "INTENT", paymentId: intent.metadata?.["payment_id"] ?? null, intent: readIntent(intent) };
  }
  if (setupEvents.has(type)) {
    const setup = object as Stripe.SetupIntent;
    return { id, type, kind: "SETUP", paymentId: setup.metadata?.["payment_id"] ?? null, setup: readSetup(setup) };
  }
  if (type.startsWith("payout.") || type === "account.updated") return readConnected(event);
  if (type.startsWith("refund.") || type === "charge.refund.updated") {
    const refund = object as Stripe.Refund;
    const { refund_id: refundId = null, attempt: attemptKey = refundId } = refund.metadata ?? {};
    return { id, type, kind: "REFUND", refundId, attemptKey, refund: readRefund(refund) };
  }
  if (type.startsWith("charge.dispute.")) {
    const dispute = readDispute(object as Stripe.Dispute);
    return { id, type, kind: "DISPUTE", dispute: { ...dispute, outcome: outcomeTold(type, dispute) } };
  }
  return { id, type, kind: "OTHER" };
}
