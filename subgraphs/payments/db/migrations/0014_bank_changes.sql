ALTER TABLE "payout_accounts" ADD COLUMN "bank_account" text;--> statement-breakpoint
ALTER TABLE "payout_accounts" ADD COLUMN "paid_from" timestamp (3) with time zone;