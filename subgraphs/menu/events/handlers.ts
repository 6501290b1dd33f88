import type { Tx } from "../../../kit/database/db.ts";
import type { EventHandlers, HandlerContext } from "../../../kit/events/inbox.ts";
import type { BaseDeps } from "../../../kit/server/subgraph.ts";
import type { Events } from "../../../schema/events.ts";
import { settleOrderStock } from "../actions/reserve-stock.ts";
import { erasePerson, writeMembership } from "../db/queries/people.ts";
import { insertCompletedOrder } from "../db/queries/reviews.ts";

/** Topics that the menu takes whole. */
export const topics = ["order", "membership", "user"] as const;

type OrderEvent = { readonly data: { readonly orderId: string } };

const commit = (tx: Tx, { data }: OrderEvent, { now }: HandlerContext) =>
  settleOrderStock(tx, data.orderId, "COMMITTED", now);

const release = (tx: Tx, { data }: OrderEvent, { now }: HandlerContext) =>
  settleOrderStock(tx, data.orderId, "RELEASED", now);

/** Stock follows the order; reviews follow its completion; who may edit follows the memberships. */
export const handlers: EventHandlers<BaseDeps, Events> = {
  "order.accepted.v1": commit,
  "order.rejected.v1": release,
  "order.expired.v1": release,
  "order.payment-failed.v1": release,
  "order.cancelled.v1": release,
  "order.delivery-failed.v1": release,
  "order.completed.v1": async (tx, { data }) => {
    const { orderId, customerId, restaurantId, at } = data;
    await insertCompletedOrder(tx, { orderId, customerId, restaurantId, completedAt: new Date(at) });
  },
  "membership.changed.v1": (tx, { data }) => writeMembership(tx, data),
  "user.erased.v1": (tx, { data }) => erasePerson(tx, data.userId),
};
