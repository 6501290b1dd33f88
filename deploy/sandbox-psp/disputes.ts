/** Disputes: the cardholder takes a charge back; evidence wins or loses it. Source: https://docs.stripe.com/api/disputes */
import { putReinstatement, putWithdrawal } from "./balance-transactions.ts";
import { refused } from "./errors.ts";
import { field, readForm, type parseForm } from "./form.ts";
import { newId, unixNow, type Charge, type Dispute } from "./records.ts";
import type { Work } from "./work.ts";

type Form = ReturnType<typeof parseForm>;

/** Opens a dispute over all that was captured, as the test card for it does. */
export function openDispute(work: Work, charge: Charge): void {
  const dispute: Dispute = {
    id: newId("dispute"),
    object: "dispute",
    created: unixNow(),
    livemode: false,
    amount: charge.amount_captured,
    charge: charge.id,
    currency: charge.currency,
    is_charge_refundable: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason: "fraudulent",
    status: "needs_response",
  };
  dispute.balance_transactions = [putWithdrawal(work, dispute)];
  work.put("charge", { ...charge, disputed: true });
  work.put("dispute", dispute);
  work.emit("charge.dispute.created", dispute);
  work.emit("charge.dispute.funds_withdrawn", dispute);
}

/** POST /v1/disputes/:id: evidence `uncategorized_text` of `winning_evidence` or `losing_evidence` decides at once, as in Stripe's test mode. */
export function updateDispute(work: Work, id: string, form: Form): Dispute {
  const given = readForm(form, { evidence: field.anything, metadata: field.metadata, submit: field.boolean });
  const dispute = openOne(work, id);
  const text = (given.evidence as { uncategorized_text?: unknown } | undefined)?.uncategorized_text;
  if (text === "winning_evidence") return close(work, dispute, "won");
  if (text === "losing_evidence") return close(work, dispute, "lost");
  const reviewed: Dispute = { ...dispute, status: given.submit === false ? dispute.status : "under_review" };
  work.put("dispute", reviewed);
  work.emit("charge.dispute.updated", reviewed);
  return reviewed;
}

/** POST /v1/disputes/:id/close: gives it up; the cardholder keeps the money. */
export function closeDispute(work: Work, id: string, form: Form): Dispute {
  readForm(form, {});
  return close(work, openOne(work, id), "lost");
}

function openOne(work: Work, id: string): Dispute {
  const dispute = work.need("dispute", id, "dispute");
  if (dispute.status !== "won" && dispute.status !== "lost") return dispute;
  throw refused("dispute_unexpected_state", "This dispute is already closed.");
}

function close(work: Work, dispute: Dispute, status: "won" | "lost"): Dispute {
  const { balance_transactions: withdrawn = [] } = dispute;
  const moved = status === "won" ? [...withdrawn, putReinstatement(work, dispute)] : withdrawn;
  const closed: Dispute = { ...dispute, status, balance_transactions: moved };
  work.put("dispute", closed);
  work.emit("charge.dispute.closed", closed);
  if (status === "won") work.emit("charge.dispute.funds_reinstated", closed);
  return closed;
}
