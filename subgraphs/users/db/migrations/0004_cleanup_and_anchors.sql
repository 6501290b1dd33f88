CREATE TABLE "audit_anchors" (
	"sequence" bigint PRIMARY KEY NOT NULL,
	"link" text NOT NULL,
	"seal" text NOT NULL,
	"noted_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "sessions_ended" ON "sessions" USING btree (coalesce("revoked_at", "expires_at"));--> statement-breakpoint
CREATE INDEX "sign_in_failures_last_at" ON "sign_in_failures" USING btree ("last_at");