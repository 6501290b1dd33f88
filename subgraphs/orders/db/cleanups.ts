/** Rows of orders that are kept for a time only. */
import { lt } from "drizzle-orm";
import { deleteBatch, type Cleanup } from "../../../kit/cleanup.ts";
import { quotes } from "./tables.ts";

/** Forgets quotes, and the addresses in them, `keepMs` after they expired; an order has its own copy of all it needs. */
export const quoteCleanup = (keepMs: number): Cleanup => ({
  name: "quotes",
  keepMs,
  run: (db, before, limit) => deleteBatch(db, quotes, lt(quotes.expiresAt, before), limit),
});
