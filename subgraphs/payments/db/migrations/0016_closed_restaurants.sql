CREATE TABLE "closed_restaurants" (
	"restaurant_id" uuid PRIMARY KEY NOT NULL,
	"closed_at" timestamp (3) with time zone NOT NULL,
	"payout_delay_ms" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "payout_accounts" ADD COLUMN "final_payout_at" timestamp (3) with time zone;