ALTER TABLE "deliveries" ADD COLUMN "at_pickup_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "return_asked_at" timestamp (3) with time zone;