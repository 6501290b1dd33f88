/** The tables of orders, beside those that every subgraph carries. Amounts are minor units of the row's currency. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from "drizzle-orm/pg-core";
import { id, instant, oneOf } from "../../../kit/database/db.ts";
import { tradedCurrencies } from "../../../kit/money.ts";
import { attentionReasons } from "../domain/attention.ts";
import type { Charge, EndedIn, Fault } from "../domain/cancellation.ts";
import { orderCauses, orderStates } from "../domain/order-states.ts";
import type { CartLine, LineModifier, QuoteContent, QuoteRequest, Recipient } from "../domain/quote.ts";

export * from "../../../kit/database/tables.ts";
export * from "./outage-tables.ts";
export * from "./promotion-tables.ts";

const minor = (name: string) => bigint(name, { mode: "number" });
const fulfilments = ["DELIVERY", "PICKUP"] as const;

const amounts = () => ({
  currency: text("currency").notNull(),
  itemsMinor: minor("items_minor").notNull(),
  discountMinor: minor("discount_minor").notNull(),
  taxMinor: minor("tax_minor").notNull(),
  deliveryFeeMinor: minor("delivery_fee_minor").notNull(),
  serviceFeeMinor: minor("service_fee_minor").notNull(),
  smallOrderFeeMinor: minor("small_order_fee_minor").notNull(),
  tipMinor: minor("tip_minor").notNull(),
  totalMinor: minor("total_minor").notNull(),
  /** The part of discountMinor that the restaurant bears. */
  discountByRestaurantMinor: minor("discount_by_restaurant_minor").notNull().default(0),
});

/** What a person has chosen and not yet ordered: one cart each, of one restaurant. */
export const carts = pgTable("carts", {
  userId: id("usr")("user_id").primaryKey(),
  restaurantId: id("rst")("restaurant_id").notNull(),
  lines: jsonb("lines").$type<CartLine[]>().notNull(),
  updatedAt: instant("updated_at").notNull(),
});

/** Immutable offers. `orderId` is the order that the quote will become, so that a repeated placement reserves the same stock. */
export const quotes = pgTable(
  "quotes",
  {
    id: id("qot")("id").primaryKey(),
    orderId: id("ord")("order_id").notNull().unique(),
    customerId: id("usr")("customer_id").notNull(),
    restaurantId: id("rst")("restaurant_id").notNull(),
    fulfilment: text("fulfilment", { enum: fulfilments }).notNull(),
    request: jsonb("request").$type<QuoteRequest>().notNull(),
    content: jsonb("content").$type<QuoteContent>().notNull(),
    /** Personal snapshot; null for pickup and once erased. */
    recipient: jsonb("recipient").$type<Recipient>(),
    ...amounts(),
    scheduledFor: instant("scheduled_for"),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    index("quotes_customer").on(table.customerId),
    index("quotes_expiry").on(table.expiresAt),
    check("quotes_currency", oneOf(table.currency, tradedCurrencies)),
  ],
);

export const orders = pgTable(
  "orders",
  {
    id: id("ord")("id").primaryKey(),
    quoteId: id("qot")("quote_id").notNull().unique(),
    customerId: id("usr")("customer_id").notNull(),
    restaurantId: id("rst")("restaurant_id").notNull(),
    state: text("state", { enum: orderStates }).notNull(),
    fulfilment: text("fulfilment", { enum: fulfilments }).notNull(),
    ...amounts(),
    taxInclusive: boolean("tax_inclusive").notNull(),
    restaurantName: text("restaurant_name").notNull(),
    pickupLatitude: doublePrecision("pickup_latitude").notNull(),
    pickupLongitude: doublePrecision("pickup_longitude").notNull(),
    zoneId: text("zone_id"),
    distanceMeters: integer("distance_meters").notNull(),
    prepSeconds: integer("prep_seconds").notNull(),
    /** Quoted time from the kitchen to the door; null for pickup. */
    travelSeconds: integer("travel_seconds"),
    /** What the customer shows at the counter; null for delivery. */
    collectionCode: text("collection_code"),
    /** Wrong codes since the last lock, and until when no code is looked at. */
    wrongCodes: integer("wrong_codes").notNull().default(0),
    codeLockedUntil: instant("code_locked_until"),
    deliveryId: id("dlv")("delivery_id"),
    courierId: id("cou")("courier_id"),
    courierPayMinor: minor("courier_pay_minor").notNull().default(0),
    scheduledFor: instant("scheduled_for"),
    /** When a scheduled order's stock was held and payments were told to charge. */
    dueAt: instant("due_at"),
    createdAt: instant("created_at").notNull(),
    placedAt: instant("placed_at"),
    acceptedAt: instant("accepted_at"),
    capturedAt: instant("captured_at"),
    /** Promised at acceptance, true once the kitchen is done. */
    readyAt: instant("ready_at"),
    /** The promised time that the kitchen let pass; null while it has kept its promise. */
    lateSince: instant("late_since"),
    closedAt: instant("closed_at"),
    cancelReason: text("cancel_reason"),
    /** What the end costs the customer, in all and part by part; null until somebody ends it, and for old orders. */
    cancelFeeMinor: minor("cancel_fee_minor").notNull().default(0),
    cancelCharge: jsonb("cancel_charge").$type<Charge>(),
    cancelFault: text("cancel_fault").$type<Fault>(),
    /** The state in which it was when it was called off or its delivery given up. */
    endedIn: text("ended_in").$type<EndedIn>(),
    /** While CANCELLING: when delivery and payments confirmed; both are needed to end. */
    withdrawnAt: instant("withdrawn_at"),
    settledAt: instant("settled_at"),
    /** Why support should look at it; null when nothing is wrong. */
    attention: text("attention", { enum: attentionReasons }).array(),
  },
  (table) => [
    index("orders_customer").on(table.customerId, table.createdAt.desc(), table.id.desc()),
    index("orders_restaurant").on(table.restaurantId, table.state, table.createdAt.desc(), table.id.desc()),
    index("orders_recent").on(table.createdAt.desc(), table.id.desc()),
    index("orders_attention")
      .on(table.createdAt)
      .where(sql`${table.attention} is not null`),
    check("orders_currency", oneOf(table.currency, tradedCurrencies)),
  ],
);

