/** Whether an account is paid, from what people decided and what the provider says. */

/** Only ACTIVE is paid. People decide HELD and SUSPENDED, the provider RESTRICTED; BANK_CHANGED ends by itself. */
export type PayoutAccountStatus = "OPENING" | "ACTIVE" | "HELD" | "SUSPENDED" | "RESTRICTED" | "BANK_CHANGED";

export type AccountStanding = {
  standing: "ACTIVE" | "HELD" | "SUSPENDED";
  standingReason: string | null;
  provider: "OPENING" | "ENABLED" | "DISABLED";
  providerReason: string | null;
  /** When payouts begin again after the bank account was replaced; null when it never was. */
  paidFrom: Date | null;
};

const ofProvider = { OPENING: "OPENING", ENABLED: "ACTIVE", DISABLED: "RESTRICTED" } as const;

const waits = ({ paidFrom }: AccountStanding, now: Date): boolean => paidFrom !== null && now < paidFrom;

/** What people decided comes first, then the provider, then the wait after a change of the bank account. */
export function accountStatus(account: AccountStanding, now: Date): PayoutAccountStatus {
  if (account.standing !== "ACTIVE") return account.standing;
  const status = ofProvider[account.provider];
  return status === "ACTIVE" && waits(account, now) ? "BANK_CHANGED" : status;
}

/** Whether nothing will be paid to it any more, so that no earnings make up for a debt: support suspended it, or the provider rejected it for good. */
export const isClosed = ({ standing, provider, providerReason }: Omit<AccountStanding, "paidFrom">): boolean =>
  standing === "SUSPENDED" || (provider === "DISABLED" && (providerReason?.startsWith("rejected.") ?? false));

/** Why it is not paid; null while it is, or is being opened. */
export function statusReason(account: AccountStanding, now: Date): string | null {
  if (accountStatus(account, now) === "BANK_CHANGED") return "bank_account_changed";
  return account.standing === "ACTIVE" ? account.providerReason : account.standingReason;
}
