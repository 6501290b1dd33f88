CREATE TABLE "couriers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"status" text NOT NULL,
	"latitude" double precision,
	"longitude" double precision,
	"cell" text,
	"located_at" timestamp (3) with time zone,
	"idle_since" timestamp (3) with time zone,
	CONSTRAINT "couriers_user_id_unique" UNIQUE("user_id")
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"restaurant_id" uuid NOT NULL,
	"state" text NOT NULL,
	"courier_id" uuid,
	"kitchen" text NOT NULL,
	"zone_id" uuid,
	"pickup_latitude" double precision,
	"pickup_longitude" double precision,
	"pickup_name" text,
	"distance_meters" integer,
	"currency" text,
	"fee_minor" bigint,
	"courier_pay_minor" bigint,
	"ready_at" timestamp (3) with time zone,
	"pickup_code" text NOT NULL,
	"wrong_codes" integer DEFAULT 0 NOT NULL,
	"code_locked_until" timestamp (3) with time zone,
	"proof_note" text,
	"proof_photo_url" text,
	"failure_reason" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"searching_since" timestamp (3) with time zone,
	"support_needed_at" timestamp (3) with time zone,
	"assigned_at" timestamp (3) with time zone,
	"picked_up_at" timestamp (3) with time zone,
	"delivered_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"trace_id" text DEFAULT '' NOT NULL,
	CONSTRAINT "deliveries_order_id_unique" UNIQUE("order_id"),
	CONSTRAINT "deliveries_held_by_someone" CHECK ("deliveries"."state" not in ('ASSIGNED', 'AT_PICKUP', 'PICKED_UP', 'AT_DROPOFF', 'DELIVERED') or "deliveries"."courier_id" is not null),
	CONSTRAINT "deliveries_search_without_courier" CHECK ("deliveries"."state" not in ('PENDING', 'SEARCHING') or "deliveries"."courier_id" is null)
);
--> statement-breakpoint
CREATE TABLE "delivery_snapshots" (
	"delivery_id" uuid PRIMARY KEY NOT NULL,
	"dropoff_latitude" double precision,
	"dropoff_longitude" double precision,
	"dropoff_address" text,
	"recipient_name" text,
	"recipient_phone" text,
	"notes" text,
	"erased_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "delivery_steps" (
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "delivery_steps_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"delivery_id" uuid NOT NULL,
	"state" text NOT NULL,
	"actor_id" text,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "delivery_steps_delivery_id_seq_pk" PRIMARY KEY("delivery_id","seq")
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"user_id" uuid NOT NULL,
	"restaurant_id" uuid NOT NULL,
	"role" text NOT NULL,
	CONSTRAINT "memberships_user_id_restaurant_id_pk" PRIMARY KEY("user_id","restaurant_id")
);
--> statement-breakpoint
CREATE TABLE "offers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"delivery_id" uuid NOT NULL,
	"courier_id" uuid NOT NULL,
	"state" text NOT NULL,
	"travel_seconds" integer NOT NULL,
	"kitchen_wait_seconds" integer NOT NULL,
	"lateness_seconds" integer NOT NULL,
	"idle_credit_seconds" integer NOT NULL,
	"total_seconds" integer NOT NULL,
	"offered_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "pending_erasures" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "zones" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"area" jsonb NOT NULL,
	"currency" text NOT NULL,
	"base_fee_minor" bigint NOT NULL,
	"per_km_fee_minor" bigint NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	CONSTRAINT "zones_fees" CHECK ("zones"."base_fee_minor" >= 0 and "zones"."per_km_fee_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "aggregate_versions" (
	"side" text NOT NULL,
	"source" text NOT NULL,
	"topic" text NOT NULL,
	"aggregate_id" text NOT NULL,
	"version" integer NOT NULL,
	CONSTRAINT "aggregate_versions_side_source_topic_aggregate_id_pk" PRIMARY KEY("side","source","topic","aggregate_id")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"scope" text NOT NULL,
	"operation" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"response" jsonb,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_scope_operation_key_pk" PRIMARY KEY("scope","operation","key")
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"event_id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" text NOT NULL,
	"type" text NOT NULL,
	"source" text NOT NULL,
	"time" timestamp (3) with time zone NOT NULL,
	"aggregate_id" text NOT NULL,
	"aggregate_version" integer NOT NULL,
	"trace_id" text NOT NULL,
	"data" jsonb NOT NULL,
	"sent_at" timestamp (3) with time zone,
	CONSTRAINT "outbox_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "parked_events" (
	"event_id" text PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"topic" text NOT NULL,
	"aggregate_id" text NOT NULL,
	"aggregate_version" integer NOT NULL,
	"event" jsonb NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone NOT NULL,
	"error" text,
	"parked_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "timers" (
	"name" text NOT NULL,
	"key" text NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"run_at" timestamp (3) with time zone NOT NULL,
	"payload" jsonb,
	"trace_id" text NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"revision" integer DEFAULT 0 NOT NULL,
	"error" text,
	CONSTRAINT "timers_name_key_pk" PRIMARY KEY("name","key")
);
--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_courier_id_couriers_id_fk" FOREIGN KEY ("courier_id") REFERENCES "public"."couriers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_snapshots" ADD CONSTRAINT "delivery_snapshots_delivery_id_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."deliveries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_steps" ADD CONSTRAINT "delivery_steps_delivery_id_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."deliveries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offers" ADD CONSTRAINT "offers_delivery_id_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."deliveries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offers" ADD CONSTRAINT "offers_courier_id_couriers_id_fk" FOREIGN KEY ("courier_id") REFERENCES "public"."couriers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "couriers_online_cell" ON "couriers" USING btree ("cell") WHERE "couriers"."status" = 'ONLINE';--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_one_per_courier" ON "deliveries" USING btree ("courier_id") WHERE "deliveries"."state" in ('ASSIGNED', 'AT_PICKUP', 'PICKED_UP', 'AT_DROPOFF');--> statement-breakpoint
CREATE INDEX "deliveries_searching" ON "deliveries" USING btree ("searching_since") WHERE "deliveries"."state" = 'SEARCHING';--> statement-breakpoint
CREATE INDEX "deliveries_courier" ON "deliveries" USING btree ("courier_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "deliveries_customer" ON "deliveries" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "deliveries_restaurant" ON "deliveries" USING btree ("restaurant_id");--> statement-breakpoint
CREATE UNIQUE INDEX "offers_one_open_per_delivery" ON "offers" USING btree ("delivery_id") WHERE "offers"."state" in ('OFFERED', 'ACCEPTED');--> statement-breakpoint
CREATE UNIQUE INDEX "offers_one_open_per_courier" ON "offers" USING btree ("courier_id") WHERE "offers"."state" = 'OFFERED';--> statement-breakpoint
CREATE INDEX "offers_delivery" ON "offers" USING btree ("delivery_id","ended_at");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created_at" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "inbox_received_at" ON "inbox" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "outbox_unsent" ON "outbox" USING btree ("seq") WHERE "outbox"."sent_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_sent_at" ON "outbox" USING btree ("sent_at");--> statement-breakpoint
CREATE INDEX "parked_events_aggregate" ON "parked_events" USING btree ("source","topic","aggregate_id","aggregate_version");--> statement-breakpoint
CREATE INDEX "parked_events_due" ON "parked_events" USING btree ("state","next_attempt_at");--> statement-breakpoint
CREATE INDEX "timers_run_at" ON "timers" USING btree ("run_at");