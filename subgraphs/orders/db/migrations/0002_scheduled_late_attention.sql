ALTER TABLE "orders" ALTER COLUMN "attention" SET DATA TYPE text[] USING CASE WHEN "attention" IS NULL THEN NULL ELSE ARRAY["attention"] END;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "travel_seconds" integer;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "due_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "late_since" timestamp (3) with time zone;