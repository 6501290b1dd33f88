CREATE TABLE "outages" (
	"began_at" timestamp (3) with time zone PRIMARY KEY NOT NULL,
	"ended_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "outages_order" CHECK ("outages"."ended_at" > "outages"."began_at")
);
--> statement-breakpoint
CREATE TABLE "service_beats" (
	"id" smallint PRIMARY KEY NOT NULL,
	"beat_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "service_beats_one" CHECK ("service_beats"."id" = 1)
);
