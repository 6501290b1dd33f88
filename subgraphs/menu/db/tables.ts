import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { id, instant, oneOf } from "../../../kit/database/db.ts";
import { tradedCurrencies } from "../../../kit/money.ts";
import { restaurantStatuses } from "../domain/restaurant-status.ts";

export * from "../../../kit/database/tables.ts";

/** Menus are read far more than written: with a list of pending entries the planner prefers reading whole tables. */
const readMostly = { fastupdate: false };

const minor = (name: string) => bigint(name, { mode: "number" });

/** Who cooks. The rating is kept as sum and count, so that a review changes it in one update. */
export const restaurants = pgTable(
  "restaurants",
  {
    id: id("rst")("id").primaryKey(),
    name: text("name").notNull(),
    description: text("description").notNull(),
    cuisines: text("cuisines").array().notNull(),
    status: text("status", { enum: restaurantStatuses }).notNull(),
    currency: text("currency").notNull(),
    taxInclusive: boolean("tax_inclusive").notNull(),
    latitude: doublePrecision("latitude").notNull(),
    longitude: doublePrecision("longitude").notNull(),
    timeZone: text("time_zone").notNull(),
    /** ISO 3166-1; null where nobody said and the time zone belongs to no country that is traded in. */
    country: text("country"),
    priceLevel: integer("price_level").notNull(),
    prepSeconds: integer("prep_seconds").notNull(),
    minimumOrderMinor: minor("minimum_order_minor").notNull(),
    imageUrl: text("image_url"),
    ratingSum: integer("rating_sum").notNull().default(0),
    ratingCount: integer("rating_count").notNull().default(0),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    index("restaurants_place").on(table.latitude, table.longitude),
    index("restaurants_trigrams")
      .using("gin", sql`restaurant_text(${table.name}, ${table.cuisines}) gin_trgm_ops`)
      .with(readMostly),
    index("restaurants_words")
      .using("gin", sql`to_tsvector('simple', restaurant_text(${table.name}, ${table.cuisines}))`)
      .with(readMostly),
    check("restaurants_price_level", sql`${table.priceLevel} between 1 and 4`),
    check("restaurants_currency", oneOf(table.currency, tradedCurrencies)),
    check("restaurants_country", sql`${table.country} ~ '^[A-Z]{2}$'`),
    check("restaurants_minimum_order", sql`${table.minimumOrderMinor} >= 0`),
  ],
);

/** Weekly spans in minutes of the wall clock; `closes` above 1440 lies on the next day. */
export const openingHours = pgTable(
  "opening_hours",
  {
    restaurantId: id("rst")("restaurant_id")
      .notNull()
      .references(() => restaurants.id),
    weekday: integer("weekday").notNull(),
    opens: integer("opens").notNull(),
    closes: integer("closes").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.restaurantId, table.weekday, table.opens] }),
    check("opening_hours_weekday", sql`${table.weekday} between 1 and 7`),
    check("opening_hours_opens", sql`${table.opens} between 0 and 1439`),
    check("opening_hours_closes", sql`${table.closes} > ${table.opens} and ${table.closes} <= ${table.opens} + 1440`),
  ],
);

/** What is sold. A deleted item stays for the orders that show it. */
export const menuItems = pgTable(
  "menu_items",
  {
    id: id("itm")("id").primaryKey(),
    restaurantId: id("rst")("restaurant_id")
      .notNull()
      .references(() => restaurants.id),
    section: text("section").notNull(),
    name: text("name").notNull(),
    description: text("description").notNull(),
    priceMinor: minor("price_minor").notNull(),
    taxRateBps: integer("tax_rate_bps").notNull(),
    available: boolean("available").notNull().default(true),
    stock: integer("stock"),
    imageUrl: text("image_url"),
    position: integer("position").notNull(),
    createdAt: instant("created_at").notNull(),
    deletedAt: instant("deleted_at"),
  },
  (table) => [
    index("menu_items_restaurant").on(table.restaurantId, table.position),
    index("menu_items_name_trigrams")
      .using("gin", sql`${table.name} gin_trgm_ops`)
      .with(readMostly),
    index("menu_items_words")
      .using("gin", sql`to_tsvector('simple', ${table.name})`)
      .with(readMostly),
    check("menu_items_stock", sql`${table.stock} >= 0`),
    check("menu_items_price", sql`${table.priceMinor} >= 0`),
    check("menu_items_tax_rate", sql`${table.taxRateBps} between 0 and 5000`),
  ],
);

