/** Decides a refund: claims the amount, posts it, and sets the timer that tells the provider. */
import type { Tx } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { schedule } from "../../../kit/events/timers.ts";
import { entriesOf, refundParts, reversalOf, salesMinor, type Entry, type PostingKind } from "../domain/postings.ts";
import { post } from "../db/ledger.ts";
import { patchPayment, reserveRefundable, type Moment } from "../db/payments.ts";
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
    ...(isFee ? {} : partsOf(payment, wanted, await refundTotals(tx, paymentId))),
    paidFrom: isFee ? "FEE" : "ORDER",
    state: "PENDING",
    createdAt: moment.now,
  });
  await claimLines(tx, paymentId, refund.id, lines);
  await postRequested(tx, claimed, refund, moment);
  await schedule(tx, { name: refundTimer, key: refund.id, dueAt: moment.now, traceId: moment.traceId });
  return { payment: await lessCharged(tx, claimed, refund), refund };
}

/** Tax and rest in `amountMinor` of what the customer was charged: with the tax of its lines, or its share of what is left. */
export function chargedParts(
  { amounts, capturedMinor, ended }: PaymentRow,
  amountMinor: number,
  linesTaxMinor: number | null,
  before: RefundTotals,
): { taxMinor: number; restMinor: number } {
  const charged = ended ?? { chargedMinor: capturedMinor, chargedTaxMinor: amounts.taxMinor };
  const taxMinor = Math.max(0, charged.chargedTaxMinor - before.taxMinor);
  const left = { taxMinor, restMinor: charged.chargedMinor - before.backMinor - taxMinor };
  return refundParts(left, amountMinor, linesTaxMinor);
}

/** What restaurant and courier earned of an order that was shared out, and whether its customer paid for it. */
export function earnedOf({ amounts, commissionBps, courierPayMinor, ended }: PaymentRow) {
  const earned = { salesMinor: ended?.salesMinor ?? salesMinor(amounts), commissionBps, courierPayMinor };
  return { earned, customerPays: ended?.customerPays ?? true };
}

/** What of a refund was never charged, what is tax (that of its lines, or its share of what is left), and what falls on the fault's bearer. */
function partsOf(
  payment: PaymentRow,
  { amountMinor, lines, cause }: Wanted,
  before: RefundTotals,
): Pick<RefundRow, "heldMinor" | "taxMinor" | "borneMinor" | "promotedMinor"> {
  if (payment.ended !== null && cause === "CANCELLATION")
    return { heldMinor: amountMinor, taxMinor: 0, borneMinor: 0, promotedMinor: 0 };
  const ofLines = (part: "taxMinor" | "promotedMinor") => lines.reduce((sum, line) => sum + line[part], 0);
  const linesTax = lines.length > 0 ? ofLines("taxMinor") : null;
  const { taxMinor, restMinor } = chargedParts(payment, amountMinor, linesTax, before);
  return { heldMinor: 0, taxMinor, borneMinor: restMinor, promotedMinor: ofLines("promotedMinor") };
}

/** What a refund takes of an ended order's charge is charged no more. */
export async function lessCharged(
  tx: Tx,
  payment: PaymentRow,
  { amountMinor, heldMinor }: RefundRow,
  sign: 1 | -1 = 1,
): Promise<PaymentRow> {
  if (payment.ended === null || amountMinor === heldMinor) return payment;
  return patchPayment(tx, payment, { feeKeptMinor: payment.feeKeptMinor - sign * (amountMinor - heldMinor) });
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
  const { amountMinor, heldMinor, taxMinor, borneMinor, promotedMinor, fault } = refund;
  if (payment.settledAt === null && refund.paidFrom === "FEE") {
    return { kind: "refund-requested-fee", entries: entriesOf("refund-requested-fee", { amountMinor }, owners) };
  }
  if (payment.settledAt === null) {
    return { kind: "refund-requested-held", entries: entriesOf("refund-requested-held", { amountMinor }, owners) };
  }
  const { refunded: before } = await refundTotals(tx, payment.id, refund.id);
  const { earned, customerPays } = earnedOf(payment);
  const parts = { amountMinor, heldMinor, taxMinor, borneMinor, promotedMinor };
  const facts = { ...parts, fault, customerPays, before, earned };
  return { kind: "refund-requested-settled", entries: entriesOf("refund-requested-settled", facts, owners) };
}
