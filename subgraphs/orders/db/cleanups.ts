/** Rows of orders that are kept for a time only. */
import { lt } from "drizzle-orm";
import { deleteBatch, type Cleanup } from "../../../kit/database/cleanup.ts";
import type { Env } from "../env.ts";
import { promotionCodeTries, quotes } from "./tables.ts";

/** Forgets quotes, and the addresses in them, `keepMs` after they expired; an order has its own copy of all it needs. */
const quoteCleanup = (keepMs: number): Cleanup => ({
  name: "quotes",
  keepMs,
  run: (db, before, limit) => deleteBatch(db, quotes, lt(quotes.expiresAt, before), limit),
});

/** Forgets tries of promotion codes whose window is over. */
const codeTriesCleanup = (windowMs: number): Cleanup => ({
  name: "promotion_code_tries",
  keepMs: windowMs,
  run: (db, before, limit) => deleteBatch(db, promotionCodeTries, lt(promotionCodeTries.since, before), limit),
});

/** All of them, as the settings say. */
export const cleanups = ({ KEEP_QUOTES_MS, PROMOTION_CODE_WINDOW_MS }: Env): Cleanup[] => [
  quoteCleanup(KEEP_QUOTES_MS),
  codeTriesCleanup(PROMOTION_CODE_WINDOW_MS),
];
