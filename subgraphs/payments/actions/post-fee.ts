/** Posts what the provider kept of a charge, once it tells. */
import type { Tx } from "../../../kit/database/db.ts";
import { schedule, type FiredTimer } from "../../../kit/events/timers.ts";
import { entriesOf } from "../domain/postings.ts";
import { retryAfterMs } from "../domain/refund-retry.ts";
import { post } from "../db/ledger.ts";
import type { Moment } from "../db/payments.ts";
import { paymentsById } from "../db/queries.ts";
import type { PaymentRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";

/** Name of the timer that asks for the fee of a captured payment; its key is the payment's id. */
export const feeTimer = "payment.fee";

/** Looks after which a fee that the provider does not tell is given up: some methods have none. */
const mostTries = 20;

/** Sets the timer; nothing was charged for an order that costs nothing. */
export async function expectFee(tx: Tx, payment: PaymentRow, { now, traceId }: Moment): Promise<void> {
  if (payment.amountMinor === 0) return;
  await schedule(tx, { name: feeTimer, key: payment.id, dueAt: now, payload: { tries: 1 }, traceId });
}

/** Timer handler. Posted once per charge, in the currency of the fee. */
export async function postFee(timer: Pick<FiredTimer, "key" | "payload" | "traceId">, deps: Deps): Promise<void> {
  const { db, psp, clock, settings } = deps;
  const { key: paymentId, traceId } = timer;
  const { tries } = timer.payload as { tries: number };
  const payment = (await paymentsById(db, [paymentId])).get(paymentId);
  if (!payment?.providerIntentId) return;
  const fee = await psp.feeOf(payment.providerIntentId);
  const now = clock.now();
  if (fee) {
    const { orderId, restaurantId } = payment;
    const { chargeId: reference, feeMinor: amountMinor, currency } = fee;
    const entries = entriesOf("psp-fee", { amountMinor }, { restaurantId, courierId: null });
    const fact = { kind: "psp-fee", reference, orderId, currency, entries } as const;
    await db.transaction((tx) => post(tx, fact, { now, traceId }));
  } else if (tries < mostTries) {
    const wait = retryAfterMs(tries, settings.PAYMENT_CHECK_MS, settings.REFUND_RETRY_MAX_MS);
    const dueAt = new Date(now.getTime() + wait);
    await schedule(db, { name: feeTimer, key: paymentId, dueAt, payload: { tries: tries + 1 }, traceId });
  }
}
