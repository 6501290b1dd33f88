CREATE TABLE "disputes" (
	"id" text PRIMARY KEY NOT NULL,
	"payment_id" uuid NOT NULL,
	"amount_minor" bigint NOT NULL,
	"state" text NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "provider_customers" (
	"customer_id" uuid PRIMARY KEY NOT NULL,
	"idempotency_key" text NOT NULL,
	"provider_customer_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "provider_customers_idempotency_key_unique" UNIQUE("idempotency_key"),
	CONSTRAINT "provider_customers_provider_customer_id_unique" UNIQUE("provider_customer_id")
);
--> statement-breakpoint
CREATE TABLE "refund_attempts" (
	"idempotency_key" text PRIMARY KEY NOT NULL,
	"refund_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"state" text NOT NULL,
	"failure" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	CONSTRAINT "refund_attempts_number" UNIQUE("refund_id","number")
);
--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "scheduled_for" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "provider_setup_id" text;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "saved_method" text;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "order_due" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "fee_kept_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "cancellation_told_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "cause" text DEFAULT 'SUPPORT' NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "paid_from" text DEFAULT 'ORDER' NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "flagged_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "refund_attempts" ADD CONSTRAINT "refund_attempts_refund_id_refunds_id_fk" FOREIGN KEY ("refund_id") REFERENCES "public"."refunds"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "disputes_payment" ON "disputes" USING btree ("payment_id");--> statement-breakpoint
CREATE UNIQUE INDEX "refund_attempts_one_live" ON "refund_attempts" USING btree ("refund_id") WHERE "refund_attempts"."state" = 'LIVE';--> statement-breakpoint
CREATE INDEX "refunds_flagged" ON "refunds" USING btree ("flagged_at","id") WHERE "refunds"."flagged_at" is not null;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_provider_setup_id_unique" UNIQUE("provider_setup_id");--> statement-breakpoint
-- What the new columns say of the rows that are there.
UPDATE "refunds" SET "cause" = 'CANCELLATION' WHERE "requested_by" IS NULL;--> statement-breakpoint
UPDATE "payments" SET "fee_kept_minor" = least("cancellation_fee_minor", "captured_minor" - "refund_reserved_minor")
  WHERE "released_at" IS NOT NULL AND "settled_at" IS NULL AND "captured_minor" > "refund_reserved_minor";
