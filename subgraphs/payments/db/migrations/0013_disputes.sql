CREATE TABLE "dispute_evidence" (
	"dispute_id" text NOT NULL,
	"contributor" text NOT NULL,
	"texts" jsonb NOT NULL,
	"links" text[] NOT NULL,
	"given_by" uuid NOT NULL,
	"given_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "dispute_evidence_dispute_id_contributor_pk" PRIMARY KEY("dispute_id","contributor")
);
--> statement-breakpoint
ALTER TABLE "payments" DROP CONSTRAINT "payments_refunds_within_captured";--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "restaurant_id" uuid;--> statement-breakpoint
UPDATE "disputes" SET "restaurant_id" = "payments"."restaurant_id" FROM "payments" WHERE "payments"."id" = "disputes"."payment_id";--> statement-breakpoint
ALTER TABLE "disputes" ALTER COLUMN "restaurant_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "reason" text DEFAULT 'general' NOT NULL;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "evidence_due_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "restaurant_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "attention" text[];--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "call_key" text;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "failure" text;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "fault" text;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "returned_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE "disputes" SET "returned_minor" = "amount_minor" WHERE "state" = 'WON';--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "lost_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "held_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "tax_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "borne_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "shared_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "sent_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "lost_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "lost_shared_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "dispute_evidence" ADD CONSTRAINT "dispute_evidence_dispute_id_disputes_id_fk" FOREIGN KEY ("dispute_id") REFERENCES "public"."disputes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "disputes_recent" ON "disputes" USING btree ("opened_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "disputes_restaurant" ON "disputes" USING btree ("restaurant_id","opened_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
ALTER TABLE "disputes" ADD CONSTRAINT "disputes_call_key_unique" UNIQUE("call_key");--> statement-breakpoint
ALTER TABLE "disputes" ADD CONSTRAINT "disputes_calling" CHECK (("disputes"."state" in ('SENDING', 'ACCEPTING')) = ("disputes"."call_key" is not null));--> statement-breakpoint
ALTER TABLE "disputes" ADD CONSTRAINT "disputes_returned" CHECK ("disputes"."returned_minor" between 0 and "disputes"."amount_minor");--> statement-breakpoint
ALTER TABLE "disputes" ADD CONSTRAINT "disputes_lost" CHECK ("disputes"."lost_minor" between 0 and "disputes"."amount_minor" - "disputes"."returned_minor");--> statement-breakpoint
ALTER TABLE "disputes" ADD CONSTRAINT "disputes_shared" CHECK ("disputes"."held_minor" >= 0 and "disputes"."tax_minor" >= 0 and "disputes"."borne_minor" >= 0 and "disputes"."held_minor" + "disputes"."tax_minor" + "disputes"."borne_minor" <= "disputes"."lost_minor");--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_lost_shared" CHECK ("payments"."lost_shared_minor" between 0 and "payments"."lost_minor");--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_refunds_within_captured" CHECK ("payments"."refund_reserved_minor" >= 0 and "payments"."lost_minor" >= 0 and "payments"."refund_reserved_minor" + "payments"."lost_minor" <= "payments"."captured_minor");
