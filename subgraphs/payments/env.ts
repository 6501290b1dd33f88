/** Settings of payments. */
import { z } from "zod";
import { subgraphEnv } from "../../kit/server/env.ts";
import { defaultInvoiceRates } from "./domain/invoice.ts";
import { limitsForm } from "./domain/support-limits.ts";

/** The shape of the settings; durations are milliseconds unless named otherwise. */
export const env = z.object({
  ...subgraphEnv,
  /** Where the card provider's API answers; the sandbox PSP in the demo. */
  STRIPE_API_URL: z.string().url().default("https://api.stripe.com"),
  STRIPE_SECRET_KEY: z.string().min(1),
  /** Signs the provider's webhooks (`whsec_…`). */
  STRIPE_WEBHOOK_SECRET: z.string().min(1),
  /** Oldest webhook signature that is accepted, seconds. */
  STRIPE_WEBHOOK_TOLERANCE_SECONDS: z.coerce.number().int().min(1).default(300),
  /** Longest wait for one answer of the provider; then its outcome is unknown and is asked for again. */
  STRIPE_TIMEOUT_MS: z.coerce.number().int().min(100).default(8_000),
  /** Where the card's issuer sends the customer back to, with the order's id as `order`; the origin is the client's own where that is known to be ours. */
  PAYMENT_RETURN_URL: z.url({ protocol: /^https?$/ }).default("http://localhost:4000/"),
  /** How often a payment that waits for its customer, or a slow refund, is looked up at the provider. */
  PAYMENT_CHECK_MS: z.coerce.number().int().min(10).default(15_000),
  /** With how many cards, one after the other, an order may be tried to be paid. */
  PAYMENT_TRIES: z.coerce.number().int().min(1).max(100).default(5),
  /** First wait before a refused refund that is owed is tried again; it doubles up to the longest. */
  REFUND_RETRY_MS: z.coerce.number().int().min(10).default(30_000),
  REFUND_RETRY_MAX_MS: z.coerce
    .number()
    .int()
    .min(10)
    .default(6 * 3_600_000),
  /** Attempts after which such a refund is flagged for support; it is tried on. */
  REFUND_FLAG_AFTER: z.coerce.number().int().min(1).default(5),
  /** Most that support may give back at once without an admin, minor units per currency; nothing of a currency not named. */
  SUPPORT_REFUND_MAX_MINOR: z
    .string()
    .regex(limitsForm)
    .default("IDR=200000000,USD=15000,EUR=15000,SGD=20000,JPY=20000,KWD=50000"),
  /** The same for all refunds of one agent on one business day. */
  SUPPORT_REFUND_DAY_MAX_MINOR: z
    .string()
    .regex(limitsForm)
    .default("IDR=1000000000,USD=75000,EUR=75000,SGD=100000,JPY=100000,KWD=250000"),
  /** Where restaurants and couriers have their accounts at the provider, ISO 3166. */
  PAYOUT_ACCOUNT_COUNTRY: z.string().length(2).default("ID"),
  /** Bank account that every new account at the provider gets, for its test mode (`btok_…`); without it the owners give the provider theirs. */
  PAYOUT_TEST_BANK_ACCOUNT: z.string().optional(),
  /** How far weekly payouts are apart, and when one of them is: Mondays, 02:00 in Jakarta. */
  PAYOUT_PERIOD_MS: z.coerce.number().int().min(1_000).default(604_800_000),
  /** When one of the weekly payouts is; the others lie whole periods before and after. */
  PAYOUT_ANCHOR: z.iso.datetime().default("2026-01-04T19:00:00Z"),
  /** Days after completion for which a restaurant's earnings are held back where it has no terms of its own. */
  DEFAULT_PAYOUT_DELAY_DAYS: z.coerce.number().int().min(0).max(365).default(7),
  /** The same for couriers. */
  COURIER_PAYOUT_DELAY_DAYS: z.coerce.number().int().min(0).max(365).default(0),
  /** How long a day of such a hold is; shortened where time is. */
  PAYOUT_DAY_MS: z.coerce.number().int().min(0).default(86_400_000),
  /** Less than this is carried over to the next payout, minor units per currency; none of a currency not named. */
  PAYOUT_MINIMUM_MINOR: z.string().regex(limitsForm).default("IDR=5000000,USD=1000,EUR=1000,SGD=1500,JPY=1500"),
  /** How long payouts wait after the bank account was replaced, so that a stolen login cannot divert money; default 3 days. */
  PAYOUT_BANK_CHANGE_MS: z.coerce.number().int().min(0).default(259_200_000),
  /** How long after its last order a restaurant that has left is paid what it is owed; default 14 days. */
  PAYOUT_FINAL_DELAY_MS: z.coerce.number().int().min(0).default(1_209_600_000),
  /** What the owner pays for an instant payout, basis points of the amount. */
  INSTANT_PAYOUT_FEE_BPS: z.coerce.number().int().min(0).max(5_000).default(100),
  /** The least that an instant payout costs, minor units per currency; nothing in a currency not named. */
  INSTANT_PAYOUT_FEE_MINIMUM_MINOR: z.string().regex(limitsForm).default("IDR=250000,USD=50,EUR=50,SGD=50,JPY=75"),
  /** First wait before a refused payout is tried again; it doubles up to the longest. */
  PAYOUT_RETRY_MS: z.coerce.number().int().min(10).default(60_000),
  /** Longest wait before a refused payout is tried again. */
  PAYOUT_RETRY_MAX_MS: z.coerce.number().int().min(10).default(21_600_000),
  /** Refusals, or tries without an answer, after which a payout is flagged for support; it is tried on. */
  PAYOUT_FLAG_AFTER: z.coerce.number().int().min(1).default(5),
  /** How often a payout on its way to the bank is looked up at the provider, in case its webhook is lost. */
  PAYOUT_CHECK_MS: z.coerce.number().int().min(10).default(600_000),
  /** How long after its arrival a payout is looked up once more, in case the bank sent it back and the webhook was lost; default 7 days. */
  PAYOUT_RETURN_CHECK_MS: z.coerce.number().int().min(10).default(604_800_000),
  /** How often it is looked whether an erased person's last payment method may be forgotten. */
  FORGET_CHECK_MS: z.coerce.number().int().min(10).default(3_600_000),
  /** How long after its end a business day is closed, so that what is on its way still stands in it. */
  LEDGER_CLOSE_DELAY_MS: z.coerce.number().int().min(0).default(600_000),
  /** How often our payments are compared with the provider's. */
  RECONCILE_INTERVAL_MS: z.coerce.number().int().min(1_000).default(3_600_000),
  /** How far back each comparison looks; after an outage it looks back to where the last one ended. */
  RECONCILE_WINDOW_MS: z.coerce.number().int().min(1_000).default(259_200_000),
  /** What is younger is left alone: it is still on its way. */
  RECONCILE_SETTLE_MS: z.coerce.number().int().min(0).default(600_000),
  /** What a courier earns of the pay who was on the way to the restaurant when the order ended or somebody else took over, basis points: half the ride. */
  COURIER_ASSIGNED_BPS: z.coerce.number().int().min(0).max(10_000).default(2_500),
  /** The same for a courier who was at the restaurant. */
  COURIER_AT_PICKUP_BPS: z.coerce.number().int().min(0).max(10_000).default(5_000),
  /** What a courier earns on top who brings the food back because support asks for it: a second, shorter ride. */
  COURIER_RETURN_BPS: z.coerce.number().int().min(0).max(10_000).default(5_000),
  /** How long after its opening a restaurant may contribute evidence against a dispute; default 3 days. */
  DISPUTE_RESTAURANT_MS: z.coerce.number().int().min(0).default(259_200_000),
  /** How long before the provider's date support is alerted for the first time; default 72 hours. */
  DISPUTE_ALERT_MS: z.coerce.number().int().min(0).default(259_200_000),
  /** The same for the last time; default 24 hours. */
  DISPUTE_LAST_ALERT_MS: z.coerce.number().int().min(0).default(86_400_000),
  /** How long before the provider's date the evidence is sent as it is, or the dispute given up without any. */
  DISPUTE_SEND_BEFORE_MS: z.coerce.number().int().min(0).default(3_600_000),
  /** Tax that commission and payout fees include, as invoices state it: Indonesia's VAT on services, in effect 11 %. */
  INVOICE_TAX_BPS: z.coerce.number().int().min(0).max(10_000).default(defaultInvoiceRates.taxBps),
  /** Income tax on the net that a restaurant withholds and pays to the tax office, as invoices state it; it moves no money here. */
  INVOICE_INCOME_TAX_BPS: z.coerce.number().int().min(0).max(5_000).default(defaultInvoiceRates.incomeTaxBps),
  /** Commission where a restaurant has no terms of its own, basis points. */
  DEFAULT_COMMISSION_BPS: z.coerce.number().int().min(0).max(10_000).default(2_000),
});

export type Env = z.infer<typeof env>;
