ALTER TABLE "payments" ADD COLUMN "return_url" text;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_return_url" CHECK ("payments"."return_url" ~ '^https?://');