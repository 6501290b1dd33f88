/** Decides a refund: claims the amount, posts it, and sets the timer that tells the provider. */
import type { Tx } from "../../../kit/db.ts";
import { newId } from "../../../kit/id.ts";
import { schedule } from "../../../kit/timers.ts";
import { entriesOf } from "../domain/postings.ts";
import { post } from "../db/ledger.ts";
import { reserveRefundable, type Moment } from "../db/payments.ts";
import { insertRefund } from "../db/refunds.ts";
import type { PaymentRow, RefundRow } from "../db/tables.ts";

/** Name of the timer that sends a refund to the provider; its key is the refund's id. */
export const refundTimer = "refund.send";

type Wanted = { amountMinor: number; reason: string; requestedBy: string | null };

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
    id: newId("rfd"), paymentId, currency, ...wanted, state: "PENDING", createdAt: moment.now,
  });
  await postRequested(tx, claimed, refund, 1, moment);
  await schedule(tx, { name: refundTimer, key: refund.id, dueAt: moment.now, traceId: moment.traceId });
  return { payment: claimed, refund };
}

/** Posts (sign 1) or reverses (sign -1) the decision, from the accounts that bear it: the held money, or those it was shared out to. */
export async function postRequested(tx: Tx, payment: PaymentRow, refund: RefundRow, sign: 1 | -1, moment: Moment): Promise<void> {
  const owners = { restaurantId: payment.restaurantId, courierId: null };
  const { amountMinor } = refund;
  const { amounts, currency, orderId } = payment;
  const settled = payment.settledAt !== null;
  const kind = settled ? "refund-requested-settled" : "refund-requested-held";
  const entries = settled
    ? entriesOf("refund-requested-settled", { amountMinor, amounts }, owners)
    : entriesOf("refund-requested-held", { amountMinor }, owners);
  const signed = entries.map((entry) => ({ ...entry, amountMinor: sign * entry.amountMinor }));
  await post(tx, { kind: sign === 1 ? kind : "refund-reversed", reference: refund.id, orderId, currency, entries: signed }, moment);
}
