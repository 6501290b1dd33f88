CREATE TABLE "reconciliation_seen" (
	"run_id" uuid NOT NULL,
	"object_id" text NOT NULL,
	CONSTRAINT "reconciliation_seen_run_id_object_id_pk" PRIMARY KEY("run_id","object_id")
);
--> statement-breakpoint
ALTER TABLE "reconciliation_seen" ADD CONSTRAINT "reconciliation_seen_run_id_reconciliation_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."reconciliation_runs"("id") ON DELETE no action ON UPDATE no action;