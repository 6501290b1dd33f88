/** What delivery does with the events of others. */
import type { EventHandlers } from "../../../kit/events/inbox.ts";
import type { Events } from "../../../schema/events.ts";
import { createDelivery } from "../actions/create-delivery.ts";
import { giveUpDelivery } from "../actions/give-up-delivery.ts";
import { dropDelivery, withdrawDelivery } from "../actions/withdraw-delivery.ts";
import { setKitchen } from "../db/queries/deliveries.ts";
import { setMembership } from "../db/queries/memberships.ts";
import { erasePerson } from "../db/queries/personal-data.ts";
import type { Deps } from "../deps.ts";

/** Topics taken whole. */
export const topics = ["order", "membership", "user"] as const;

/** Deliveries follow their orders; who may see them follows the memberships. */
export const handlers: EventHandlers<Deps, Events> = {
  "order.accepted.v1": async (tx, { data }, ctx) => {
    if (data.fulfilment === "DELIVERY") await createDelivery(tx, data, ctx.settings, ctx);
  },
  "order.preparing.v1": (tx, { data }) => setKitchen(tx, data.orderId, "PREPARING"),
  "order.ready.v1": (tx, { data }) => setKitchen(tx, data.orderId, "READY"),
  "order.cancelling.v1": (tx, { data }, ctx) => withdrawDelivery(tx, data, ctx),
  "order.cancelled.v1": (tx, { data }, ctx) => dropDelivery(tx, data, ctx),
  "order.delivery-failed.v1": (tx, { data }, ctx) => giveUpDelivery(tx, data.orderId, ctx),
  "order.rejected.v1": (tx, { data }, ctx) => dropDelivery(tx, data, ctx),
  "order.expired.v1": (tx, { data }, ctx) => dropDelivery(tx, data, ctx),
  "order.payment-failed.v1": (tx, { data }, ctx) => dropDelivery(tx, data, ctx),
  "membership.changed.v1": (tx, { data }) => setMembership(tx, data.userId, data.restaurantId, data.role),
  "user.erased.v1": (tx, { data }, ctx) => erasePerson(tx, data.userId, ctx.now),
};
