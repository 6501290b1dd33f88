/** Whether an account is paid, from what people decided and what the provider says. */

/** Only ACTIVE is paid. People decide HELD and SUSPENDED, the provider RESTRICTED; BANK_CHANGED and CLOSING end by themselves. */
export type PayoutAccountStatus =
  | "OPENING"
  | "ACTIVE"
  | "HELD"
  | "SUSPENDED"
  | "RESTRICTED"
  | "BANK_CHANGED"
  | "CLOSING";

export type AccountStanding = {
  standing: "ACTIVE" | "HELD" | "SUSPENDED";
  standingReason: string | null;
  provider: "OPENING" | "ENABLED" | "DISABLED";
  providerReason: string | null;
  /** When payouts begin again after the bank account was replaced; null when it never was. */
  paidFrom: Date | null;
  /** When the last payout is due of a restaurant that has left; null for all others. */
  finalPayoutAt: Date | null;
};

const ofProvider = { OPENING: "OPENING", ENABLED: "ACTIVE", DISABLED: "RESTRICTED" } as const;

const isAhead = (instant: Date | null, now: Date): boolean => instant !== null && now < instant;

/** What people decided comes first, then the provider, then the waits: for the last payout, and after a change of the bank account. */
export function accountStatus(account: AccountStanding, now: Date): PayoutAccountStatus {
  if (account.standing !== "ACTIVE") return account.standing;
  const status = ofProvider[account.provider];
  if (status !== "ACTIVE") return status;
  if (isAhead(account.finalPayoutAt, now)) return "CLOSING";
  return isAhead(account.paidFrom, now) ? "BANK_CHANGED" : "ACTIVE";
}

/**
 * Whether nothing will be paid to it any more, so that no earnings make up for a debt: support suspended it, the provider
 * rejected it for good, or its restaurant has left and its last payout was due.
 */
export const isClosed = (
  { standing, provider, providerReason, finalPayoutAt }: Omit<AccountStanding, "paidFrom">,
  now: Date,
): boolean =>
  standing === "SUSPENDED" ||
  (provider === "DISABLED" && (providerReason?.startsWith("rejected.") ?? false)) ||
  (finalPayoutAt !== null && finalPayoutAt <= now);

/** When the waits end that it is in: for the last payout, and after a change of the bank account; null when it is in none. */
export function waitEnd({ finalPayoutAt, paidFrom }: AccountStanding, now: Date): Date | null {
  const ahead = [finalPayoutAt, paidFrom].filter((until) => isAhead(until, now)) as Date[];
  return ahead.length === 0 ? null : new Date(Math.max(...ahead.map((until) => until.getTime())));
}

/** Why it is not paid; null while it is, or is being opened. */
export function statusReason(account: AccountStanding, now: Date): string | null {
  const status = accountStatus(account, now);
  if (status === "BANK_CHANGED") return "bank_account_changed";
  if (status === "CLOSING") return "restaurant_closed";
  return account.standing === "ACTIVE" ? account.providerReason : account.standingReason;
}
