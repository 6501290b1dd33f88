/** The tables of delivery. */
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
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { id, instant, oneOf } from "../../../kit/database/db.ts";
import { tradedCurrencies } from "../../../kit/money.ts";
import { deliveryStates } from "../domain/delivery-states.ts";
import { offerStates } from "../domain/offer-states.ts";
import { kitchenStates } from "../domain/pickup.ts";
import { failureReasons, handBackReasons } from "../domain/reasons.ts";
import type { ZoneArea } from "../domain/zones.ts";

export * from "../../../kit/database/tables.ts";

const minor = (name: string) => bigint(name, { mode: "number" });

/** Where the platform delivers, and the fee rule there. */
export const zones = pgTable(
  "zones",
  {
    id: id("zon")("id").primaryKey(),
    name: text("name").notNull(),
    area: jsonb("area").$type<ZoneArea>().notNull(),
    currency: text("currency").notNull(),
    baseFeeMinor: minor("base_fee_minor").notNull(),
    perKmFeeMinor: minor("per_km_fee_minor").notNull(),
    active: boolean("active").notNull().default(true),
  },
  (table) => [
    check("zones_fees", sql`${table.baseFeeMinor} >= 0 and ${table.perKmFeeMinor} >= 0`),
    check("zones_currency", oneOf(table.currency, tradedCurrencies)),
  ],
);

/** Everyone who ever went online to carry food. */
export const couriers = pgTable(
  "couriers",
  {
    id: id("cou")("id").primaryKey(),
    userId: id("usr")("user_id").notNull().unique(),
    status: text("status", { enum: ["OFFLINE", "ONLINE"] }).notNull(),
    latitude: doublePrecision("latitude"),
    longitude: doublePrecision("longitude"),
    cell: text("cell"),
    locatedAt: instant("located_at"),
    idleSince: instant("idle_since"),
  },
  (table) => [
    index("couriers_online_cell")
      .on(table.cell)
      .where(sql`${table.status} = 'ONLINE'`),
  ],
);

/** One row per order that is, was or should have been delivered. The instants name the step that they follow. */
export const deliveries = pgTable(
  "deliveries",
  {
    id: id("dlv")("id").primaryKey(),
    orderId: id("ord")("order_id").notNull().unique(),
    customerId: id("usr")("customer_id").notNull(),
    restaurantId: id("rst")("restaurant_id").notNull(),
    state: text("state", { enum: deliveryStates }).notNull(),
    courierId: id("cou")("courier_id").references(() => couriers.id),
    kitchen: text("kitchen", { enum: kitchenStates }).notNull(),
    zoneId: id("zon")("zone_id"),
    pickupLatitude: doublePrecision("pickup_latitude"),
    pickupLongitude: doublePrecision("pickup_longitude"),
    pickupName: text("pickup_name"),
    distanceMeters: integer("distance_meters"),
    currency: text("currency"),
    feeMinor: minor("fee_minor"),
    courierPayMinor: minor("courier_pay_minor"),
    readyAt: instant("ready_at"),
    /** From when on the search for a courier may take no longer than its limit. */
    courierNeededAt: instant("courier_needed_at"),
    pickupCode: text("pickup_code").notNull(),
    wrongCodes: integer("wrong_codes").notNull().default(0),
    codeLockedUntil: instant("code_locked_until"),
    proofNote: text("proof_note"),
    proofPhotoUrl: text("proof_photo_url"),
    failureReason: text("failure_reason", { enum: failureReasons }),
    createdAt: instant("created_at").notNull(),
    searchingSince: instant("searching_since"),
    supportNeededAt: instant("support_needed_at"),
    assignedAt: instant("assigned_at"),
    /** When its present courier reached the restaurant. */
    atPickupAt: instant("at_pickup_at"),
    /** When support asked for the food of the failed delivery back; that ride is paid. */
    returnAskedAt: instant("return_asked_at"),
    pickedUpAt: instant("picked_up_at"),
    deliveredAt: instant("delivered_at"),
    endedAt: instant("ended_at"),
    traceId: text("trace_id").notNull().default(""),
  },
  (table) => [
    // The last line of defence: whatever the code does, a courier holds one delivery at most.
    uniqueIndex("deliveries_one_per_courier")
      .on(table.courierId)
      .where(sql`${table.state} in ('ASSIGNED', 'AT_PICKUP', 'PICKED_UP', 'AT_DROPOFF')`),
    check(
      "deliveries_held_by_someone",
      sql`${table.state} not in ('ASSIGNED', 'AT_PICKUP', 'PICKED_UP', 'AT_DROPOFF', 'DELIVERED') or ${table.courierId} is not null`,
    ),
    check(
      "deliveries_search_without_courier",
      sql`${table.state} not in ('PENDING', 'SEARCHING') or ${table.courierId} is null`,
    ),
    index("deliveries_searching")
      .on(table.searchingSince)
      .where(sql`${table.state} = 'SEARCHING'`),
    index("deliveries_courier").on(table.courierId, table.createdAt.desc(), table.id.desc()),
    index("deliveries_customer").on(table.customerId),
    index("deliveries_restaurant").on(table.restaurantId),
    check("deliveries_currency", oneOf(table.currency, tradedCurrencies)),
  ],
);

