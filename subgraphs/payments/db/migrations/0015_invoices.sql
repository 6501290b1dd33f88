CREATE TABLE "invoice_series" (
	"kind" text NOT NULL,
	"year" integer NOT NULL,
	"last" integer NOT NULL,
	CONSTRAINT "invoice_series_kind_year_pk" PRIMARY KEY("kind","year")
);
--> statement-breakpoint
CREATE TABLE "invoiced_months" (
	"month" text PRIMARY KEY NOT NULL,
	"issued_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invoices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"year" integer NOT NULL,
	"sequence" integer NOT NULL,
	"number" text NOT NULL,
	"restaurant_id" uuid NOT NULL,
	"currency" text NOT NULL,
	"month" text NOT NULL,
	"commission_minor" bigint DEFAULT 0 NOT NULL,
	"orders" integer DEFAULT 0 NOT NULL,
	"payout_fees_minor" bigint DEFAULT 0 NOT NULL,
	"payouts" integer DEFAULT 0 NOT NULL,
	"corrections_minor" bigint DEFAULT 0 NOT NULL,
	"corrections" integer DEFAULT 0 NOT NULL,
	"total_minor" bigint NOT NULL,
	"tax_bps" integer NOT NULL,
	"tax_minor" bigint NOT NULL,
	"income_tax_minor" bigint NOT NULL,
	"corrects" jsonb NOT NULL,
	"issued_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "invoices_number_unique" UNIQUE("number"),
	CONSTRAINT "invoices_series" UNIQUE("kind","year","sequence"),
	CONSTRAINT "invoices_once" UNIQUE("restaurant_id","currency","month","kind"),
	CONSTRAINT "invoices_month" CHECK ("invoices"."month" ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
	CONSTRAINT "invoices_add_up" CHECK ("invoices"."total_minor" > 0 and "invoices"."total_minor" = "invoices"."commission_minor" + "invoices"."payout_fees_minor" + "invoices"."corrections_minor"),
	CONSTRAINT "invoices_parts" CHECK (least("invoices"."commission_minor", "invoices"."payout_fees_minor", "invoices"."corrections_minor", "invoices"."tax_minor", "invoices"."income_tax_minor") >= 0 and "invoices"."tax_minor" + "invoices"."income_tax_minor" <= "invoices"."total_minor")
);
--> statement-breakpoint
CREATE INDEX "invoices_newest" ON "invoices" USING btree ("restaurant_id","issued_at","id");
-- A document never changes once it is issued.
CREATE FUNCTION invoices_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an issued invoice never changes: issue a credit note' USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER invoices_final BEFORE UPDATE OR DELETE OR TRUNCATE ON invoices
  FOR EACH STATEMENT EXECUTE FUNCTION invoices_are_final();
--> statement-breakpoint
-- Numbers have no gap: each is one more than the last of its kind and year, whose series the writer has locked.
CREATE FUNCTION invoices_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.sequence <> 1 + coalesce((SELECT max(sequence) FROM invoices WHERE kind = NEW.kind AND year = NEW.year), 0) THEN
    RAISE EXCEPTION 'invoice % is not the next of its series', NEW.number USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER invoices_next BEFORE INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION invoices_follow();
