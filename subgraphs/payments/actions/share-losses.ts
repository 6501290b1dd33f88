/** Puts what banks keep of an order after disputes on those who bear it. */
import type { Tx } from "../../../kit/database/db.ts";
import { disputeFault } from "../domain/dispute-faults.ts";
import { entriesOf, type FactsOf } from "../domain/postings.ts";
import { hasOpenDispute, lossesToShare, patchDispute } from "../db/disputes.ts";
import { post } from "../db/ledger.ts";
import { patchPayment, type Moment } from "../db/payments.ts";
import { refundTotals } from "../db/refund-lines.ts";
import type { DisputeRow, PaymentRow } from "../db/tables.ts";
import { chargedParts, earnedOf } from "./request-refund.ts";

/**
 * Shares out each loss once, as soon as the order's money is: what is still held for an order that ended makes up for it
 * first, the rest falls on those on whom a refund for the same fault would; fraud stays with the platform. Runs under the
 * payment's lock. Nothing happens before the settlement or the end, since nobody has earned anything yet.
 */
export async function shareLosses(tx: Tx, payment: PaymentRow, moment: Moment): Promise<PaymentRow> {
  if (payment.lostMinor === 0) return payment;
  // An order whose end was never reported, as in older versions, is shared out by nothing else.
  const isOver = payment.settledAt !== null || (payment.wish === "RELEASE" && payment.ending === null);
  if (!isOver) return payment;
  let after = payment;
  const losses = payment.lostMinor > payment.lostSharedMinor ? await lossesToShare(tx, payment.id) : [];
  for (const loss of losses) after = await share(tx, after, loss, moment);
  // The bank has paid the cardholder all: nothing is to be paid back.
  const isGone = after.state === "DISPUTED" && after.wish === "RELEASE" && after.releasedAt === null;
  if (!isGone || (await hasOpenDispute(tx, after.id))) return after;
  return patchPayment(tx, after, { releasedAt: moment.now });
}

async function share(tx: Tx, payment: PaymentRow, loss: DisputeRow, moment: Moment): Promise<PaymentRow> {
  const { lostMinor } = loss;
  const heldMinor = Math.min(lostMinor, stillHeld(payment));
  const restMinor = lostMinor - heldMinor;
  const { orderId, currency, restaurantId, courierId } = payment;
  const about = { reference: loss.id, orderId, currency };
  const owners = { restaurantId, courierId };
  const held = entriesOf("dispute-lost-held", { amountMinor: heldMinor }, owners);
  await post(tx, { kind: "dispute-lost-held", ...about, entries: held }, moment);
  const facts = restMinor > 0 && payment.settledAt !== null ? await factsOf(tx, payment, loss, restMinor) : null;
  if (facts) {
    const entries = entriesOf("dispute-lost-shared", facts, owners);
    await post(tx, { kind: "dispute-lost-shared", ...about, entries }, moment);
  }
  const parts = { heldMinor, taxMinor: facts?.taxMinor ?? 0, borneMinor: facts?.borneMinor ?? 0 };
  await patchDispute(tx, loss.id, { ...parts, fault: facts?.fault ?? loss.fault, sharedAt: moment.now });
  const charged = payment.ended === null ? {} : { feeKeptMinor: Math.max(0, payment.feeKeptMinor - restMinor) };
  return patchPayment(tx, payment, { ...charged, lostSharedMinor: payment.lostSharedMinor + lostMinor });
}

/** What is held for an order that ended, neither charged nor paid back nor taken by a bank; 0 for any other. */
function stillHeld(payment: PaymentRow): number {
  if (payment.wish !== "RELEASE" || payment.releasedAt !== null) return 0;
  const { capturedMinor, refundReservedMinor, lostSharedMinor, feeKeptMinor } = payment;
  return Math.max(0, capturedMinor - refundReservedMinor - lostSharedMinor - feeKeptMinor);
}

/** How a refund of so much would fall; null for fraud. */
async function factsOf(
  tx: Tx,
  payment: PaymentRow,
  loss: DisputeRow,
  amountMinor: number,
): Promise<FactsOf<"dispute-lost-shared"> | null> {
  const fault = disputeFault(loss);
  if (fault === null) return null;
  const before = await refundTotals(tx, payment.id);
  const { taxMinor, restMinor: borneMinor } = chargedParts(payment, amountMinor, null, before);
  const { earned, customerPays } = earnedOf(payment);
  const parts = { amountMinor, heldMinor: 0, taxMinor, borneMinor, promotedMinor: 0 };
  return { ...parts, fault, customerPays, before: before.refunded, earned };
}
