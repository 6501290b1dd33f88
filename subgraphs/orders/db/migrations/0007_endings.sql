ALTER TABLE "order_fees" ADD COLUMN "discount_by_restaurant_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "order_lines" ADD COLUMN "discount_by_restaurant_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "cancel_charge" jsonb;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "ended_in" text;--> statement-breakpoint
-- What the restaurant bears of each discount, in proportion: orders of before know only the sum.
UPDATE "order_lines" l SET "discount_by_restaurant_minor" = least(l."discount_minor",
    round(l."discount_minor"::numeric * o."discount_by_restaurant_minor" / o."discount_minor"))
  FROM "orders" o WHERE o."id" = l."order_id" AND o."discount_by_restaurant_minor" > 0 AND o."discount_minor" > 0;--> statement-breakpoint
UPDATE "order_fees" f SET "discount_by_restaurant_minor" = least(f."discount_minor",
    round(f."discount_minor"::numeric * o."discount_by_restaurant_minor" / o."discount_minor"))
  FROM "orders" o WHERE o."id" = f."order_id" AND o."discount_by_restaurant_minor" > 0 AND o."discount_minor" > 0;
