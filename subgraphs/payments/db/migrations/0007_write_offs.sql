-- As before, and one rule more: giving up what an owner owes is a credit that leaves the balance at 0, neither less nor more.
CREATE OR REPLACE FUNCTION ledger_earnings_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  broken record;
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
  -- The owner's rows of ledger_balances that were moved stay locked until commit.
  SELECT moved.owner, moved.kind INTO broken FROM (
    SELECT account.owner, account.currency, posted.kind, sum(added.amount_minor) AS amount_minor FROM added
      JOIN ledger_transactions posted ON posted.id = added.transaction_id
        AND posted.kind IN ('payout-requested', 'balance-written-off')
      JOIN ledger_accounts account ON account.id = added.account_id AND account.owner <> ''
      GROUP BY account.owner, account.currency, posted.kind
    ) moved
    JOIN ledger_accounts owed ON owed.owner = moved.owner AND owed.currency = moved.currency
      AND owed.kind IN ('restaurant_payable', 'courier_payable', 'tips_held')
    JOIN ledger_balances balance ON balance.account_id = owed.id
    GROUP BY moved.owner, moved.currency, moved.kind, moved.amount_minor
    HAVING sum(balance.amount_minor) > 0
      OR (moved.kind = 'balance-written-off' AND (sum(balance.amount_minor) < 0 OR moved.amount_minor >= 0)) LIMIT 1;
  IF broken.kind = 'payout-requested' THEN
    RAISE EXCEPTION 'a payout overdraws the balance of %', broken.owner USING ERRCODE = 'integrity_constraint_violation';
  ELSIF broken.kind = 'balance-written-off' THEN
    RAISE EXCEPTION 'a write-off does not bring the balance of % from below 0 to 0', broken.owner
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_write_off_to_zero';
  END IF;
  RETURN NULL;
END $$;
