CREATE TABLE "promotion_code_tries" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"tries" integer NOT NULL,
	"since" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "promotion_redemptions" (
	"order_id" uuid NOT NULL,
	"slot" text NOT NULL,
	"promotion_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"code" text,
	"first_order" boolean NOT NULL,
	"discount_minor" bigint NOT NULL,
	"restaurant_minor" bigint NOT NULL,
	"state" text NOT NULL,
	"redeemed_at" timestamp (3) with time zone NOT NULL,
	"restored_at" timestamp (3) with time zone,
	CONSTRAINT "promotion_redemptions_order_id_slot_pk" PRIMARY KEY("order_id","slot"),
	CONSTRAINT "promotion_redemptions_amounts" CHECK ("promotion_redemptions"."discount_minor" > 0 and "promotion_redemptions"."restaurant_minor" between 0 and "promotion_redemptions"."discount_minor"),
	CONSTRAINT "promotion_redemptions_state" CHECK (("promotion_redemptions"."state" = 'RESTORED') = ("promotion_redemptions"."restored_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "promotion_users" (
	"promotion_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"redeemed" integer NOT NULL,
	"allowed" integer,
	CONSTRAINT "promotion_users_promotion_id_user_id_pk" PRIMARY KEY("promotion_id","user_id"),
	CONSTRAINT "promotion_users_redeemed" CHECK ("promotion_users"."redeemed" >= 0 and ("promotion_users"."allowed" is null or "promotion_users"."redeemed" <= "promotion_users"."allowed"))
);
--> statement-breakpoint
CREATE TABLE "promotions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"restaurant_id" uuid,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"code" text,
	"currency" text NOT NULL,
	"percent_bps" integer,
	"amount_minor" bigint,
	"cap_minor" bigint,
	"item_ids" text[],
	"minimum_basket_minor" bigint NOT NULL,
	"first_order_only" boolean NOT NULL,
	"restaurant_share_bps" integer NOT NULL,
	"limit_total" integer,
	"limit_per_user" integer,
	"redeemed" integer DEFAULT 0 NOT NULL,
	"ever_redeemed" boolean DEFAULT false NOT NULL,
	"active" boolean NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone,
	"time_zone" text NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "promotions_code_unique" UNIQUE("code"),
	CONSTRAINT "promotions_redeemed" CHECK ("promotions"."redeemed" >= 0 and ("promotions"."limit_total" is null or "promotions"."redeemed" <= "promotions"."limit_total")),
	CONSTRAINT "promotions_funding" CHECK ("promotions"."restaurant_share_bps" between 0 and 10000 and ("promotions"."restaurant_id" is not null or "promotions"."restaurant_share_bps" = 0))
);
--> statement-breakpoint
ALTER TABLE "order_fees" ADD COLUMN "discount_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "discount_by_restaurant_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "quotes" ADD COLUMN "discount_by_restaurant_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "promotion_redemptions" ADD CONSTRAINT "promotion_redemptions_promotion_id_promotions_id_fk" FOREIGN KEY ("promotion_id") REFERENCES "public"."promotions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promotion_users" ADD CONSTRAINT "promotion_users_promotion_id_promotions_id_fk" FOREIGN KEY ("promotion_id") REFERENCES "public"."promotions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "promotion_code_tries_since" ON "promotion_code_tries" USING btree ("since");--> statement-breakpoint
CREATE UNIQUE INDEX "promotion_redemptions_first_order" ON "promotion_redemptions" USING btree ("user_id") WHERE "promotion_redemptions"."first_order" and "promotion_redemptions"."state" = 'REDEEMED';--> statement-breakpoint
CREATE INDEX "promotions_restaurant" ON "promotions" USING btree ("restaurant_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "promotions_recent" ON "promotions" USING btree ("created_at" DESC NULLS LAST,"id" DESC NULLS LAST);