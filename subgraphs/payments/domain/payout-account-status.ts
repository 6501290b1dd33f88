/** Whether an account is paid, from what people decided and what the provider says. */

/** What the account shows: only ACTIVE is paid. HELD and SUSPENDED are people's word, RESTRICTED the provider's. */
export type PayoutAccountStatus = "OPENING" | "ACTIVE" | "HELD" | "SUSPENDED" | "RESTRICTED";

export type AccountStanding = {
  standing: "ACTIVE" | "HELD" | "SUSPENDED";
  standingReason: string | null;
  provider: "OPENING" | "ENABLED" | "DISABLED";
  providerReason: string | null;
};

const ofProvider = { OPENING: "OPENING", ENABLED: "ACTIVE", DISABLED: "RESTRICTED" } as const;

/** A person's word counts before the provider's; either is enough not to be paid. */
export const accountStatus = ({ standing, provider }: AccountStanding): PayoutAccountStatus =>
  standing === "ACTIVE" ? ofProvider[provider] : standing;

/** Whether nothing will be paid to it any more, so that no earnings make up for a debt: support suspended it, or the provider rejected it for good. */
export const isClosed = ({ standing, provider, providerReason }: AccountStanding): boolean =>
  standing === "SUSPENDED" || (provider === "DISABLED" && (providerReason?.startsWith("rejected.") ?? false));

/** Why it is not paid; null while it is, or is being opened. */
export const statusReason = ({ standing, standingReason, providerReason }: AccountStanding): string | null =>
  standing === "ACTIVE" ? providerReason : standingReason;
