CREATE TABLE "order_earnings" (
	"owner" text NOT NULL,
	"currency" text NOT NULL,
	"order_id" uuid NOT NULL,
	"earned_at" timestamp (3) with time zone NOT NULL,
	"amount_minor" bigint NOT NULL,
	CONSTRAINT "order_earnings_owner_currency_order_id_pk" PRIMARY KEY("owner","currency","order_id")
);
--> statement-breakpoint
CREATE TABLE "payout_accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_kind" text NOT NULL,
	"owner" text NOT NULL,
	"currency" text NOT NULL,
	"standing" text DEFAULT 'ACTIVE' NOT NULL,
	"standing_reason" text,
	"provider" text DEFAULT 'OPENING' NOT NULL,
	"provider_reason" text,
	"idempotency_key" text NOT NULL,
	"provider_account_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "payout_accounts_idempotency_key_unique" UNIQUE("idempotency_key"),
	CONSTRAINT "payout_accounts_provider_account_id_unique" UNIQUE("provider_account_id"),
	CONSTRAINT "payout_accounts_owner" UNIQUE("owner","currency"),
	CONSTRAINT "payout_accounts_reason" CHECK (("payout_accounts"."standing" = 'ACTIVE') = ("payout_accounts"."standing_reason" is null)),
	CONSTRAINT "payout_accounts_opened" CHECK ("payout_accounts"."provider" = 'OPENING' or "payout_accounts"."provider_account_id" is not null)
);
--> statement-breakpoint
CREATE TABLE "payout_attempts" (
	"idempotency_key" text PRIMARY KEY NOT NULL,
	"payout_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"operation" text NOT NULL,
	"state" text NOT NULL,
	"failure" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	CONSTRAINT "payout_attempts_number" UNIQUE("payout_id","number")
);
--> statement-breakpoint
CREATE TABLE "payout_history" (
	"payout_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"from_state" text NOT NULL,
	"to_state" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"trace_id" text NOT NULL,
	CONSTRAINT "payout_history_payout_id_seq_pk" PRIMARY KEY("payout_id","seq")
);
--> statement-breakpoint
CREATE TABLE "payouts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"currency" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"fee_minor" bigint NOT NULL,
	"net_minor" bigint NOT NULL,
	"tips_minor" bigint NOT NULL,
	"owed_minor" bigint NOT NULL,
	"held_minor" bigint NOT NULL,
	"period_start" timestamp (3) with time zone NOT NULL,
	"period_end" timestamp (3) with time zone NOT NULL,
	"requested_by" uuid,
	"transfer_id" text,
	"provider_payout_id" text,
	"failure" text,
	"flagged_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"paid_at" timestamp (3) with time zone,
	"settled_at" timestamp (3) with time zone,
	CONSTRAINT "payouts_transfer_id_unique" UNIQUE("transfer_id"),
	CONSTRAINT "payouts_provider_payout_id_unique" UNIQUE("provider_payout_id"),
	CONSTRAINT "payouts_amount" CHECK ("payouts"."net_minor" > 0 and "payouts"."fee_minor" >= 0),
	CONSTRAINT "payouts_sum" CHECK ("payouts"."amount_minor" = "payouts"."net_minor" + "payouts"."fee_minor"),
	CONSTRAINT "payouts_tips" CHECK ("payouts"."tips_minor" between 0 and "payouts"."amount_minor"),
	CONSTRAINT "payouts_within_balance" CHECK ("payouts"."amount_minor" <= "payouts"."owed_minor" - "payouts"."held_minor"),
	CONSTRAINT "payouts_held" CHECK ("payouts"."held_minor" >= 0)
);
--> statement-breakpoint
ALTER TABLE "payout_attempts" ADD CONSTRAINT "payout_attempts_payout_id_payouts_id_fk" FOREIGN KEY ("payout_id") REFERENCES "public"."payouts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_account_id_payout_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."payout_accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "order_earnings_by_time" ON "order_earnings" USING btree ("owner","currency","earned_at");--> statement-breakpoint
CREATE UNIQUE INDEX "payout_attempts_one_live" ON "payout_attempts" USING btree ("payout_id") WHERE "payout_attempts"."state" = 'LIVE';--> statement-breakpoint
CREATE UNIQUE INDEX "payouts_one_live" ON "payouts" USING btree ("account_id") WHERE "payouts"."state" in ('PENDING', 'SENDING', 'IN_TRANSIT');--> statement-breakpoint
CREATE INDEX "payouts_account" ON "payouts" USING btree ("account_id","created_at","id");--> statement-breakpoint
CREATE INDEX "payouts_flagged" ON "payouts" USING btree ("flagged_at","id") WHERE "payouts"."flagged_at" is not null;--> statement-breakpoint
-- What each order earned follows the entries, whoever writes them; and a payout never takes more than what is owed, though
-- a refund after it may. Fires after the trigger that keeps the balances, which comes before it in the alphabet.
CREATE FUNCTION ledger_earnings_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  overdrawn text;
BEGIN
  -- In one order everywhere, so that two transactions moving the same rows wait instead of deadlocking.
  INSERT INTO order_earnings AS known (owner, currency, order_id, earned_at, amount_minor)
    SELECT account.owner, account.currency, posted.order_id, min(posted.at), -sum(added.amount_minor)::bigint FROM added
      JOIN ledger_accounts account ON account.id = added.account_id
      JOIN ledger_transactions posted ON posted.id = added.transaction_id
      WHERE account.kind IN ('restaurant_payable', 'courier_payable', 'tips_held')
        AND account.owner <> '' AND posted.order_id IS NOT NULL
      GROUP BY account.owner, account.currency, posted.order_id ORDER BY 1, 2, 3
    ON CONFLICT (owner, currency, order_id) DO UPDATE SET amount_minor = known.amount_minor + excluded.amount_minor;
  SELECT drawn.owner INTO overdrawn FROM (
    SELECT DISTINCT account.owner, account.currency FROM added
      JOIN ledger_transactions posted ON posted.id = added.transaction_id AND posted.kind = 'payout-requested'
      JOIN ledger_accounts account ON account.id = added.account_id AND account.owner <> ''
    ) drawn
    JOIN ledger_accounts owed ON owed.owner = drawn.owner AND owed.currency = drawn.currency
      AND owed.kind IN ('restaurant_payable', 'courier_payable', 'tips_held')
    JOIN ledger_balances balance ON balance.account_id = owed.id
    GROUP BY drawn.owner, drawn.currency HAVING sum(balance.amount_minor) > 0 LIMIT 1;
  IF overdrawn IS NOT NULL THEN
    RAISE EXCEPTION 'a payout overdraws the balance of %', overdrawn USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER ledger_entries_within_balance AFTER INSERT ON ledger_entries
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_earnings_follow();
--> statement-breakpoint
-- What was posted before.
INSERT INTO order_earnings (owner, currency, order_id, earned_at, amount_minor)
  SELECT account.owner, account.currency, posted.order_id, min(posted.at), -sum(entry.amount_minor)::bigint
    FROM ledger_entries entry
    JOIN ledger_accounts account ON account.id = entry.account_id
    JOIN ledger_transactions posted ON posted.id = entry.transaction_id
    WHERE account.kind IN ('restaurant_payable', 'courier_payable', 'tips_held')
      AND account.owner <> '' AND posted.order_id IS NOT NULL
    GROUP BY account.owner, account.currency, posted.order_id;
--> statement-breakpoint
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON order_earnings FROM payments_app;
--> statement-breakpoint
REVOKE UPDATE, DELETE, TRUNCATE ON payout_history FROM payments_app;
