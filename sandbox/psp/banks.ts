/** Test bank accounts of connected accounts, named by tokens; there are no account numbers here. Source: https://docs.stripe.com/connect/testing#payouts */
import { invalid } from "./errors.ts";
import type { Account, Payout } from "./records.ts";

type Behaviour = {
  last4: string;
  /** Payouts fail with this code, after which the bank account has to be replaced. */
  fails?: string;
  /** So many payouts fail with could_not_process; then they arrive. */
  failsFirst?: number;
  /** Payouts arrive, and come back with this code. */
  returns?: string;
  /** Refuses so many transfers before it takes one, as when the platform has not the money. */
  refusesTransfers?: number;
  /** Takes no instant payouts. */
  notInstant?: boolean;
  /** Applies the change, then never answers. */
  silent?: "transfer" | "payout" | "account";
};

const banks: Record<string, Behaviour> = {
  btok_us_verified: { last4: "6789" },
  btok_us_verified_noAccount: { last4: "1116", fails: "no_account" },
  btok_us_verified_accountClosed: { last4: "1113", fails: "account_closed" },
  btok_us_verified_insufficientFunds: { last4: "2227", fails: "insufficient_funds" },
  btok_us_verified_debitNotAuthorized: { last4: "3335", fails: "debit_not_authorized" },
  btok_us_verified_invalidCurrency: { last4: "4440", fails: "invalid_currency" },
  // The rest are this sandbox's own: Stripe has no test bank account for them.
  btok_couldNotProcessTwice: { last4: "0501", failsFirst: 2 },
  btok_returned: { last4: "0502", returns: "account_closed" },
  btok_transferRefusedTwice: { last4: "0503", refusesTransfers: 2 },
  btok_transferRefused: { last4: "0504", refusesTransfers: Number.MAX_SAFE_INTEGER },
  btok_notInstant: { last4: "0505", notInstant: true },
  btok_timeoutAfterTransfer: { last4: "0506", silent: "transfer" },
  btok_timeoutAfterPayout: { last4: "0507", silent: "payout" },
  btok_timeoutAfterAccount: { last4: "0508", silent: "account" },
};

/** Checks a token; undefined stays undefined. Throws 400 when there is no bank account of that name. */
export function checkBank(token: string | undefined): string | undefined {
  if (token === undefined || Object.hasOwn(banks, token)) return token;
  throw invalid("resource_missing", `No such token: '${token}'`, "external_account");
}

/** How the bank account behind a connected account behaves. */
export const bankOf = ({ bank }: Account): Behaviour => banks[bank ?? ""] ?? banks["btok_us_verified"]!;

/** The code with which a payout fails instead of arriving; null when it arrives. `earlier` are the account's payouts before it. */
export function failureOf(account: Account, earlier: readonly Payout[]): string | null {
  const { fails, failsFirst = 0 } = bankOf(account);
  if (fails !== undefined) return fails;
  return earlier.filter(({ status }) => status === "failed").length < failsFirst ? "could_not_process" : null;
}
