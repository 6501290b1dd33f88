/** What payments does about the events of others; provider calls are left to timers. */
import type { EventHandlers } from "../../../kit/inbox.ts";
import type { Tx } from "../../../kit/db.ts";
import { schedule } from "../../../kit/timers.ts";
import type { Events } from "../../../schema/events.ts";
import { drive, hear, type Heard } from "../actions/drive-payment.ts";
import { ensurePayoutAccounts } from "../actions/open-payout-account.ts";
import { openPayment } from "../actions/open-payment.ts";
import { settleOrder } from "../actions/settle-order.ts";
import { forgetTimer } from "../actions/provider-customer.ts";
import { lockPaymentOfOrder, type Moment } from "../db/payments.ts";
import { keepCourier, keepMembership } from "../db/projections.ts";
import type { PaymentRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";

async function paymentOf(tx: Tx, orderId: string) {
  const payment = await lockPaymentOfOrder(tx, orderId);
  if (!payment) throw new Error(`order ${orderId} has no payment yet`);
  return payment;
}

const heard = (what: Heard) => async (tx: Tx, event: { data: { orderId: string } }, context: Moment) =>
  void (await hear(tx, await paymentOf(tx, event.data.orderId), what, context));

/** Shares the order's money out, and sees to it that whoever earned can be paid. */
async function settle(
  tx: Tx,
  payment: PaymentRow,
  earned: { courierId: string | null; courierPayMinor: number },
  context: Moment,
): Promise<PaymentRow> {
  const settled = await settleOrder(tx, payment, earned, context);
  const { restaurantId, currency } = payment;
  await ensurePayoutAccounts(tx, { restaurantId, courierId: earned.courierId, currency }, context);
  return settled;
}

/** The topics that payments takes. */
export const topics = ["order", "delivery", "membership", "courier", "user"] as const;

export const handlers: EventHandlers<Deps, Events> = {
  "order.created.v1": (tx, event, context) =>
    openPayment(tx, event.data, context.rules.DEFAULT_COMMISSION_BPS, context),
  "order.due.v1": heard({ orderDue: true }),
  "order.accepted.v1": heard({ orderAccepted: true }),
  "order.rejected.v1": heard({ orderEnded: true }),
  "order.expired.v1": heard({ orderEnded: true }),
  "order.payment-failed.v1": heard({ orderEnded: true }),
  "order.cancelling.v1": async (tx, event, context) => {
    const fee = { cancellationFeeMinor: event.data.feeMinor };
    await hear(tx, await paymentOf(tx, event.data.orderId), { orderCancelling: true, ...fee }, context);
  },
  "order.cancellation-refused.v1": heard({ orderCancelling: false, cancellationFeeMinor: 0 }),
  "delivery.cancelled.v1": heard({ deliveryCancelled: true }),
  "order.completed.v1": async (tx, event, context) =>
    void (await settle(tx, await paymentOf(tx, event.data.orderId), event.data, context)),
  "order.delivery-failed.v1": async (tx, event, context) => {
    const payment = await paymentOf(tx, event.data.orderId);
    const { fault } = event.data;
    // The restaurant that cooked is paid, unless the failure was its own; the customer pays for a failure of their own alone.
    const settled =
      fault === "RESTAURANT" ? payment : await settle(tx, payment, { courierId: null, courierPayMinor: 0 }, context);
    if (fault === "CUSTOMER") await drive(tx, settled, context);
    else await hear(tx, settled, { orderEnded: true }, context);
  },
  "membership.changed.v1": (tx, event) =>
    keepMembership(tx, event.data.userId, event.data.restaurantId, event.data.role),
  "courier.changed.v1": (tx, event) => keepCourier(tx, event.data.courierId, event.data.userId),
  "user.erased.v1": (tx, event, { now, traceId }) =>
    schedule(tx, { name: forgetTimer, key: event.data.userId, dueAt: now, traceId }),
};
