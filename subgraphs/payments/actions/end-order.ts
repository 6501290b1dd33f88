/** Shares out the money of an order that ended without being fulfilled: its charge, and what restaurant and courier earn. */
import type { Tx } from "../../../kit/database/db.ts";
import { chargeStep } from "../../../kit/money.ts";
import { carriedOut, earnedAtEnd, standingAfter, type Ended, type SoldLine } from "../domain/ending.ts";
import { entriesOf, promotedMinor } from "../domain/postings.ts";
import { post } from "../db/ledger.ts";
import { patchPayment, type Moment } from "../db/payments.ts";
import { earlyRefunds, linesByPayment } from "../db/refund-lines.ts";
import { patchRefund } from "../db/refunds.ts";
import type { PaymentRow } from "../db/tables.ts";
import { compensateReturn } from "./compensate-courier.ts";
import { ensurePayoutAccounts } from "./open-payout-account.ts";

/**
 * Posts the end once, when the order is over for good and it is known whether its money was taken; nothing before that, and
 * nothing for an order that told no end. Refunds of before are read as if they had come after it.
 */
export async function endOrder(tx: Tx, payment: PaymentRow, moment: Moment): Promise<PaymentRow> {
  const isOver = payment.wish === "RELEASE" && payment.settledAt === null && payment.state !== "CAPTURING";
  if (!isOver || payment.ending === null) return payment;
  const { id, ride, commissionBps, orderId, currency, restaurantId } = payment;
  const courierId = ride?.courierId ?? null;
  const ending = carriedOut(payment.ending, { captured: payment.capturedAt !== null, courierId });
  const lines = await soldLines(tx, payment);
  const early = await earlyRefunds(tx, id);
  const standing = standingAfter(ending, early, lines, chargeStep(currency));
  const { charge, fault } = ending;
  const earned = earnedAtEnd(ending, soldOf(payment, lines), ride);
  const customerPays = fault === "CUSTOMER";
  const { refunded, backTaxMinor: refundedTaxMinor } = standing;
  const facts = { charge, customerPays, ...earned, commissionBps, refunded, refundedTaxMinor };
  const entries = entriesOf("order-ended", facts, { restaurantId, courierId });
  await post(tx, { kind: "order-ended", reference: id, orderId, currency, entries }, moment);
  for (const [index, refund] of early.entries()) await patchRefund(tx, refund.id, standing.refunds[index] ?? {});
  const { totalMinor: chargedMinor, taxMinor: chargedTaxMinor, itemsBps } = charge;
  const ended: Ended = {
    chargedMinor,
    chargedTaxMinor,
    itemsBps,
    customerPays,
    fault,
    salesMinor: earned.salesMinor,
  };
  const done = await patchPayment(tx, payment, {
    ended,
    settledAt: moment.now,
    courierId,
    courierPayMinor: earned.courierPayMinor,
    feeKeptMinor: chargedMinor - standing.backMinor,
  });
  await ensurePayoutAccounts(tx, { restaurantId, courierId, currency }, moment);
  await compensateReturn(tx, done, moment);
  return done;
}

async function soldLines(tx: Tx, { id }: PaymentRow): Promise<SoldLine[]> {
  const rows = (await linesByPayment(tx, [id])).get(id) ?? [];
  return rows.map((row) => ({ ...row, promotedMinor: row.promotedMinor ?? 0 }));
}

/** The lines together; a payment of before lines, or their discounts, were told has the order's sums, as if nothing had been taken off the delivery. */
function soldOf({ amounts }: PaymentRow, lines: readonly SoldLine[]) {
  const sum = (of: (line: SoldLine) => number) => lines.reduce((total, line) => total + of(line), 0);
  const netMinor = lines.length > 0 ? sum((line) => line.netMinor) : amounts.itemsMinor - amounts.discountMinor;
  const promoted = sum((line) => line.promotedMinor);
  const isTold = promoted > 0 || lines.length > 0;
  return { netMinor, promotedMinor: isTold ? promoted : promotedMinor(amounts) };
}
