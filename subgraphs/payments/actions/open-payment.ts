/** Starts the payment of a new order: state, idempotency key and timer first, the provider is asked afterwards. */
import type { Tx } from "../../../kit/db.ts";
import type { EventData } from "../../../schema/events.ts";
import { beginCall, insertPayment, type Moment } from "../db/payments.ts";

/** Opens the payment and prepares the authorization; an order that has a payment keeps it. */
export async function openPayment(
  tx: Tx,
  order: EventData<"order.created.v1">,
  defaultCommissionBps: number,
  moment: Moment,
): Promise<void> {
  const { orderId, customerId, restaurantId, paymentMethod } = order;
  const { currency, ...amounts } = order.amounts;
  const draft = {
    orderId,
    customerId,
    restaurantId,
    currency,
    amounts,
    amountMinor: amounts.totalMinor,
    paymentMethod,
  };
  const payment = await insertPayment(tx, draft, defaultCommissionBps, moment);
  if (payment) await beginCall(tx, payment, "AUTHORIZING", moment);
}
