/**
 * Every event that crosses a subgraph's border: its owner and the shape of its data.
 * Both sides check against it. Within a version only optional fields may be added.
 * The topic is the first segment of the type; a consumer takes a topic whole, so that
 * aggregate versions show no false gaps.
 */
import { z } from "zod";

const id = z.string().min(5).max(64);
const minor = z.number().int();
const instant = z.iso.datetime();

const order = { orderId: id, customerId: id, restaurantId: id };
const payment = { paymentId: id, orderId: id };
const payout = {
  payoutId: id,
  restaurantId: id.nullable(),
  courierId: id.nullable(),
  kind: z.enum(["WEEKLY", "INSTANT", "FINAL"]),
  /** What left the balance: the fee, and what arrives. */
  amountMinor: minor,
  feeMinor: minor,
  netMinor: minor,
  currency: z.string(),
};
const delivery = { deliveryId: id, orderId: id };

/** What the accepted quote promised, in minor units of `currency`; replayed by ledger and refunds. */
export const orderAmounts = z.object({
  currency: z.string().length(3),
  itemsMinor: minor,
  discountMinor: minor,
  taxMinor: minor,
  deliveryFeeMinor: minor,
  serviceFeeMinor: minor,
  smallOrderFeeMinor: minor,
  tipMinor: minor,
  totalMinor: minor,
  /** The part of discountMinor that the restaurant bears; absent = 0, the platform bears all. */
  discountByRestaurantMinor: minor.optional(),
});

const fault = z.enum(["CUSTOMER", "COURIER", "RESTAURANT", "PLATFORM", "NOBODY"]);

/** How an order ended without being fulfilled: the state before, whose fault, and what its customer is charged part by part, minor units. */
export const orderEnding = z.object({
  endedIn: z.enum(["PENDING_PAYMENT", "SCHEDULED", "PLACED", "ACCEPTED", "PREPARING", "READY", "PICKED_UP"]),
  fault,
  charge: z.object({
    /** The share of each line that is charged, basis points. */
    itemsBps: z.number().int().min(0).max(10_000),
    itemsMinor: minor,
    /** Before its discount; 0 where the delivery is not charged. */
    deliveryFeeMinor: minor,
    deliveryDiscountMinor: minor,
    deliveryDiscountByRestaurantMinor: minor,
    serviceFeeMinor: minor,
    smallOrderFeeMinor: minor,
    taxMinor: minor,
    tipMinor: minor,
    totalMinor: minor,
  }),
});

/** How far the courier was who held a delivery. */
const rideStage = z.enum(["ASSIGNED", "AT_PICKUP", "PICKED_UP", "AT_DROPOFF"]);

const fulfilment = z.enum(["DELIVERY", "PICKUP"]);

