/** Decides a refund: claims the amount, posts it, and sets the timer that tells the provider. */
import type { Tx } from "../../../kit/db.ts";
import { newId } from "../../../kit/id.ts";
import { schedule } from "../../../kit/timers.ts";
import { entriesOf, refundParts, reversalOf, salesMinor, type Entry, type PostingKind } from "../domain/postings.ts";
import { post } from "../db/ledger.ts";
import { reserveRefundable, type Moment } from "../db/payments.ts";
import { claimLines, refundTotals, type LineClaim, type RefundTotals } from "../db/refund-lines.ts";
import { insertRefund } from "../db/refunds.ts";
import type { PaymentRow, RefundRow } from "../db/tables.ts";

/** Name of the timer that sends a refund to the provider; its key is the refund's id. */
export const refundTimer = "refund.send";

type Wanted = Pick<RefundRow, "amountMinor" | "reason" | "requestedBy" | "cause" | "fault"> & {
  /** The pieces that the amount is for; empty for an amount of its own. */
  lines: readonly LineClaim[];
};

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
  const { lines, ...rest } = wanted;
  // Nothing is held any more for an order that was released: what support gives back then is the fee.
  const isFee = wanted.cause === "SUPPORT" && payment.releasedAt !== null && payment.settledAt === null;
  const refund = await insertRefund(tx, {
    id: newId("rfd"),
    paymentId,
    currency,
    ...rest,
    taxMinor: isFee ? 0 : taxIn(payment, wanted, await refundTotals(tx, paymentId)),
    paidFrom: isFee ? "FEE" : "ORDER",
    state: "PENDING",
    createdAt: moment.now,
  });
  await claimLines(tx, paymentId, refund.id, lines);
  await postRequested(tx, claimed, refund, moment);
  await schedule(tx, { name: refundTimer, key: refund.id, dueAt: moment.now, traceId: moment.traceId });
  return { payment: claimed, refund };
}

/** The tax in a refund: that of its lines, or its share of what is left. */
function taxIn({ amounts, capturedMinor }: PaymentRow, { amountMinor, lines }: Wanted, before: RefundTotals): number {
  const paidBack = Object.values(before.refunded).reduce((sum, part) => sum + part, before.taxMinor);
  const taxLeft = Math.max(0, amounts.taxMinor - before.taxMinor);
  const left = { taxMinor: taxLeft, restMinor: capturedMinor - paidBack - taxLeft };
  const linesTax = lines.length > 0 ? lines.reduce((sum, line) => sum + line.taxMinor, 0) : null;
  return refundParts(left, amountMinor, linesTax).taxMinor;
}

/** Posts the decision. */
async function postRequested(tx: Tx, payment: PaymentRow, refund: RefundRow, moment: Moment): Promise<void> {
  const { kind, entries } = await decisionOf(tx, payment, refund);
  const { currency, orderId } = payment;
  await post(tx, { kind, reference: refund.id, orderId, currency, entries }, moment);
}

/** Undoes the posting of a refund that the provider refused. */
export async function reverseRequested(tx: Tx, payment: PaymentRow, refund: RefundRow, moment: Moment): Promise<void> {
  const entries = reversalOf((await decisionOf(tx, payment, refund)).entries);
  const { currency, orderId } = payment;
  await post(tx, { kind: "refund-reversed", reference: refund.id, orderId, currency, entries }, moment);
}

/** The accounts that bear a refund: the held money, the fee that a cancellation left, or, once the order was settled, those that the fault policy names. */
async function decisionOf(
  tx: Tx,
  payment: PaymentRow,
  refund: RefundRow,
): Promise<{ kind: PostingKind; entries: Entry[] }> {
  const owners = { restaurantId: payment.restaurantId, courierId: payment.courierId };
  const { amounts, commissionBps, courierPayMinor } = payment;
  const { amountMinor, taxMinor, fault } = refund;
  if (payment.settledAt === null && refund.paidFrom === "FEE") {
    return { kind: "refund-requested-fee", entries: entriesOf("refund-requested-fee", { amountMinor }, owners) };
  }
  if (payment.settledAt === null) {
    return { kind: "refund-requested-held", entries: entriesOf("refund-requested-held", { amountMinor }, owners) };
  }
  const { refunded: before } = await refundTotals(tx, payment.id, refund.id);
  const earned = { salesMinor: salesMinor(amounts), commissionBps, courierPayMinor };
  const facts = { amountMinor, taxMinor, fault, before, earned };
  return { kind: "refund-requested-settled", entries: entriesOf("refund-requested-settled", facts, owners) };
}
