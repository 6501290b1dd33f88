/** Settings of payments. */
import { z } from "zod";
import { subgraphEnv } from "../../kit/env.ts";
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
  /** Where the card's issuer sends the customer back to. */
  PAYMENT_RETURN_URL: z.string().url().default("http://localhost:4000/"),
  /** How often a payment that waits for its customer, or a slow refund, is looked up at the provider. */
  PAYMENT_CHECK_MS: z.coerce.number().int().min(10).default(15_000),
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
  /** How often it is looked whether an erased person's last payment method may be forgotten. */
  FORGET_CHECK_MS: z.coerce.number().int().min(10).default(3_600_000),
  /** Commission where a restaurant has no terms of its own, basis points. */
  DEFAULT_COMMISSION_BPS: z.coerce.number().int().min(0).max(10_000).default(2_000),
});

export type Env = z.infer<typeof env>;