/** What was ordered, as it was called and cost then. */
export const orderLines = pgTable(
  "order_lines",
  {
    orderId: id("ord")("order_id")
      .notNull()
      .references(() => orders.id),
    position: integer("position").notNull(),
    itemId: id("itm")("item_id").notNull(),
    name: text("name").notNull(),
    quantity: integer("quantity").notNull(),
    unitPriceMinor: minor("unit_price_minor").notNull(),
    listedMinor: minor("listed_minor").notNull(),
    discountMinor: minor("discount_minor").notNull(),
    /** The part of discountMinor that the restaurant bears. */
    discountByRestaurantMinor: minor("discount_by_restaurant_minor").notNull().default(0),
    netMinor: minor("net_minor").notNull(),
    taxMinor: minor("tax_minor").notNull(),
    taxRateBps: integer("tax_rate_bps").notNull(),
    modifiers: jsonb("modifiers").$type<LineModifier[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.position] })],
);

/** Fees with their tax, as allocated when the order was quoted. */
export const orderFees = pgTable(
  "order_fees",
  {
    orderId: id("ord")("order_id")
      .notNull()
      .references(() => orders.id),
    kind: text("kind", { enum: ["DELIVERY", "SERVICE", "SMALL_ORDER"] }).notNull(),
    discountMinor: minor("discount_minor").notNull().default(0),
    /** The part of discountMinor that the restaurant bears. */
    discountByRestaurantMinor: minor("discount_by_restaurant_minor").notNull().default(0),
    netMinor: minor("net_minor").notNull(),
    taxMinor: minor("tax_minor").notNull(),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.kind] })],
);

/** Every change of state: who, when, why, and the trace of the request. Append-only, but for the words of an erased person. */
export const orderHistory = pgTable(
  "order_history",
  {
    orderId: id("ord")("order_id")
      .notNull()
      .references(() => orders.id),
    position: integer("position").notNull(),
    fromState: text("from_state", { enum: orderStates }),
    toState: text("to_state", { enum: orderStates }).notNull(),
    cause: text("cause", { enum: ["ORDER_CREATED", ...orderCauses] }).notNull(),
    actor: text("actor", { enum: ["CUSTOMER", "RESTAURANT", "COURIER", "SUPPORT", "SYSTEM"] }).notNull(),
    /** The person behind it; null for timers and other services. */
    actorId: id("usr")("actor_id"),
    reason: text("reason"),
    traceId: text("trace_id").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.position] })],
);

/** Personal snapshot of where and to whom; overwritten when the person is erased. */
export const orderRecipients = pgTable("order_recipients", {
  orderId: id("ord")("order_id")
    .primaryKey()
    .references(() => orders.id),
  recipient: jsonb("recipient").$type<Recipient>().notNull(),
  erasedAt: instant("erased_at"),
});

/** Projection of membership.changed.v1: who may act for a restaurant. */
export const memberships = pgTable(
  "memberships",
  {
    userId: id("usr")("user_id").notNull(),
    restaurantId: id("rst")("restaurant_id").notNull(),
    role: text("role", { enum: ["OWNER", "STAFF"] }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.restaurantId] })],
);

/** Projection of courier.changed.v1: the person behind a courier. */
export const couriers = pgTable("couriers", {
  courierId: id("cou")("courier_id").primaryKey(),
  userId: id("usr")("user_id").notNull(),
});

/** People to erase once their last live order has ended. */
export const pendingErasures = pgTable("pending_erasures", {
  userId: id("usr")("user_id").primaryKey(),
  requestedAt: instant("requested_at").notNull(),
});

export type QuoteRow = typeof quotes.$inferSelect;
export type OrderRow = typeof orders.$inferSelect;
export type OrderLineRow = typeof orderLines.$inferSelect;
export type OrderFeeRow = typeof orderFees.$inferSelect;
export type OrderHistoryRow = typeof orderHistory.$inferSelect;
export type CartRow = typeof carts.$inferSelect;
