/** What payments asks of a card provider, and what it hears; nothing here knows which provider it is. */
import type { PayoutCalls, ProviderPayout } from "./payouts.ts";
import type { Refusal } from "./refusal.ts";
import type { IntentStatus, SetupStatus } from "../domain/observation.ts";

/** What the provider says of an amount held or taken; `amountMinor` is what was asked for, `currency` in capitals. */
export type Intent = {
  id: string;
  status: IntentStatus;
  amountMinor: number;
  currency: string;
  nextActionUrl: string | null;
  failure: string | null;
  /** For which try of the payment it was made; 1 where it does not say. */
  tryNumber: number;
};

/** What the provider says of a payment method being saved; `savedMethod` names it once it can be charged later. */
export type Setup = {
  id: string;
  status: SetupStatus;
  savedMethod: string | null;
  nextActionUrl: string | null;
  failure: string | null;
  /** As of an intent. */
  tryNumber: number;
};

/** What the provider says of a refund. */
export type ProviderRefund = {
  id: string;
  status: "PENDING" | "SUCCEEDED" | "FAILED";
  intentId: string | null;
  failure: string | null;
};

export type AuthorizeRequest = {
  paymentId: string;
  orderId: string;
  /** Which try of the payment it is, from 1. */
  tryNumber: number;
  amountMinor: number;
  currency: string;
  paymentMethod: string;
  /** Given when the method was saved before: it is charged without the person at hand. */
  savedFor: string | null;
  /** Where the customer comes back to from the card's issuer; null takes the setting's. */
  returnUrl: string | null;
  idempotencyKey: string;
};

export type SaveRequest = {
  paymentId: string;
  orderId: string;
  tryNumber: number;
  paymentMethod: string;
  providerCustomerId: string;
  /** As of AuthorizeRequest. */
  returnUrl: string | null;
  idempotencyKey: string;
};

export type RefundRequest = { intentId: string; amountMinor: number; refundId: string; idempotencyKey: string };

/** A verified webhook, reduced to what payments acts on; `kind` OTHER is acknowledged and left alone. */
export type Webhook = { id: string; type: string } & (
  | { kind: "INTENT"; paymentId: string | null; intent: Intent }
  | { kind: "SETUP"; paymentId: string | null; setup: Setup }
  | { kind: "REFUND"; refundId: string | null; attemptKey: string | null; refund: ProviderRefund }
  | {
      kind: "PAYOUT";
      payoutId: string | null;
      attemptKey: string | null;
      providerAccountId: string;
      payout: ProviderPayout;
    }
  | { kind: "PAYOUT_ACCOUNT"; providerAccountId: string }
  | { kind: "DISPUTE"; dispute: ProviderDispute }
  | { kind: "OTHER" }
);

/** What the provider says of a dispute. */
export type ProviderDispute = {
  id: string;
  intentId: string;
  amountMinor: number;
  outcome: "OPENED" | "WON" | "LOST";
  /** The bank's reason, as the provider names it. */
  reason: string;
  /** Until when evidence is taken; null where none is, or it is not known. */
  evidenceDueAt: Date | null;
  /** Whether the bank has the evidence. */
  underReview: boolean;
  /** What came back of a dispute that was won; null while the provider does not show it. */
  returnedMinor: number | null;
  /** What the provider keeps for it, won or lost; `currency` in capitals, as of a charge's fee. Null while it does not tell. */
  fee: { feeMinor: number; currency: string } | null;
};

/** What the provider kept of a charge; `currency` in capitals, the account's own where it settles in another than the charge's. */
export type ProviderFee = { chargeId: string; feeMinor: number; currency: string };

/** An amount at the provider, with what it says of ours; `paymentId` as we told it, null when nobody did. */
export type IntentSeen = Intent & { paymentId: string | null; capturedMinor: number };

/** A refund at the provider, with what we told it. */
export type RefundSeen = ProviderRefund & {
  amountMinor: number;
  currency: string;
  refundId: string | null;
  attemptKey: string | null;
};

/** Objects made in [since, until); to the second. */
export type SeenWindow = { since: Date; until: Date };

/** A page, newest first; `next` continues after it, null on the last. */
export type SeenPage<T> = { items: T[]; next: string | null };

/** What the provider's own books say; each call throws when the provider does not answer. */
export type BookCalls = {
  /** Null while the provider does not know its fee yet. */
  feeOf(intentId: string): Promise<ProviderFee | null>;
  listIntents(window: SeenWindow, after: string | null): Promise<SeenPage<IntentSeen>>;
  listRefunds(window: SeenWindow, after: string | null): Promise<SeenPage<RefundSeen>>;
  listDisputes(window: SeenWindow, after: string | null): Promise<SeenPage<ProviderDispute>>;
  /** Null when the provider has no such object. */
  lookUpIntent(intentId: string): Promise<IntentSeen | null>;
  lookUpRefund(providerRefundId: string): Promise<RefundSeen | null>;
  lookUpDispute(disputeId: string): Promise<ProviderDispute | null>;
};

/** The calls; each answers a definite outcome or throws, and a throw means that the outcome is unknown: ask again with the same key. */
export type Psp = PayoutCalls &
  BookCalls & {
    /** Makes the provider's record of a person, to whom cards can be attached; answers its id. */
    createCustomer(userId: string, idempotencyKey: string): Promise<string>;
    /** Removes the record with its cards; one that is gone already is no error. */
    deleteCustomer(providerCustomerId: string): Promise<void>;
    save(request: SaveRequest): Promise<Setup | Refusal>;
    findSetup(setupId: string): Promise<Setup>;
    cancelSetup(setupId: string, idempotencyKey: string): Promise<Setup | Refusal>;
    authorize(request: AuthorizeRequest): Promise<Intent | Refusal>;
    capture(intentId: string, idempotencyKey: string): Promise<Intent | Refusal>;
    void(intentId: string, idempotencyKey: string): Promise<Intent | Refusal>;
    find(intentId: string): Promise<Intent>;
    refund(request: RefundRequest): Promise<ProviderRefund | Refusal>;
    findRefund(providerRefundId: string): Promise<ProviderRefund>;
    /** Sends evidence to the bank, by the provider's names of the fields. */
    submitEvidence(
      disputeId: string,
      evidence: Record<string, string>,
      idempotencyKey: string,
    ): Promise<ProviderDispute | Refusal>;
    /** Gives a dispute up. */
    closeDispute(disputeId: string, idempotencyKey: string): Promise<ProviderDispute | Refusal>;
    /** Checks the signature over the raw body; null when it is forged, malformed or too old. */
    readWebhook(rawBody: Buffer, signature: string | undefined): Promise<Webhook | null>;
  };