/** Personal data of a delivery, copied from the order so that the courier can deliver; overwritten on erasure. */
export const deliverySnapshots = pgTable("delivery_snapshots", {
  deliveryId: id("dlv")("delivery_id")
    .primaryKey()
    .references(() => deliveries.id),
  dropoffLatitude: doublePrecision("dropoff_latitude"),
  dropoffLongitude: doublePrecision("dropoff_longitude"),
  dropoffAddress: text("dropoff_address"),
  recipientName: text("recipient_name"),
  recipientPhone: text("recipient_phone"),
  notes: text("notes"),
  erasedAt: instant("erased_at"),
});

/** Every step of every delivery; replaying it gives the present state. */
export const deliverySteps = pgTable(
  "delivery_steps",
  {
    seq: bigint("seq", { mode: "number" }).generatedAlwaysAsIdentity(),
    deliveryId: id("dlv")("delivery_id")
      .notNull()
      .references(() => deliveries.id),
    state: text("state", { enum: deliveryStates }).notNull(),
    actorId: text("actor_id"),
    at: instant("at").notNull(),
    /** The courier who lost the delivery by this step; null for every other step. */
    lostBy: id("cou")("lost_by"),
    handBackReason: text("hand_back_reason", { enum: handBackReasons }),
  },
  (table) => [primaryKey({ columns: [table.deliveryId, table.seq] })],
);

/** Offers to couriers, with the parts of the score in seconds. */
export const offers = pgTable(
  "offers",
  {
    id: id("off")("id").primaryKey(),
    deliveryId: id("dlv")("delivery_id")
      .notNull()
      .references(() => deliveries.id),
    courierId: id("cou")("courier_id")
      .notNull()
      .references(() => couriers.id),
    state: text("state", { enum: offerStates }).notNull(),
    travelSeconds: integer("travel_seconds").notNull(),
    kitchenWaitSeconds: integer("kitchen_wait_seconds").notNull(),
    latenessSeconds: integer("lateness_seconds").notNull(),
    idleCreditSeconds: integer("idle_credit_seconds").notNull(),
    totalSeconds: integer("total_seconds").notNull(),
    offeredAt: instant("offered_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (table) => [
    uniqueIndex("offers_one_open_per_delivery")
      .on(table.deliveryId)
      .where(sql`${table.state} in ('OFFERED', 'ACCEPTED')`),
    uniqueIndex("offers_one_open_per_courier")
      .on(table.courierId)
      .where(sql`${table.state} = 'OFFERED'`),
    index("offers_delivery").on(table.deliveryId, table.endedAt),
  ],
);

/** Who works for which restaurant, as users tells; a missing row denies. */
export const memberships = pgTable(
  "memberships",
  {
    userId: id("usr")("user_id").notNull(),
    restaurantId: id("rst")("restaurant_id").notNull(),
    role: text("role", { enum: ["OWNER", "STAFF"] }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.restaurantId] })],
);

/** People whose erasure waits for the end of a running delivery. */
export const pendingErasures = pgTable("pending_erasures", {
  userId: id("usr")("user_id").primaryKey(),
  askedAt: instant("asked_at").notNull(),
});

export type ZoneRow = typeof zones.$inferSelect;
export type CourierRow = typeof couriers.$inferSelect;
export type DeliveryRow = typeof deliveries.$inferSelect;
export type SnapshotRow = typeof deliverySnapshots.$inferSelect;
export type StepRow = typeof deliverySteps.$inferSelect;
export type OfferRow = typeof offers.$inferSelect;