/** A choice that goes with an item. */
export const modifierGroups = pgTable(
  "modifier_groups",
  {
    id: id("mgr")("id").primaryKey(),
    itemId: id("itm")("item_id")
      .notNull()
      .references(() => menuItems.id),
    name: text("name").notNull(),
    minChoices: integer("min_choices").notNull(),
    maxChoices: integer("max_choices").notNull(),
    position: integer("position").notNull(),
  },
  (table) => [
    index("modifier_groups_item").on(table.itemId, table.position),
    check(
      "modifier_groups_limits",
      sql`${table.minChoices} >= 0 and ${table.maxChoices} >= greatest(${table.minChoices}, 1)`,
    ),
  ],
);

/** One possible choice. */
export const modifiers = pgTable(
  "modifiers",
  {
    id: id("mod")("id").primaryKey(),
    groupId: id("mgr")("group_id")
      .notNull()
      .references(() => modifierGroups.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    priceMinor: minor("price_minor").notNull(),
    available: boolean("available").notNull().default(true),
    position: integer("position").notNull(),
  },
  (table) => [
    index("modifiers_group").on(table.groupId, table.position),
    check("modifiers_price", sql`${table.priceMinor} >= 0`),
  ],
);

/** Stock held for an order: at most one reservation each. */
export const stockReservations = pgTable("stock_reservations", {
  id: id("rsv")("id").primaryKey(),
  orderId: id("ord")("order_id").notNull().unique(),
  restaurantId: id("rst")("restaurant_id").notNull(),
  state: text("state", { enum: ["HELD", "COMMITTED", "RELEASED"] }).notNull(),
  expiresAt: instant("expires_at").notNull(),
  createdAt: instant("created_at").notNull(),
  settledAt: instant("settled_at"),
});

/** What a reservation holds. `counted` tells whether the item's stock was limited then: only counted lines go back. */
export const stockReservationLines = pgTable(
  "stock_reservation_lines",
  {
    reservationId: id("rsv")("reservation_id")
      .notNull()
      .references(() => stockReservations.id),
    itemId: id("itm")("item_id").notNull(),
    quantity: integer("quantity").notNull(),
    counted: boolean("counted").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.reservationId, table.itemId] }),
    check("stock_reservation_lines_quantity", sql`${table.quantity} > 0`),
  ],
);

/** One review per order; the author is forgotten when the person is erased. */
export const reviews = pgTable(
  "reviews",
  {
    id: id("rev")("id").primaryKey(),
    orderId: id("ord")("order_id").notNull().unique(),
    restaurantId: id("rst")("restaurant_id")
      .notNull()
      .references(() => restaurants.id),
    customerId: id("usr")("customer_id"),
    rating: integer("rating").notNull(),
    comment: text("comment"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    index("reviews_restaurant").on(table.restaurantId, table.createdAt, table.id),
    index("reviews_customer").on(table.customerId),
    check("reviews_rating", sql`${table.rating} between 1 and 5`),
  ],
);

/** Projection of orders: which are completed, and whose they were. */
export const completedOrders = pgTable(
  "completed_orders",
  {
    orderId: id("ord")("order_id").primaryKey(),
    customerId: id("usr")("customer_id"),
    restaurantId: id("rst")("restaurant_id").notNull(),
    completedAt: instant("completed_at").notNull(),
  },
  (table) => [index("completed_orders_customer").on(table.customerId)],
);

/** Restaurants that a person keeps at hand. */
export const favourites = pgTable(
  "favourites",
  {
    userId: id("usr")("user_id").notNull(),
    restaurantId: id("rst")("restaurant_id")
      .notNull()
      .references(() => restaurants.id),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.restaurantId] })],
);

/** Projection of users: who may act for which restaurant. A missing row denies. */
export const memberships = pgTable(
  "memberships",
  {
    membershipId: id("mem")("membership_id").primaryKey(),
    userId: id("usr")("user_id").notNull(),
    restaurantId: id("rst")("restaurant_id").notNull(),
    role: text("role", { enum: ["OWNER", "STAFF"] }).notNull(),
  },
  (table) => [uniqueIndex("memberships_user_restaurant").on(table.userId, table.restaurantId)],
);

export type RestaurantRow = typeof restaurants.$inferSelect;
export type ItemRow = typeof menuItems.$inferSelect;
export type GroupRow = typeof modifierGroups.$inferSelect;
export type ModifierRow = typeof modifiers.$inferSelect;
export type ReviewRow = typeof reviews.$inferSelect;
