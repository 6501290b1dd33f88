/** What the books say at the end of a business day, and how closed days are chained. */
import { createHash } from "node:crypto";
import type { AccountKind } from "./accounts.ts";

/** One kind of account in one currency over one day, minor units; opening and closing are debits minus credits. */
export type TrialBalanceRow = {
  currency: string;
  account: AccountKind;
  openingMinor: number;
  debitMinor: number;
  creditMinor: number;
  closingMinor: number;
};

const inOrder = (a: TrialBalanceRow, b: TrialBalanceRow): number =>
  `${a.currency} ${a.account}` < `${b.currency} ${b.account}` ? -1 : 1;

/**
 * SHA-256 (hex) over a day, its rows in the order of currency and account, and the hash of the day before: whoever changes
 * a closed day changes every hash after it.
 */
export function dayHash(day: string, rows: readonly TrialBalanceRow[], previousHash: string | null): string {
  const lines = rows
    .toSorted(inOrder)
    .map((row) => [row.currency, row.account, row.openingMinor, row.debitMinor, row.creditMinor, row.closingMinor]);
  return createHash("sha256")
    .update(JSON.stringify([day, previousHash, lines]))
    .digest("hex");
}
