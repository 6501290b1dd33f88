/** Starts the payment of a new order: state, idempotency key and timer first, the provider is asked afterwards. */
import type { Tx } from "../../../kit/database/db.ts";
import type { EventData } from "../../../schema/events.ts";
import { returnUrl } from "../domain/return-url.ts";
import { expectProviderCustomer } from "../db/customers.ts";
import { insertLines } from "../db/refund-lines.ts";
import { beginCall, insertPayment, type Moment } from "../db/payments.ts";
import { insertTry } from "../db/tries.ts";
import type { Settings } from "../deps.ts";

/**
 * Opens the payment and prepares the authorization; for an order that is wanted later it prepares saving the payment
 * method instead, since an amount is never held for days. An order that has a payment keeps it.
 */
export async function openPayment(
  tx: Tx,
  order: EventData<"order.created.v1">,
  settings: Pick<Settings, "DEFAULT_COMMISSION_BPS" | "PAYMENT_TRIES" | "PAYMENT_RETURN_URL">,
  moment: Moment,
): Promise<void> {
  const { orderId, customerId, restaurantId, paymentMethod } = order;
  const scheduledFor = order.scheduledFor === null ? null : new Date(order.scheduledFor);
  const { currency, ...amounts } = order.amounts;
  const draft = {
    orderId,
    customerId,
    restaurantId,
    currency,
    amounts,
    amountMinor: amounts.totalMinor,
    paymentMethod,
    scheduledFor,
    triesAllowed: settings.PAYMENT_TRIES,
    payUntil: order.payUntil === undefined ? null : new Date(order.payUntil),
    returnUrl: returnUrl(settings.PAYMENT_RETURN_URL, order.returnOrigin ?? null, orderId),
  };
  const payment = await insertPayment(tx, draft, settings.DEFAULT_COMMISSION_BPS, moment);
  if (!payment) return;
  await insertTry(tx, payment, moment);
  const lines = order.lines ?? [];
  await insertLines(
    tx,
    lines.map((line, position) => ({
      ...line,
      promotedMinor: line.promotedMinor ?? null,
      position,
      paymentId: payment.id,
    })),
  );
  if (scheduledFor !== null) await expectProviderCustomer(tx, customerId, moment.now);
  await beginCall(tx, payment, scheduledFor === null ? "AUTHORIZING" : "SAVING", moment);
}
