CREATE TABLE "payment_tries" (
	"payment_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"state" text NOT NULL,
	"provider_intent_id" text,
	"provider_setup_id" text,
	"failure" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	"released_at" timestamp (3) with time zone,
	"provider_refund_id" text,
	CONSTRAINT "payment_tries_payment_id_number_pk" PRIMARY KEY("payment_id","number"),
	CONSTRAINT "payment_tries_provider_intent_id_unique" UNIQUE("provider_intent_id"),
	CONSTRAINT "payment_tries_provider_setup_id_unique" UNIQUE("provider_setup_id"),
	CONSTRAINT "payment_tries_provider_refund_id_unique" UNIQUE("provider_refund_id"),
	CONSTRAINT "payment_tries_number" CHECK ("payment_tries"."number" >= 1),
	CONSTRAINT "payment_tries_settled" CHECK (("payment_tries"."state" = 'LIVE') = ("payment_tries"."settled_at" is null))
);
--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "try_number" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "tries_allowed" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "pay_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "pay_now" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "payment_tries" ADD CONSTRAINT "payment_tries_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "payment_tries_one_live" ON "payment_tries" USING btree ("payment_id") WHERE "payment_tries"."state" in ('LIVE', 'HELD');--> statement-breakpoint
-- What was known of each payment so far was its first try.
INSERT INTO "payment_tries" ("payment_id", "number", "state", "provider_intent_id", "provider_setup_id", "failure", "created_at", "settled_at")
  SELECT "id", 1,
    CASE WHEN "state" IN ('CREATED', 'SAVING', 'SAVED', 'AUTHORIZING', 'REQUIRES_ACTION') THEN 'LIVE'
      WHEN "state" = 'FAILED' OR ("state" = 'EXPIRED' AND "authorized_at" IS NULL) THEN 'DECLINED'
      WHEN "state" IN ('VOIDING', 'VOIDED', 'EXPIRED') THEN 'LET_GO' ELSE 'HELD' END,
    "provider_intent_id", "provider_setup_id", "failure_reason", "created_at",
    CASE WHEN "state" IN ('CREATED', 'SAVING', 'SAVED', 'AUTHORIZING', 'REQUIRES_ACTION') THEN NULL
      ELSE coalesce("authorized_at", "created_at") END
  FROM "payments";
