/** Settings of users. */
import { z } from "zod";
import { subgraphEnv } from "../../kit/server/env.ts";

export const env = z.object({
  ...subgraphEnv,
  /** At least 32 characters: encrypts signing keys at rest, derives refresh tokens, seals the audit chain. */
  KEY_ENCRYPTION_KEY: z.string().min(32),
  ACCESS_TOKEN_ISSUER: z.string().default("https://antar.test"),
  ACCESS_TOKEN_AUDIENCE: z.string().default("antar"),
  ACCESS_TOKEN_SECONDS: z.coerce.number().int().min(1).max(600).default(600),
  /** A session ends so long after its sign-in, whatever its refreshes. */
  SESSION_DAYS: z.coerce.number().min(0.001).max(365).default(30),
  /** How long the token just rotated still answers with its successor. */
  REFRESH_GRACE_MS: z.coerce.number().int().min(0).max(60_000).default(10_000),
  /** Passwords worked on at a time: each takes 19 MiB, a core, and about 30 ms. */
  PASSWORDS_AT_ONCE: z.coerce.number().int().min(1).max(64).default(2),
  /** Passwords that may wait their turn, about 15 ms each; more are refused as RATE_LIMITED. */
  PASSWORDS_WAITING: z.coerce.number().int().min(0).max(10_000).default(100),
  /** Tries at one account's password under way at a time, from addresses that it did not sign in from lately. */
  SIGN_INS_PER_ACCOUNT: z.coerce.number().int().min(1).default(10),
  /** Tries at passwords from one network address under way at a time. */
  SIGN_INS_PER_ADDRESS: z.coerce.number().int().min(1).default(20),
  /** Tries at one account's password from one network address under way at a time. */
  SIGN_INS_PER_PAIR: z.coerce.number().int().min(1).default(5),
  /** Failed sign-ins are forgotten after so long without another. */
  SIGN_IN_FORGET_MS: z.coerce.number().int().positive().default(900_000),
  /** How long ended and expired sessions are kept, for the person's own export; default 30 days. */
  KEEP_ENDED_SESSIONS_MS: z.coerce
    .number()
    .int()
    .min(3_600_000)
    .default(30 * 86_400_000),
  /** While the audit chain grows, its end is noted so often: what is cut off within the interval alone might not show. */
  AUDIT_ANCHOR_MS: z.coerce.number().int().min(1_000).default(600_000),
  /** A file that gets the noted ends, one a line, beside log and database; best on another machine's disk. */
  AUDIT_ANCHOR_FILE: z.string().optional(),
  /** Longest delay that failed sign-ins earn. */
  SIGN_IN_MAX_DELAY_MS: z.coerce.number().int().min(0).max(4_000).default(3_000),
});

export type Env = z.infer<typeof env>;
