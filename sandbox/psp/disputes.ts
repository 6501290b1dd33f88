/** Disputes: the cardholder takes a charge back; evidence wins or loses it. Source: https://docs.stripe.com/api/disputes */
import { putReinstatement, putWithdrawal } from "./balance-transactions.ts";
import { behaviourOf } from "./cards.ts";
import { refused } from "./errors.ts";
import { hasEvidence, noEvidence, withEvidence } from "./evidence.ts";
import { field, readForm, type parseForm } from "./form.ts";
import { newId, unixNow, type Charge, type Dispute } from "./records.ts";
import type { Work } from "./work.ts";

type Form = ReturnType<typeof parseForm>;

/** Opens a dispute over all that was captured, for the reason of its test card; evidence is due after EVIDENCE_DUE_MS. */
export function openDispute(work: Work, charge: Charge): void {
  const { disputes: reason = "general" } = behaviourOf(work.need("payment_method", charge.payment_method));
  const dispute: Dispute = {
    id: newId("dispute"),
    object: "dispute",
    created: unixNow(),
    livemode: false,
    amount: charge.amount_captured,
    charge: charge.id,
    currency: charge.currency,
    evidence: noEvidence(),
    evidence_details: {
      due_by: Math.floor((Date.now() + work.evidenceDueMs) / 1000),
      has_evidence: false,
      past_due: false,
      submission_count: 0,
    },
    is_charge_refundable: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason,
    status: "needs_response",
  };
  dispute.balance_transactions = [putWithdrawal(work, dispute)];
  work.put("charge", { ...charge, disputed: true });
  work.put("dispute", dispute);
  work.emit("charge.dispute.created", dispute);
  work.emit("charge.dispute.funds_withdrawn", dispute);
}

/** What of the disputed amount each text wins back, as in Stripe's test mode; the part is this sandbox's own. */
const decisive: Record<string, (amount: number) => number> = {
  winning_evidence: (amount) => amount,
  partially_winning_evidence: (amount) => Math.floor(amount / 2) - (Math.floor(amount / 2) % 10),
  losing_evidence: () => 0,
};

/**
 * POST /v1/disputes/:id: keeps evidence, and sends it to the bank unless `submit=false`, once. Text that is decisive in
 * `uncategorized_text` decides at once.
 */
export function updateDispute(work: Work, id: string, form: Form): Dispute {
  const given = readForm(form, { evidence: field.anything, metadata: field.metadata, submit: field.boolean });
  const dispute = openOne(work, id);
  const { evidence: before = noEvidence(), evidence_details: details } = dispute;
  const evidence = withEvidence(before, given.evidence);
  const kept: Dispute = { ...dispute, evidence, metadata: { ...dispute.metadata, ...given.metadata } };
  if (details) kept.evidence_details = { ...details, has_evidence: hasEvidence(evidence) };
  if (given.submit === false || given.evidence === undefined) return updated(work, kept);
  if (kept.evidence_details) kept.evidence_details.submission_count += 1;
  const wins = decisive[evidence.uncategorized_text ?? ""];
  if (wins !== undefined) return close(work, kept, wins(dispute.amount));
  return updated(work, { ...kept, status: "under_review" });
}

function updated(work: Work, dispute: Dispute): Dispute {
  work.put("dispute", dispute);
  work.emit("charge.dispute.updated", dispute);
  return dispute;
}

/** POST /v1/disputes/:id/close: gives it up; the cardholder keeps the money. */
export function closeDispute(work: Work, id: string, form: Form): Dispute {
  readForm(form, {});
  return close(work, openOne(work, id), 0);
}

/** A dispute that nobody answered in time is lost. */
export function overdueDispute(work: Work, id: string): void {
  const dispute = work.need("dispute", id);
  if (dispute.status === "needs_response") close(work, dispute, 0);
}

/** Evidence may be sent once, and only before the bank has decided. */
function openOne(work: Work, id: string): Dispute {
  const dispute = work.need("dispute", id, "dispute");
  if (dispute.status === "needs_response") return dispute;
  const why = dispute.status === "under_review" ? "already under review" : "already closed";
  throw refused("dispute_unexpected_state", `This dispute is ${why}.`);
}

function close(work: Work, dispute: Dispute, wonMinor: number): Dispute {
  const { balance_transactions: withdrawn = [] } = dispute;
  const moved = wonMinor > 0 ? [...withdrawn, putReinstatement(work, dispute, wonMinor)] : withdrawn;
  const closed: Dispute = { ...dispute, status: wonMinor > 0 ? "won" : "lost", balance_transactions: moved };
  work.put("dispute", closed);
  work.emit("charge.dispute.closed", closed);
  if (wonMinor > 0) work.emit("charge.dispute.funds_reinstated", closed);
  return closed;
}
