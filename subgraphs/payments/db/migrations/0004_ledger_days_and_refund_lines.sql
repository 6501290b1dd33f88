CREATE TABLE "ledger_balances" (
	"account_id" uuid NOT NULL,
	"stripe" smallint NOT NULL,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"entries" bigint NOT NULL,
	CONSTRAINT "ledger_balances_account_id_stripe_pk" PRIMARY KEY("account_id","stripe")
);
--> statement-breakpoint
CREATE TABLE "ledger_days" (
	"day" date PRIMARY KEY NOT NULL,
	"previous_day" date,
	"previous_hash" text,
	"hash" text NOT NULL,
	"closed_at" timestamp (3) with time zone NOT NULL,
	"trace_id" text NOT NULL,
	CONSTRAINT "ledger_days_one_chain" UNIQUE NULLS NOT DISTINCT("previous_day"),
	CONSTRAINT "ledger_days_in_order" CHECK ("ledger_days"."day" > "ledger_days"."previous_day")
);
--> statement-breakpoint
CREATE TABLE "ledger_trial_balances" (
	"day" date NOT NULL,
	"currency" text NOT NULL,
	"account" text NOT NULL,
	"opening_minor" bigint NOT NULL,
	"debit_minor" bigint NOT NULL,
	"credit_minor" bigint NOT NULL,
	"closing_minor" bigint NOT NULL,
	CONSTRAINT "ledger_trial_balances_day_currency_account_pk" PRIMARY KEY("day","currency","account"),
	CONSTRAINT "ledger_trial_balances_add_up" CHECK ("ledger_trial_balances"."closing_minor" = "ledger_trial_balances"."opening_minor" + "ledger_trial_balances"."debit_minor" - "ledger_trial_balances"."credit_minor"),
	CONSTRAINT "ledger_trial_balances_sides" CHECK ("ledger_trial_balances"."debit_minor" >= 0 and "ledger_trial_balances"."credit_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "payment_lines" (
	"payment_id" uuid NOT NULL,
	"line_id" text NOT NULL,
	"position" integer NOT NULL,
	"item_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	"net_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	"refunded_quantity" integer DEFAULT 0 NOT NULL,
	"refunded_minor" bigint DEFAULT 0 NOT NULL,
	"refunded_tax_minor" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "payment_lines_payment_id_line_id_pk" PRIMARY KEY("payment_id","line_id"),
	CONSTRAINT "payment_lines_amounts" CHECK ("payment_lines"."quantity" > 0 and "payment_lines"."net_minor" >= 0 and "payment_lines"."tax_minor" >= 0),
	CONSTRAINT "payment_lines_refunded_pieces" CHECK ("payment_lines"."refunded_quantity" between 0 and "payment_lines"."quantity"),
	CONSTRAINT "payment_lines_refunded_money" CHECK ("payment_lines"."refunded_minor" between 0 and "payment_lines"."net_minor" + "payment_lines"."tax_minor"),
	CONSTRAINT "payment_lines_refunded_tax" CHECK ("payment_lines"."refunded_tax_minor" between 0 and "payment_lines"."tax_minor")
);
--> statement-breakpoint
CREATE TABLE "refund_lines" (
	"refund_id" uuid NOT NULL,
	"payment_id" uuid NOT NULL,
	"line_id" text NOT NULL,
	"quantity" integer NOT NULL,
	"amount_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	CONSTRAINT "refund_lines_refund_id_line_id_pk" PRIMARY KEY("refund_id","line_id"),
	CONSTRAINT "refund_lines_positive" CHECK ("refund_lines"."quantity" > 0 and "refund_lines"."amount_minor" >= 0 and "refund_lines"."tax_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "support_refund_days" (
	"agent_id" uuid NOT NULL,
	"day" date NOT NULL,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	CONSTRAINT "support_refund_days_agent_id_day_currency_pk" PRIMARY KEY("agent_id","day","currency")
);
--> statement-breakpoint
CREATE TABLE "reconciliation_findings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"payment_id" uuid,
	"refund_id" uuid,
	"facts" jsonb NOT NULL,
	"facts_digest" text NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"resolved_at" timestamp (3) with time zone,
	"resolved_by" uuid,
	"resolution" text,
	CONSTRAINT "reconciliation_findings_once" UNIQUE("kind","subject","facts_digest"),
	CONSTRAINT "reconciliation_findings_resolved" CHECK (("reconciliation_findings"."resolved_at" is null) = ("reconciliation_findings"."resolved_by" is null) and ("reconciliation_findings"."resolved_at" is null) = ("reconciliation_findings"."resolution" is null))
);
--> statement-breakpoint
CREATE TABLE "reconciliation_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	"phase" text NOT NULL,
	"cursor" text,
	"regular" boolean NOT NULL,
	"compared" bigint DEFAULT 0 NOT NULL,
	"repaired" bigint DEFAULT 0 NOT NULL,
	"findings" bigint DEFAULT 0 NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "reconciliation_runs_window" CHECK ("reconciliation_runs"."since" < "reconciliation_runs"."until")
);
--> statement-breakpoint
ALTER TABLE "ledger_transactions" ALTER COLUMN "order_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "courier_id" uuid;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "courier_pay_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "fault" text DEFAULT 'PLATFORM' NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "tax_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_transactions" ADD COLUMN "booking_day" date;--> statement-breakpoint
-- Nobody but a migration may fill a column of what is append-only.
ALTER TABLE "ledger_transactions" DISABLE TRIGGER "ledger_transactions_append_only";--> statement-breakpoint
UPDATE "ledger_transactions" SET "booking_day" = ("at" AT TIME ZONE 'Asia/Jakarta')::date;--> statement-breakpoint
ALTER TABLE "ledger_transactions" ENABLE TRIGGER "ledger_transactions_append_only";--> statement-breakpoint
ALTER TABLE "ledger_transactions" ALTER COLUMN "booking_day" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_balances" ADD CONSTRAINT "ledger_balances_account" FOREIGN KEY ("account_id","currency") REFERENCES "public"."ledger_accounts"("id","currency") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_days" ADD CONSTRAINT "ledger_days_previous" FOREIGN KEY ("previous_day") REFERENCES "public"."ledger_days"("day") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_trial_balances" ADD CONSTRAINT "ledger_trial_balances_day_ledger_days_day_fk" FOREIGN KEY ("day") REFERENCES "public"."ledger_days"("day") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refund_lines" ADD CONSTRAINT "refund_lines_refund_id_refunds_id_fk" FOREIGN KEY ("refund_id") REFERENCES "public"."refunds"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refund_lines" ADD CONSTRAINT "refund_lines_line" FOREIGN KEY ("payment_id","line_id") REFERENCES "public"."payment_lines"("payment_id","line_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "reconciliation_findings_open" ON "reconciliation_findings" USING btree ("first_seen_at","id") WHERE "reconciliation_findings"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX "reconciliation_runs_regular" ON "reconciliation_runs" USING btree ("regular","until");--> statement-breakpoint
CREATE INDEX "ledger_transactions_day" ON "ledger_transactions" USING btree ("booking_day");--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_tax_within" CHECK ("refunds"."tax_minor" between 0 and "refunds"."amount_minor");--> statement-breakpoint
-- What the new columns say of the rows that are there.
UPDATE "refunds" r SET "tax_minor" = coalesce(round(r."amount_minor" * (p."amounts"->>'taxMinor')::numeric / nullif((p."amounts"->>'totalMinor')::numeric, 0)), 0)
  FROM "payments" p WHERE p."id" = r."payment_id";--> statement-breakpoint
