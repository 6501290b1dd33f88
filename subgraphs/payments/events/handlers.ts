/** What payments does about the events of others; provider calls are left to timers. */
import type { EventHandlers } from "../../../kit/events/inbox.ts";
import type { Tx } from "../../../kit/database/db.ts";
import { schedule } from "../../../kit/events/timers.ts";
import type { Events } from "../../../schema/events.ts";
import { closeRestaurant } from "../actions/close-restaurant.ts";
import { compensateCourier, compensateReturn } from "../actions/compensate-courier.ts";
import { hear, type Heard } from "../actions/drive-payment.ts";
import { ensurePayoutAccounts } from "../actions/open-payout-account.ts";
import { openPayment } from "../actions/open-payment.ts";
import { shareLosses } from "../actions/share-losses.ts";
import { settleOrder } from "../actions/settle-order.ts";
import { forgetTimer } from "../actions/provider-customer.ts";
import { lockPaymentOfOrder, patchPayment, type Moment } from "../db/payments.ts";
import { keepCourier, keepMembership } from "../db/projections.ts";
import type { PaymentRow } from "../db/tables.ts";
import type { Deps, Settings } from "../deps.ts";
import { unpaidEnding, wholeEnding, type Ride } from "../domain/ending.ts";
import type { CourierRates } from "../domain/fault-policy.ts";

async function paymentOf(tx: Tx, orderId: string) {
  const payment = await lockPaymentOfOrder(tx, orderId);
  if (!payment) throw new Error(`order ${orderId} has no payment yet`);
  return payment;
}

const heard = (what: Heard) => async (tx: Tx, event: { data: { orderId: string } }, context: Moment) =>
  void (await hear(tx, await paymentOf(tx, event.data.orderId), what, context));

type Carried = { courierId?: string | undefined; courierPayMinor?: number | undefined };

/** Who held the delivery and how far; null where nobody did, or an old event does not say. */
const rideOf = (
  { courierId, courierPayMinor }: Carried,
  stage: Ride["stage"] | undefined,
  settings: Settings,
): Ride | null =>
  courierId === undefined || courierPayMinor === undefined || stage === undefined
    ? null
    : { courierId, stage, courierPayMinor, rates: ratesOf(settings) };

const ratesOf = (settings: Settings): CourierRates => ({
  assignedBps: settings.COURIER_ASSIGNED_BPS,
  atPickupBps: settings.COURIER_AT_PICKUP_BPS,
  returnBps: settings.COURIER_RETURN_BPS,
});

/** The charge was refused for good, so that its money never comes, though the order may have gone on before it could be stopped. */
const isNeverTaken = ({ captureRefused, capturedAt, settledAt }: PaymentRow): boolean =>
  captureRefused && capturedAt === null && settledAt === null;

/** Shares the order's money out, and sees to it that whoever earned can be paid. */
async function settle(
  tx: Tx,
  payment: PaymentRow,
  earned: { courierId: string | null; courierPayMinor: number },
  context: Moment,
): Promise<PaymentRow> {
  const settled = await shareLosses(tx, await settleOrder(tx, payment, earned, context), context);
  const { restaurantId, currency } = payment;
  await ensurePayoutAccounts(tx, { restaurantId, courierId: earned.courierId, currency }, context);
  return settled;
}

/** The topics that payments takes. */
export const topics = ["order", "delivery", "membership", "courier", "user", "restaurant"] as const;

export const handlers: EventHandlers<Deps, Events> = {
  "order.created.v1": (tx, event, context) => openPayment(tx, event.data, context.settings, context),
  "order.due.v1": async (tx, { data }, context) => {
    const payUntil = data.payUntil === undefined ? {} : { payUntil: new Date(data.payUntil) };
    await hear(tx, await paymentOf(tx, data.orderId), { orderDue: true, ...payUntil }, context);
  },
  "order.payment-extended.v1": async (tx, { data }, context) =>
    void (await hear(tx, await paymentOf(tx, data.orderId), { payUntil: new Date(data.payUntil) }, context)),
  "order.accepted.v1": heard({ orderAccepted: true }),
  "order.rejected.v1": heard({ orderEnded: true }),
  "order.expired.v1": heard({ orderEnded: true }),
  "order.payment-failed.v1": heard({ orderEnded: true }),
  "order.cancelling.v1": async (tx, event, context) => {
    const { feeMinor: cancellationFeeMinor, ending = null } = event.data;
    const cancelling = { orderCancelling: true, cancellationFeeMinor, ending };
    await hear(tx, await paymentOf(tx, event.data.orderId), cancelling, context);
  },
  "order.cancellation-refused.v1": heard({ orderCancelling: false, cancellationFeeMinor: 0, ending: null }),
  "delivery.cancelled.v1": async (tx, { data }, context) => {
    const payment = await paymentOf(tx, data.orderId);
    // A second withdrawal is answered without the courier, who was told the first time.
    const ride = rideOf(data, data.stage, context.settings) ?? payment.ride;
    await hear(tx, payment, { deliveryCancelled: true, ride }, context);
  },
  "delivery.unassigned.v1": async (tx, { id: reference, data }, context) => {
    const ride = rideOf(data, data.stage, context.settings);
    if (ride === null) return;
    const work = { ...ride, reference, fault: data.atFault === true ? "COURIER" : "PLATFORM" } as const;
    await compensateCourier(tx, await paymentOf(tx, data.orderId), work, context);
  },
  "delivery.returned.v1": async (tx, { data }, context) => {
    const ride = data.askedBySupport ? rideOf(data, "PICKED_UP", context.settings) : null;
    if (ride === null) return;
    const { stage: _, ...returnRide } = ride;
    const payment = await patchPayment(tx, await paymentOf(tx, data.orderId), { returnRide });
    await compensateReturn(tx, payment, context);
  },
  "order.completed.v1": async (tx, { data }, context) => {
    const payment = await paymentOf(tx, data.orderId);
    if (!isNeverTaken(payment)) return void (await settle(tx, payment, data, context));
    const { courierId, courierPayMinor } = data;
    const ride = rideOf({ courierId: courierId ?? undefined, courierPayMinor }, "PICKED_UP", context.settings);
    await hear(tx, payment, { orderEnded: true, ending: unpaidEnding, ride }, context);
  },
  "order.delivery-failed.v1": async (tx, { data }, context) => {
    const payment = await paymentOf(tx, data.orderId);
    const ride = rideOf(data, "PICKED_UP", context.settings);
    const ending = data.ending ?? wholeEnding(payment.amounts, data.fault);
    await hear(tx, payment, { orderEnded: true, ending, ride }, context);
  },
  "restaurant.changed.v1": async (tx, { data }, context) => {
    if (data.status === "PERMANENTLY_CLOSED") await closeRestaurant(tx, data.restaurantId, context.settings, context);
  },
  "membership.changed.v1": (tx, event) =>
    keepMembership(tx, event.data.userId, event.data.restaurantId, event.data.role),
  "courier.changed.v1": (tx, event) => keepCourier(tx, event.data.courierId, event.data.userId),
  "user.erased.v1": (tx, event, { now, traceId }) =>
    schedule(tx, { name: forgetTimer, key: event.data.userId, dueAt: now, traceId }),
};
