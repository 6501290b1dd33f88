import { z } from "zod";

const milliseconds = (fallback: number) => z.coerce.number().int().min(0).default(fallback);

/** Settings of the sandbox card provider. Parsing fails in production: a sandbox must never stand where money is real. */
export const env = z.object({
  NODE_ENV: z
    .string()
    .default(() => process.env["NODE_ENV"] ?? "development")
    .refine((value) => value !== "production", "the sandbox card provider refuses to start in production"),
  /** Port to listen on; 0 takes any free one. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  HOST: z.string().default("127.0.0.1"),
  /** Address under which browsers reach the 3-D Secure page; by default the address listened on. */
  PUBLIC_URL: z.url().optional(),
  /** The only key that is let in. */
  STRIPE_SECRET_KEY: z.string().startsWith("sk_test_").min(12),
  /** Where events go; without it they wait until `webhookTo` names a place. */
  WEBHOOK_URL: z.url().optional(),
  /** Signs each webhook. */
  WEBHOOK_SECRET: z.string().startsWith("whsec_").min(12),
  /** Folder of the journal; made when absent. */
  DATA_FOLDER: z.string().min(1),
  /** The journal is rewritten to what is still needed once it is larger than this and has doubled since. */
  JOURNAL_COMPACT_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(64 * 1024 * 1024),
  /** Waits this long before each webhook. */
  WEBHOOK_DELAY_MS: milliseconds(0),
  /** Extra copies sent of each event. */
  WEBHOOK_DUPLICATES: z.coerce.number().int().min(0).max(10).default(0),
  /** Collects up to this many events and sends them newest first; 1 keeps the order. */
  WEBHOOK_REORDER_WINDOW: z.coerce.number().int().min(1).max(100).default(1),
  /** An incomplete window is sent after this long. */
  WEBHOOK_REORDER_WAIT_MS: milliseconds(200),
  /** First pause before a refused webhook is sent again; doubles up to the maximum. */
  WEBHOOK_RETRY_MS: milliseconds(500),
  WEBHOOK_RETRY_MAX_MS: milliseconds(30_000),
  /** A webhook unanswered for this long counts as refused. */
  WEBHOOK_TIMEOUT_MS: milliseconds(10_000),
  /** What the platform's balance begins with in each currency, minor units: transfers beyond it and what was charged are refused. */
  OPENING_BALANCE_MINOR: z.coerce.number().int().min(0).default(10_000_000_000_000),
  /** How long a payout to a bank is on its way before it arrives, fails or comes back. */
  PAYOUT_ARRIVAL_MS: milliseconds(2_000),
  /** How long after its opening a dispute waits for evidence before it is lost; at most 24 days, default 7. */
  EVIDENCE_DUE_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(24 * 86_400_000)
    .default(7 * 86_400_000),
  /** Work done on a POST before it takes effect, while its idempotency key is held. */
  LATENCY_MS: milliseconds(0),
  /** How long the cards that never answer hold the connection before it is cut. */
  HOLD_MS: milliseconds(30_000),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
});

export type Env = z.infer<typeof env>;
