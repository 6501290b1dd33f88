/** Decides a refund: claims the amount, posts it, and sets the timer that tells the provider. */
import type { Tx } from "../../../kit/db.ts";
import { newId } from "../../../kit/id.ts";
import { schedule } from "../../../kit/timers.ts";
import { entriesOf, reversalOf, type Entry, type PostingKind } from "../domain/postings.ts";
import { post } from "../db/ledger.ts";
import { reserveRefundable, type Moment } from "../db/payments.ts";
import { insertRefund } from "../db/refunds.ts";
import type { PaymentRow, RefundRow } from "../db/tables.ts";

/** Name of the timer that sends a refund to the provider; its key is the refund's id. */
export const refundTimer = "refund.send";

type Wanted = Pick<RefundRow, "amountMinor" | "reason" | "requestedBy" | "cause">;

/**
 * Claims `amountMinor` (at least 1) of what was captured and not paid back. Null when less is left: the claim is one
 * conditional update, so concurrent refunds never exceed the capture.
 */
export async function requestRefund(
  tx: Tx,
  payment: PaymentRow,
  wanted: Wanted,
  moment: Moment,
): Promise<{ payment: PaymentRow; refund: RefundRow } | null> {
  const claimed = await reserveRefundable(tx, payment.id, wanted.amountMinor);
  if (!claimed) return null;
  const { id: paymentId, currency } = payment;
  const refund = await insertRefund(tx, {
    id: newId("rfd"),
    paymentId,
    currency,
    ...wanted,
    // Nothing is held any more for an order that was released: what support gives back then is the fee.
    paidFrom: wanted.cause === "SUPPORT" && payment.releasedAt !== null ? "FEE" : "ORDER",
    state: "PENDING",
    createdAt: moment.now,
  });
  await postRequested(tx, claimed, refund, moment);
  await schedule(tx, { name: refundTimer, key: refund.id, dueAt: moment.now, traceId: moment.traceId });
  return { payment: claimed, refund };
}

/** Posts the decision. */
async function postRequested(tx: Tx, payment: PaymentRow, refund: RefundRow, moment: Moment): Promise<void> {
  const { kind, entries } = decisionOf(payment, refund);
  const { currency, orderId } = payment;
  await post(tx, { kind, reference: refund.id, orderId, currency, entries }, moment);
}

/** Undoes the posting of a refund that the provider refused. */
export async function reverseRequested(tx: Tx, payment: PaymentRow, refund: RefundRow, moment: Moment): Promise<void> {
  const entries = reversalOf(decisionOf(payment, refund).entries);
  const { currency, orderId } = payment;
  await post(tx, { kind: "refund-reversed", reference: refund.id, orderId, currency, entries }, moment);
}

/** The accounts that bear a refund: the held money, the fee that a cancellation left, or those it was shared out to once the order was settled. */
function decisionOf(
  payment: PaymentRow,
  { amountMinor, paidFrom }: RefundRow,
): { kind: PostingKind; entries: Entry[] } {
  const owners = { restaurantId: payment.restaurantId, courierId: null };
  const { amounts } = payment;
  if (payment.settledAt === null && paidFrom === "FEE") {
    return { kind: "refund-requested-fee", entries: entriesOf("refund-requested-fee", { amountMinor }, owners) };
  }
  if (payment.settledAt === null) {
    return { kind: "refund-requested-held", entries: entriesOf("refund-requested-held", { amountMinor }, owners) };
  }
  return {
    kind: "refund-requested-settled",
    entries: entriesOf("refund-requested-settled", { amountMinor, amounts }, owners),
  };
}
