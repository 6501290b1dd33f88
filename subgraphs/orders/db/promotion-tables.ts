/** Promotions and their redemptions. The limits are the database's: no code can redeem beyond them. Amounts are minor units. */
import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { id, instant, oneOf } from "../../../kit/database/db.ts";
import { tradedCurrencies } from "../../../kit/money.ts";
import { promotionKinds, promotionSlots } from "../domain/promotions.ts";

const minor = (name: string) => bigint(name, { mode: "number" });

/** What is promised, to whom, and how often it was redeemed. Never deleted: redemptions and quotes refer to it. */
export const promotions = pgTable(
  "promotions",
  {
    id: id("prm")("id").primaryKey(),
    /** Null = everywhere. */
    restaurantId: id("rst")("restaurant_id"),
    name: text("name").notNull(),
    kind: text("kind", { enum: promotionKinds }).notNull(),
    /** Normalised; null = applies by itself. */
    code: text("code").unique(),
    currency: text("currency").notNull(),
    percentBps: integer("percent_bps"),
    amountMinor: minor("amount_minor"),
    capMinor: minor("cap_minor"),
    itemIds: text("item_ids").array(),
    minimumBasketMinor: minor("minimum_basket_minor").notNull(),
    firstOrderOnly: boolean("first_order_only").notNull(),
    restaurantShareBps: integer("restaurant_share_bps").notNull(),
    limitTotal: integer("limit_total"),
    limitPerUser: integer("limit_per_user"),
    redeemed: integer("redeemed").notNull().default(0),
    /** Whether it was ever redeemed, also when all of that was restored: then its money terms are fixed. */
    everRedeemed: boolean("ever_redeemed").notNull().default(false),
    active: boolean("active").notNull(),
    startsAt: instant("starts_at").notNull(),
    endsAt: instant("ends_at"),
    /** In which its people read the window. */
    timeZone: text("time_zone").notNull(),
    /** When somebody ended it; final. */
    endedAt: instant("ended_at"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    index("promotions_restaurant").on(table.restaurantId, table.createdAt.desc(), table.id.desc()),
    index("promotions_recent").on(table.createdAt.desc(), table.id.desc()),
    check("promotions_currency", oneOf(table.currency, tradedCurrencies)),
    check(
      "promotions_redeemed",
      sql`${table.redeemed} >= 0 and (${table.limitTotal} is null or ${table.redeemed} <= ${table.limitTotal})`,
    ),
    check(
      "promotions_funding",
      sql`${table.restaurantShareBps} between 0 and 10000 and (${table.restaurantId} is not null or ${table.restaurantShareBps} = 0)`,
    ),
  ],
);

/** How often each person holds each promotion. `allowed` is the limit as it was when it was last taken. */
export const promotionUsers = pgTable(
  "promotion_users",
  {
    promotionId: id("prm")("promotion_id")
      .notNull()
      .references(() => promotions.id),
    userId: id("usr")("user_id").notNull(),
    redeemed: integer("redeemed").notNull(),
    allowed: integer("allowed"),
  },
  (table) => [
    primaryKey({ columns: [table.promotionId, table.userId] }),
    check(
      "promotion_users_redeemed",
      sql`${table.redeemed} >= 0 and (${table.allowed} is null or ${table.redeemed} <= ${table.allowed})`,
    ),
  ],
);

/** One per order and slot, as it was applied; RESTORED once the order came to nothing. */
export const promotionRedemptions = pgTable(
  "promotion_redemptions",
  {
    orderId: id("ord")("order_id").notNull(),
    slot: text("slot", { enum: promotionSlots }).notNull(),
    promotionId: id("prm")("promotion_id")
      .notNull()
      .references(() => promotions.id),
    userId: id("usr")("user_id").notNull(),
    name: text("name").notNull(),
    kind: text("kind", { enum: promotionKinds }).notNull(),
    code: text("code"),
    firstOrder: boolean("first_order").notNull(),
    discountMinor: minor("discount_minor").notNull(),
    restaurantMinor: minor("restaurant_minor").notNull(),
    state: text("state", { enum: ["REDEEMED", "RESTORED"] }).notNull(),
    redeemedAt: instant("redeemed_at").notNull(),
    restoredAt: instant("restored_at"),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.slot] }),
    uniqueIndex("promotion_redemptions_first_order")
      .on(table.userId)
      .where(sql`${table.firstOrder} and ${table.state} = 'REDEEMED'`),
    check(
      "promotion_redemptions_amounts",
      sql`${table.discountMinor} > 0 and ${table.restaurantMinor} between 0 and ${table.discountMinor}`,
    ),
    check("promotion_redemptions_state", sql`(${table.state} = 'RESTORED') = (${table.restoredAt} is not null)`),
  ],
);

/** Codes that a person tried in vain of late: guessing ends after a few. */
export const promotionCodeTries = pgTable(
  "promotion_code_tries",
  {
    userId: id("usr")("user_id").primaryKey(),
    tries: integer("tries").notNull(),
    since: instant("since").notNull(),
  },
  (table) => [index("promotion_code_tries_since").on(table.since)],
);

export type PromotionRow = typeof promotions.$inferSelect;
export type RedemptionRow = typeof promotionRedemptions.$inferSelect;