-- Balances: an account gets its stripes with its row, and its entries are added up by the database alone.
ALTER TABLE "ledger_balances" SET (fillfactor = 50);--> statement-breakpoint
CREATE FUNCTION ledger_account_stripes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO ledger_balances (account_id, stripe, currency, amount_minor, entries)
    SELECT NEW.id, stripe, NEW.currency, 0, 0 FROM generate_series(0, CASE WHEN NEW.owner = '' THEN 15 ELSE 0 END) AS stripe;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER ledger_accounts_stripes AFTER INSERT ON ledger_accounts
  FOR EACH ROW EXECUTE FUNCTION ledger_account_stripes();--> statement-breakpoint
INSERT INTO ledger_balances (account_id, stripe, currency, amount_minor, entries)
  SELECT a.id, stripe, a.currency, 0, 0
  FROM ledger_accounts a, LATERAL generate_series(0, CASE WHEN a.owner = '' THEN 15 ELSE 0 END) AS stripe;--> statement-breakpoint
UPDATE ledger_balances b SET amount_minor = e.amount_minor, entries = e.entries
  FROM (SELECT account_id, sum(amount_minor) AS amount_minor, count(*) AS entries FROM ledger_entries GROUP BY account_id) e
  WHERE e.account_id = b.account_id AND b.stripe = 0;--> statement-breakpoint
