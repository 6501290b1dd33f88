/** What the provider's or a bank's no means for a payout. Source: https://docs.stripe.com/error-codes, https://docs.stripe.com/api/payouts/failures */

/**
 * AGAIN: a later try may succeed. ACCOUNT: nothing is paid to the account until something about it changes, so the money
 * goes back to the balance. PAYOUT: this payout cannot be made as it is; another can.
 */
export type RefusalMeaning = "AGAIN" | "ACCOUNT" | "PAYOUT";

const final: Readonly<Record<string, RefusalMeaning>> = {
  account_invalid: "ACCOUNT",
  insufficient_capabilities_for_transfer: "ACCOUNT",
  payouts_not_allowed: "ACCOUNT",
  resource_missing: "ACCOUNT",
  transfers_not_allowed: "ACCOUNT",
  account_closed: "ACCOUNT",
  account_frozen: "ACCOUNT",
  bank_account_restricted: "ACCOUNT",
  bank_account_unusable: "ACCOUNT",
  bank_ownership_changed: "ACCOUNT",
  debit_not_authorized: "ACCOUNT",
  incorrect_account_holder_name: "ACCOUNT",
  invalid_account_number: "ACCOUNT",
  invalid_currency: "ACCOUNT",
  no_account: "ACCOUNT",
  amount_too_large: "PAYOUT",
  amount_too_small: "PAYOUT",
  instant_payouts_config_disabled: "PAYOUT",
  instant_payouts_currency_disabled: "PAYOUT",
  instant_payouts_limit_exceeded: "PAYOUT",
  instant_payouts_unsupported: "PAYOUT",
};

/** The meaning of a code; one that is not known may pass, and is flagged after some tries. */
export const meaningOf = (code: string): RefusalMeaning => (Object.hasOwn(final, code) ? final[code]! : "AGAIN");
