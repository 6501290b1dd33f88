/** Which event each move of an order sends. */
import type { Tx } from "../../../kit/database/db.ts";
import type { EventData } from "../../../schema/events.ts";
import type { Act } from "../db/changes.ts";
import { linesByOrder } from "../db/queries.ts";
import type { OrderRow } from "../db/tables.ts";
import { lineIdOf } from "../domain/line-id.ts";
import type { OrderState, OrderTransition } from "../domain/order-states.ts";
import { publish } from "./published.ts";

/** The amounts of an order as events carry them. */
export const amountsOf = (order: OrderRow): EventData<"order.created.v1">["amounts"] => ({
  currency: order.currency,
  itemsMinor: order.itemsMinor,
  discountMinor: order.discountMinor,
  taxMinor: order.taxMinor,
  deliveryFeeMinor: order.deliveryFeeMinor,
  serviceFeeMinor: order.serviceFeeMinor,
  smallOrderFeeMinor: order.smallOrderFeeMinor,
  tipMinor: order.tipMinor,
  totalMinor: order.totalMinor,
  ...(order.discountByRestaurantMinor > 0 && { discountByRestaurantMinor: order.discountByRestaurantMinor }),
});

/** What each line of a new order was charged, as payments keeps it for refunds; `lineId` names it there. */
export async function chargedLines(tx: Tx, orderId: string): Promise<EventData<"order.created.v1">["lines"]> {
  const lines = (await linesByOrder(tx, [orderId])).get(orderId) ?? [];
  return lines.map(
    ({ position, itemId, name, quantity, netMinor, taxMinor, discountMinor, discountByRestaurantMinor }) => ({
      lineId: lineIdOf(orderId, position),
      itemId,
      name,
      quantity,
      netMinor,
      taxMinor,
      promotedMinor: discountMinor - discountByRestaurantMinor,
    }),
  );
}

/** The ids that every event of an order carries. */
export const idsOf = (order: OrderRow) => ({
  orderId: order.id,
  customerId: order.customerId,
  restaurantId: order.restaurantId,
});

/** Moves whose event carries nothing but ids. */
const plain = {
  PLACED: "order.placed.v1",
  SCHEDULED: "order.scheduled.v1",
  EXPIRED: "order.expired.v1",
  PREPARING: "order.preparing.v1",
  READY: "order.ready.v1",
  PICKED_UP: "order.picked-up.v1",
  DELIVERED: "order.delivered.v1",
  COLLECTED: "order.collected.v1",
} as const satisfies Partial<Record<OrderState, string>>;

/** Writes the event of `move` to the outbox; `order` is the row after it. */
export async function announce(tx: Tx, order: OrderRow, move: OrderTransition, act: Act): Promise<void> {
  const aggregateId = order.id;
  const ids = idsOf(order);
  switch (move.to) {
    case "PAYMENT_FAILED":
      // Payments' own word for it, or a timer's.
      return publish(
        tx,
        { type: "order.payment-failed.v1", aggregateId, data: { ...ids, reason: act.reason ?? move.cause } },
        act,
      );
    // What people wrote stays here: others need the cause alone.
    case "REJECTED":
      return publish(tx, { type: "order.rejected.v1", aggregateId, data: { ...ids, reason: move.cause } }, act);
    case "CANCELLING":
      return publish(
        tx,
        {
          type: "order.cancelling.v1",
          aggregateId,
          data: { ...ids, reason: move.cause, feeMinor: order.cancelFeeMinor, ...endingOf(order) },
        },
        act,
      );
    case "CANCELLED":
      return publish(
        tx,
        { type: "order.cancelled.v1", aggregateId, data: { ...ids, feeMinor: order.cancelFeeMinor } },
        act,
      );
    case "ACCEPTED":
      return announceAccepted(tx, order, act);
    case "DELIVERY_FAILED":
      return announceFailed(tx, order, act);
    case "COMPLETED":
      return announceCompleted(tx, order, act);
    case "PENDING_PAYMENT":
      throw new Error("orders are created, never moved, into PENDING_PAYMENT");
    case "PICKED_UP":
      if (move.cause === "CANCELLATION_REFUSED") {
        const data = { ...ids, reason: "ALREADY_PICKED_UP" as const };
        await publish(tx, { type: "order.cancellation-refused.v1", aggregateId, data }, act);
      }
      return publish(tx, { type: plain.PICKED_UP, aggregateId, data: ids }, act);
    default:
      return publish(tx, { type: plain[move.to], aggregateId, data: ids }, act);
  }
}

async function announceAccepted(tx: Tx, order: OrderRow, act: Act): Promise<void> {
  if (order.readyAt === null) throw new Error("an accepted order promises when it is ready");
  const { fulfilment, prepSeconds } = order;
  const data = { ...idsOf(order), fulfilment, prepSeconds, readyAt: order.readyAt.toISOString() };
  await publish(tx, { type: "order.accepted.v1", aggregateId: order.id, data }, act);
}

/** How the order ended, for payments to share its money out; empty for one that was called off before it was kept. */
const endingOf = ({ endedIn, cancelFault: fault, cancelCharge: charge }: OrderRow) =>
  endedIn === null || fault === null || charge === null ? {} : { ending: { endedIn, fault, charge } };

async function announceFailed(tx: Tx, order: OrderRow, act: Act): Promise<void> {
  const { courierId, courierPayMinor, cancelFault: fault } = order;
  if (fault === null) throw new Error(`order ${order.id} failed by nobody's decision`);
  const carried = courierId === null ? {} : { courierId, courierPayMinor };
  const data = { ...idsOf(order), fault, ...endingOf(order), ...carried };
  await publish(tx, { type: "order.delivery-failed.v1", aggregateId: order.id, data }, act);
}

async function announceCompleted(tx: Tx, order: OrderRow, act: Act): Promise<void> {
  const lines = (await linesByOrder(tx, [order.id])).get(order.id) ?? [];
  const quantities = new Map<string, number>();
  for (const line of lines) quantities.set(line.itemId, (quantities.get(line.itemId) ?? 0) + line.quantity);
  const data = {
    ...idsOf(order),
    items: [...quantities].map(([itemId, quantity]) => ({ itemId, quantity })),
    amounts: amountsOf(order),
    courierId: order.courierId,
    courierPayMinor: order.courierPayMinor,
    at: act.now.toISOString(),
  };
  await publish(tx, { type: "order.completed.v1", aggregateId: order.id, data }, act);
}