-- A stripe that somebody else holds is passed over; in one order, so that two postings of the same accounts wait instead of deadlocking.
CREATE FUNCTION ledger_entries_add_up() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  moved record;
  free smallint;
BEGIN
  FOR moved IN SELECT account_id, sum(amount_minor) AS amount, count(*) AS entries FROM added GROUP BY account_id ORDER BY account_id LOOP
    SELECT stripe INTO free FROM ledger_balances WHERE account_id = moved.account_id LIMIT 1 FOR UPDATE SKIP LOCKED;
    UPDATE ledger_balances SET amount_minor = amount_minor + moved.amount, entries = ledger_balances.entries + moved.entries
      WHERE account_id = moved.account_id AND stripe = coalesce(free, 0);
    IF NOT FOUND THEN
      RAISE EXCEPTION 'ledger account % has no balance', moved.account_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER ledger_entries_sums AFTER INSERT ON ledger_entries
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_add_up();--> statement-breakpoint
-- Days: whoever books holds the door of the day open until commit, and a close waits until nobody does.
CREATE FUNCTION ledger_open_day(fact_day date) RETURNS date LANGUAGE plpgsql AS $$
DECLARE
  last_closed date;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtext('ledger day'));
  SELECT max(day) INTO last_closed FROM ledger_days;
  RETURN greatest(fact_day, last_closed + 1);
END $$;--> statement-breakpoint
CREATE FUNCTION ledger_day_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtext('ledger day'));
  IF EXISTS (SELECT 1 FROM ledger_days WHERE day >= NEW.booking_day) THEN
    RAISE EXCEPTION 'business day % is closed', NEW.booking_day USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER ledger_transactions_open_day BEFORE INSERT ON ledger_transactions
  FOR EACH ROW EXECUTE FUNCTION ledger_day_is_open();--> statement-breakpoint
-- At commit a closed day sums to 0 per currency, and what it opens with is what the day before closed with.
CREATE FUNCTION ledger_day_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM ledger_trial_balances WHERE day = NEW.day GROUP BY currency HAVING sum(closing_minor) <> 0) THEN
    RAISE EXCEPTION 'the trial balance of % does not sum to 0', NEW.day USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.previous_day IS NOT NULL AND EXISTS (
    SELECT 1 FROM (SELECT * FROM ledger_trial_balances WHERE day = NEW.day) is_now
    FULL JOIN (SELECT * FROM ledger_trial_balances WHERE day = NEW.previous_day) was USING (currency, account)
    WHERE coalesce(is_now.opening_minor, 0) <> coalesce(was.closing_minor, 0)) THEN
    RAISE EXCEPTION '% does not open with what % closed with', NEW.day, NEW.previous_day USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE CONSTRAINT TRIGGER ledger_days_balance AFTER INSERT ON ledger_days
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_day_balances();--> statement-breakpoint
CREATE TRIGGER ledger_days_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_days
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();--> statement-breakpoint
CREATE TRIGGER ledger_trial_balances_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_trial_balances
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();--> statement-breakpoint
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ledger_balances FROM payments_app;--> statement-breakpoint
REVOKE UPDATE, DELETE, TRUNCATE ON ledger_days, ledger_trial_balances FROM payments_app;
