/** The objects kept, as they go over the wire. Amounts are minor units, times are Unix seconds. */
import { randomBytes } from "node:crypto";
import type { Evidence } from "./evidence.ts";

export type Metadata = Record<string, string>;

type Base<O extends string> = { id: string; object: O; created: number; livemode: false };

type NextAction = {
  type: "redirect_to_url";
  redirect_to_url: { url: string; return_url: string | null };
};

type Failure = {
  type: string;
  code?: string;
  decline_code?: string;
  message: string;
  payment_method?: unknown;
};

export type PaymentIntent = Base<"payment_intent"> & {
  amount: number;
  amount_capturable: number;
  amount_received: number;
  canceled_at: number | null;
  cancellation_reason: string | null;
  capture_method: "automatic" | "automatic_async" | "manual";
  client_secret: string;
  confirmation_method: "automatic" | "manual";
  currency: string;
  customer: string | null;
  description: string | null;
  last_payment_error: Failure | null;
  latest_charge: string | null;
  metadata: Metadata;
  next_action: NextAction | null;
  payment_method: string | null;
  payment_method_types: string[];
  return_url: string | null;
  setup_future_usage: string | null;
  status:
    | "requires_payment_method"
    | "requires_confirmation"
    | "requires_action"
    | "requires_capture"
    | "canceled"
    | "succeeded";
};

export type Charge = Base<"charge"> & {
  amount: number;
  amount_captured: number;
  amount_refunded: number;
  /** What the capture did to the platform's balance; null before. */
  balance_transaction?: string | null;
  captured: boolean;
  currency: string;
  disputed?: boolean;
  failure_code: string | null;
  failure_message: string | null;
  metadata: Metadata;
  outcome: { network_status: string; reason: string | null; type: string };
  paid: boolean;
  payment_intent: string;
  payment_method: string;
  payment_method_details: { type: "card"; card: CardDetails };
  refunded: boolean;
  refund_refusals?: number;
  status: "succeeded" | "failed";
};

/** How a captured charge, or the opening or winning of a dispute, moved the balance: `net` = `amount` − `fee`. */
export type BalanceTransaction = Base<"balance_transaction"> & {
  amount: number;
  currency: string;
  fee: number;
  net: number;
  source: string;
  type: "charge" | "adjustment";
};

export type Refund = Base<"refund"> & {
  amount: number;
  charge: string;
  currency: string;
  metadata: Metadata;
  payment_intent: string;
  reason: string | null;
  status: "pending" | "succeeded" | "failed" | "canceled";
  failure_reason?: string;
};

export type SetupIntent = Base<"setup_intent"> & {
  cancellation_reason: string | null;
  client_secret: string;
  customer: string | null;
  description: string | null;
  last_setup_error: Failure | null;
  metadata: Metadata;
  next_action: NextAction | null;
  payment_method: string | null;
  payment_method_types: string[];
  return_url: string | null;
  status: "requires_payment_method" | "requires_confirmation" | "requires_action" | "canceled" | "succeeded";
  usage: string;
};

export type CardDetails = {
  brand: string;
  country: string;
  exp_month: number;
  exp_year: number;
  last4: string;
};

/** `token` is the test card behind it (not told over the wire); `authenticated` once its holder passed 3-D Secure for later use. */
export type PaymentMethod = Base<"payment_method"> & {
  type: "card";
  card: CardDetails;
  customer: string | null;
  metadata: Metadata;
  token: string;
  authenticated: boolean;
  /** Paid with once without a customer, or detached from one: never to be used again. */
  spent?: boolean;
};

export type Customer = Base<"customer"> & {
  name: string | null;
  email: string | null;
  phone: string | null;
  description: string | null;
  metadata: Metadata;
  deleted?: true;
};

export type Dispute = Base<"dispute"> & {
  amount: number;
  /** What it took from the platform's balance, then what it gave back; absent of one from before they were kept. */
  balance_transactions?: BalanceTransaction[];
  charge: string;
  currency: string;
  /** Both absent of one from before evidence was kept. */
  evidence?: Evidence;
  evidence_details?: { due_by: number; has_evidence: boolean; past_due: boolean; submission_count: number };
  is_charge_refundable: false;
  metadata: Metadata;
  payment_intent: string;
  reason: string;
  status: "needs_response" | "under_review" | "won" | "lost";
};

/**
 * Someone whom the platform pays. What is not told over the wire: the test bank account behind it, whether payouts to it
 * failed for good, why the account was rejected, and how many transfers its bank made the provider refuse.
 */
export type Account = Base<"account"> & {
  country: string;
  default_currency: string;
  email: string | null;
  metadata: Metadata;
  bank: string | null;
  bank_errored: boolean;
  rejected: string | null;
  transfer_refusals: number;
};

export type Transfer = Base<"transfer"> & {
  amount: number;
  amount_reversed: number;
  currency: string;
  description: string | null;
  destination: string;
  metadata: Metadata;
  reversed: boolean;
  transfer_group: string | null;
};

export type TransferReversal = Base<"transfer_reversal"> & {
  amount: number;
  currency: string;
  metadata: Metadata;
  transfer: string;
};

/** Not told over the wire: `account`, whose it is, and `due_ms`, when its status changes next (epoch milliseconds; null: never). */
export type Payout = Base<"payout"> & {
  account: string;
  amount: number;
  arrival_date: number;
  automatic: false;
  currency: string;
  description: string | null;
  failure_code: string | null;
  failure_message: string | null;
  metadata: Metadata;
  method: "standard" | "instant";
  status: "pending" | "paid" | "failed";
  type: "bank_account";
  due_ms: number | null;
};

export type StripeEvent = Base<"event"> & {
  /** The connected account that it is about; absent for the platform's own. */
  account?: string;
  api_version: string;
  data: { object: unknown };
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: string;
};

/** The first answer given under an idempotency key. */
export type StoredAnswer = {
  id: string;
  path: string;
  fingerprint: string;
  status: number;
  body: string;
  created: number;
};

export type Records = {
  payment_intent: PaymentIntent;
  charge: Charge;
  balance_transaction: BalanceTransaction;
  refund: Refund;
  setup_intent: SetupIntent;
  payment_method: PaymentMethod;
  customer: Customer;
  dispute: Dispute;
  account: Account;
  transfer: Transfer;
  transfer_reversal: TransferReversal;
  payout: Payout;
  event: StripeEvent;
  answer: StoredAnswer;
};

export type Kind = keyof Records;

const prefixes = {
  payment_intent: "pi",
  charge: "ch",
  balance_transaction: "txn",
  refund: "re",
  setup_intent: "seti",
  payment_method: "pm",
  customer: "cus",
  dispute: "dp",
  account: "acct",
  transfer: "tr",
  transfer_reversal: "trr",
  payout: "po",
  event: "evt",
} as const;

/** A fresh id in Stripe's form, such as `pi_…`; cannot be guessed. */
export const newId = (kind: keyof typeof prefixes): string => `${prefixes[kind]}_${randomBytes(12).toString("hex")}`;

/** The kind that an id belongs to by its prefix, or undefined. */
export const kindOf = (id: string): Kind | undefined =>
  (Object.keys(prefixes) as (keyof typeof prefixes)[]).find((kind) => id.startsWith(`${prefixes[kind]}_`));

/** Now, in Unix seconds. */
export const unixNow = (): number => Math.floor(Date.now() / 1000);
