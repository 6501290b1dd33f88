/** Rows of orders that are kept for a time only. */
import { lt } from "drizzle-orm";
import { deleteBatch, type Cleanup } from "../../../kit/database/cleanup.ts";
import { promotionCodeTries, quotes } from "./tables.ts";

/** Forgets quotes, and the addresses in them, `keepMs` after they expired; an order has its own copy of all it needs. */
export const quoteCleanup = (keepMs: number): Cleanup => ({
  name: "quotes",
  keepMs,
  run: (db, before, limit) => deleteBatch(db, quotes, lt(quotes.expiresAt, before), limit),
});

/** Forgets tries of promotion codes whose window is over. */
export const codeTriesCleanup = (windowMs: number): Cleanup => ({
  name: "promotion_code_tries",
  keepMs: windowMs,
  run: (db, before, limit) => deleteBatch(db, promotionCodeTries, lt(promotionCodeTries.since, before), limit),
});
