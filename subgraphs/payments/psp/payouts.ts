/**
 * What payments asks of the provider to pay restaurants and couriers, in Stripe's words: a Transfer moves money from the
 * platform's balance to a connected account's, a Payout from there to its bank. Both are needed: the transfer alone is done at
 * once and says nothing of the bank, where most payouts fail, and only a payout can be instant. Accounts pay out by hand
 * (`interval: manual`), so that nothing leaves but what payments asked for. Source: https://docs.stripe.com/connect/separate-charges-and-transfers
 */
import Stripe from "stripe";
import type { Refusal } from "./refusal.ts";

/** A connected account at the provider. `reason`: why it does not pay out to it; `bank`: the id of the bank account that it pays to. */
export type ProviderAccount = { id: string; enabled: boolean; reason: string | null; bank: string | null };

/** What the provider says of a payout to a bank; `currency` in capitals. */
export type ProviderPayout = {
  id: string;
  status: "PENDING" | "PAID" | "FAILED";
  amountMinor: number;
  currency: string;
  failure: string | null;
};

export type OpenAccountRequest = { accountId: string; owner: string; currency: string; idempotencyKey: string };

export type PayoutRequest = {
  payoutId: string;
  providerAccountId: string;
  amountMinor: number;
  currency: string;
  idempotencyKey: string;
};

/** The calls; as in psp.ts each answers a definite outcome or throws, and a throw means that the outcome is unknown. */
export type PayoutCalls = {
  openAccount(request: OpenAccountRequest): Promise<ProviderAccount | Refusal>;
  findAccount(providerAccountId: string): Promise<ProviderAccount>;
  /** Answers the id of the transfer. */
  transfer(request: PayoutRequest): Promise<{ id: string } | Refusal>;
  /** Fetches all of a transfer back; the id of the reversal. */
  reverseTransfer(
    request: Omit<PayoutRequest, "providerAccountId" | "currency"> & { transferId: string },
  ): Promise<{ id: string } | Refusal>;
  /** Whether all of a transfer was fetched back already, by whomever. */
  isReversed(transferId: string): Promise<boolean>;
  payOut(request: PayoutRequest & { instant: boolean }): Promise<ProviderPayout | Refusal>;
  findPayout(providerAccountId: string, providerPayoutId: string): Promise<ProviderPayout>;
};

export type PayoutSettings = {
  /** Where the accounts are, ISO 3166. */
  accountCountry: string;
  /** A test bank account that every new account gets; null where owners tell the provider theirs. */
  testBankAccount: string | null;
};

/** An Account. */
export const readAccount = (account: Stripe.Account): ProviderAccount => {
  const enabled = account.payouts_enabled && account.capabilities?.transfers !== "inactive";
  const reason = enabled ? null : (account.requirements?.disabled_reason ?? "pending");
  const banks = account.external_accounts?.data ?? [];
  // Payouts go to the default of the account's currency.
  const bank = banks.find(({ default_for_currency: isDefault }) => isDefault) ?? banks[0];
  return { id: account.id, enabled, reason, bank: bank?.id ?? null };
};

const payoutStatus: Record<string, ProviderPayout["status"]> = { paid: "PAID", failed: "FAILED", canceled: "FAILED" };

/** A Payout. */
export const readPayout = (payout: Stripe.Payout): ProviderPayout => ({
  id: payout.id,
  status: payoutStatus[payout.status] ?? "PENDING",
  amountMinor: payout.amount,
  currency: payout.currency.toUpperCase(),
  failure: payout.failure_code,
});

type Definite = <T>(call: Promise<T>) => Promise<T | Refusal>;

/** An account that the platform may not use any more is a definite no as well. */
const unlessGone = async <T>(call: Promise<T>): Promise<T | Refusal> => {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripePermissionError) || error.code !== "account_invalid") throw error;
    return { refused: true, code: error.code, objectId: null };
  }
};

/** The account request; the same for the same settings, for it is repeated under its key. */
const opened = ({ accountId, owner, currency }: OpenAccountRequest, settings: PayoutSettings) =>
  ({
    country: settings.accountCountry,
    default_currency: currency.toLowerCase(),
    controller: {
      fees: { payer: "application" },
      losses: { payments: "application" },
      requirement_collection: "application",
      stripe_dashboard: { type: "none" },
    },
    capabilities: { transfers: { requested: true } },
    settings: { payouts: { schedule: { interval: "manual" } } },
    metadata: { payout_account_id: accountId, owner_id: owner },
    ...(settings.testBankAccount === null ? {} : { external_account: settings.testBankAccount }),
  }) satisfies Stripe.AccountCreateParams;

/** The calls over a client; `definite` turns refusals into data. */
export function payoutCalls(stripe: Stripe, definite: Definite, settings: PayoutSettings): PayoutCalls {
  const about = (payoutId: string, attempt: string) => ({ payout_id: payoutId, attempt });
  return {
    openAccount: (request) => {
      const { idempotencyKey } = request;
      return definite(stripe.accounts.create(opened(request, settings), { idempotencyKey }).then(readAccount));
    },
    async findAccount(id) {
      const found = await unlessGone(stripe.accounts.retrieve(id).then(readAccount));
      return "refused" in found ? { id, enabled: false, reason: found.code, bank: null } : found;
    },
    transfer({ payoutId, providerAccountId: destination, amountMinor: amount, currency, idempotencyKey }) {
      const metadata = about(payoutId, idempotencyKey);
      const request = { amount, currency: currency.toLowerCase(), destination, metadata, transfer_group: payoutId };
      return definite(stripe.transfers.create(request, { idempotencyKey }));
    },
    reverseTransfer({ payoutId, transferId, amountMinor: amount, idempotencyKey }) {
      const request = { amount, metadata: about(payoutId, idempotencyKey) };
      return definite(stripe.transfers.createReversal(transferId, request, { idempotencyKey }));
    },
    isReversed: async (transferId) => (await stripe.transfers.retrieve(transferId)).reversed,
    payOut({ payoutId, providerAccountId: stripeAccount, amountMinor: amount, currency, instant, idempotencyKey }) {
      const method = instant ? ("instant" as const) : ("standard" as const);
      const metadata = about(payoutId, idempotencyKey);
      const request = { amount, currency: currency.toLowerCase(), method, metadata };
      return definite(unlessGone(stripe.payouts.create(request, { stripeAccount, idempotencyKey }).then(asRead)));
    },
    findPayout: async (stripeAccount, id) => readPayout(await stripe.payouts.retrieve(id, {}, { stripeAccount })),
  };
}

const asRead = (payout: Stripe.Payout): ProviderPayout => readPayout(payout);
