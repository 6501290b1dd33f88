ALTER TABLE "delivery_steps" ADD COLUMN "lost_by" uuid;--> statement-breakpoint
ALTER TABLE "delivery_steps" ADD COLUMN "hand_back_reason" text;