export const events = {
  "user.registered.v1": { source: "users", data: z.object({ userId: id, roles: z.array(z.string()) }) },
  "user.roles-changed.v1": { source: "users", data: z.object({ userId: id, roles: z.array(z.string()) }) },
  "user.erased.v1": { source: "users", data: z.object({ userId: id }) },
  "session.revoked.v1": { source: "users", data: z.object({ sessionId: id, userId: id }) },
  "membership.changed.v1": {
    source: "users",
    data: z.object({ membershipId: id, userId: id, restaurantId: id, role: z.enum(["OWNER", "STAFF"]).nullable() }),
  },
  "audit.recorded.v1": {
    source: "*",
    data: z.object({
      auditId: id,
      actorId: id.nullable(),
      action: z.string(),
      subjectId: id,
      at: instant,
      detail: z.record(z.string(), z.unknown()).optional(),
    }),
  },
  "restaurant.changed.v1": {
    source: "menu",
    data: z.object({
      restaurantId: id,
      status: z.enum(["ACTIVE", "SUSPENDED", "PERMANENTLY_CLOSED"]),
      currency: z.string().length(3),
      latitude: z.number(),
      longitude: z.number(),
    }),
  },
  "order.created.v1": {
    source: "orders",
    data: z.object({
      ...order,
      fulfilment,
      amounts: orderAmounts,
      paymentMethod: z.string(),
      /** Until when the order waits for its payment; absent on old events. */
      payUntil: instant.optional(),
      /** Web origin to which the customer comes back from the card's issuer; null where none is known, absent on old events. */
      returnOrigin: z.url({ protocol: /^https?$/ }).nullish(),
      scheduledFor: instant.nullable(),
      /** What each line was charged, after discount and before tax, and its tax; refunds by line replay it. */
      lines: z
        .array(
          z.object({
            lineId: z.string().min(1).max(64),
            itemId: id,
            /** The dish's name then; absent on old events. */
            name: z.string().optional(),
            quantity: z.number().int().positive(),
            netMinor: minor,
            taxMinor: minor,
            /** The platform's part of the line's discount; absent on old events: not known line by line. */
            promotedMinor: minor.optional(),
          }),
        )
        .optional(),
    }),
  },
  "order.scheduled.v1": { source: "orders", data: z.object(order) },
  /** A scheduled order is about to be placed: hours and stock hold, the saved payment method may be charged. */
  "order.due.v1": {
    source: "orders",
    /** `payUntil`: as of a new order, for the charge. */
    data: z.object({ ...order, payUntil: instant.optional() }),
  },
  /** An outage took time of the window in which the order may be paid; it got that back. */
  "order.payment-extended.v1": { source: "orders", data: z.object({ ...order, payUntil: instant }) },
  "order.placed.v1": { source: "orders", data: z.object(order) },
  "order.payment-failed.v1": { source: "orders", data: z.object({ ...order, reason: z.string() }) },
  "order.accepted.v1": {
    source: "orders",
    data: z.object({ ...order, fulfilment, prepSeconds: z.number().int(), readyAt: instant }),
  },
  "order.rejected.v1": { source: "orders", data: z.object({ ...order, reason: z.string() }) },
  "order.expired.v1": { source: "orders", data: z.object(order) },
  "order.preparing.v1": { source: "orders", data: z.object(order) },
  /** The kitchen is past the time it promised. */
  "order.late.v1": { source: "orders", data: z.object({ ...order, readyAt: instant }) },
  "order.ready.v1": { source: "orders", data: z.object(order) },
  "order.picked-up.v1": { source: "orders", data: z.object(order) },
  "order.delivered.v1": { source: "orders", data: z.object(order) },
  "order.collected.v1": { source: "orders", data: z.object(order) },
  /** `ending` is absent on old events, of which payments keeps the fee alone. */
  "order.cancelling.v1": {
    source: "orders",
    data: z.object({ ...order, reason: z.string(), feeMinor: minor, ending: orderEnding.optional() }),
  },
  "order.cancellation-refused.v1": {
    source: "orders",
    data: z.object({ ...order, reason: z.literal("ALREADY_PICKED_UP") }),
  },
  "order.cancelled.v1": { source: "orders", data: z.object({ ...order, feeMinor: minor }) },
  "order.delivery-failed.v1": {
    source: "orders",
    data: z.object({
      ...order,
      fault,
      ending: orderEnding.optional(),
      /** Who carried it, and the whole pay of the delivery; absent on old events. */
      courierId: id.optional(),
      courierPayMinor: minor.optional(),
    }),
  },
  "order.completed.v1": {
    source: "orders",
    data: z.object({
      ...order,
      items: z.array(z.object({ itemId: id, quantity: z.number().int().positive() })),
      amounts: orderAmounts,
      courierId: id.nullable(),
      courierPayMinor: minor,
      at: instant,
    }),
  },
  "payment.requires-action.v1": { source: "payments", data: z.object(payment) },
  /** The payment method of a scheduled order is saved and can be charged later without the customer. */
  "payment.method-saved.v1": { source: "payments", data: z.object(payment) },
  "payment.authorized.v1": {
    source: "payments",
    data: z.object({ ...payment, amountMinor: minor, currency: z.string() }),
  },
  /** The card was declined; the customer may try another. */
  "payment.declined.v1": {
    source: "payments",
    data: z.object({ ...payment, reason: z.string(), triesLeft: z.number().int().positive() }),
  },
  /** The last try was declined: the order cannot be paid any more. */
  "payment.failed.v1": { source: "payments", data: z.object({ ...payment, reason: z.string() }) },
  "payment.captured.v1": {
    source: "payments",
    data: z.object({ ...payment, amountMinor: minor, currency: z.string() }),
  },
  "payment.capture-failed.v1": { source: "payments", data: z.object({ ...payment, reason: z.string() }) },
  "payment.voided.v1": { source: "payments", data: z.object(payment) },
  "payment.refunded.v1": {
    source: "payments",
    data: z.object({
      ...payment,
      refundId: id,
      amountMinor: minor,
      currency: z.string(),
      full: z.boolean(),
      /** CANCELLATION: the money a cancelled or failed order owes is back; SUPPORT: somebody decided on this refund. */
      cause: z.enum(["CANCELLATION", "SUPPORT"]).optional(),
    }),
  },
  /** A dispute's evidence is due soon: what support is alerted of, and until when the provider takes it. */
  "dispute.evidence-due.v1": {
    source: "payments",
    data: z.object({
      disputeId: z.string(),
      paymentId: id,
      restaurantId: id,
      dueAt: instant,
      alert: z.enum(["EVIDENCE_DUE", "EVIDENCE_DUE_SOON", "EVIDENCE_REFUSED"]),
    }),
  },
  /** An invoice or a credit note was issued to a restaurant; the amount includes its tax. */
  "invoice.issued.v1": {
    source: "payments",
    data: z.object({
      invoiceId: id,
      number: z.string(),
      kind: z.enum(["INVOICE", "CREDIT_NOTE"]),
      restaurantId: id,
      month: z.string(),
      currency: z.string(),
      totalMinor: minor,
    }),
  },
  /** Money has arrived at the bank of the restaurant or courier, of whom exactly one is named. */
  "payout.paid.v1": { source: "payments", data: z.object(payout) },
  /** A payout will not arrive, or came back: its money is on the balance again. */
  "payout.failed.v1": { source: "payments", data: z.object({ ...payout, reason: z.string() }) },
  "delivery.created.v1": { source: "delivery", data: z.object(delivery) },
  "delivery.assigned.v1": { source: "delivery", data: z.object({ ...delivery, courierId: id }) },
  /** The courier was replaced: who, how far they were, the whole pay of the delivery, and whether it was their fault. Absent on old events. */
  "delivery.unassigned.v1": {
    source: "delivery",
    data: z.object({
      ...delivery,
      courierId: id.optional(),
      stage: rideStage.optional(),
      courierPayMinor: minor.optional(),
      atFault: z.boolean().optional(),
    }),
  },
  "delivery.at-pickup.v1": { source: "delivery", data: z.object({ ...delivery, courierId: id }) },
  "delivery.picked-up.v1": {
    source: "delivery",
    data: z.object({ ...delivery, courierId: id, courierPayMinor: minor.optional() }),
  },
  "delivery.at-dropoff.v1": { source: "delivery", data: z.object({ ...delivery, courierId: id }) },
  "delivery.delivered.v1": {
    source: "delivery",
    data: z.object({ ...delivery, courierId: id, courierPayMinor: minor, currency: z.string() }),
  },
  "delivery.failed.v1": {
    source: "delivery",
    data: z.object({ ...delivery, courierId: id, reason: z.string(), courierPayMinor: minor.optional() }),
  },
  /** The food of a failed delivery was brought back; on support's request that ride is paid. */
  "delivery.returned.v1": {
    source: "delivery",
    data: z.object({ ...delivery, courierId: id, courierPayMinor: minor, askedBySupport: z.boolean() }),
  },
  /** The delivery was withdrawn with its order; a courier who held it is named with how far they were and the whole pay. */
  "delivery.cancelled.v1": {
    source: "delivery",
    data: z.object({
      ...delivery,
      courierId: id.optional(),
      stage: rideStage.optional(),
      courierPayMinor: minor.optional(),
    }),
  },
  "delivery.withdrawal-refused.v1": {
    source: "delivery",
    data: z.object({
      ...delivery,
      reason: z.literal("ALREADY_PICKED_UP"),
      courierId: id.optional(),
      courierPayMinor: minor.optional(),
    }),
  },
  "delivery.support-needed.v1": { source: "delivery", data: z.object({ ...delivery, reason: z.string() }) },
  "courier.changed.v1": { source: "delivery", data: z.object({ courierId: id, userId: id }) },
} as const;

export type Events = typeof events;
export type EventType = keyof Events;
export type EventData<T extends EventType> = z.infer<Events[T]["data"]>;
