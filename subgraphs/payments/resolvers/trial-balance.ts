/** The trial balance of a business day. */
import { accountKinds, balanceOf } from "../domain/accounts.ts";
import type { TrialBalanceRow } from "../domain/trial-balance.ts";
import { closedDay, countedRows, lastClosedDay, storedRows, type ClosedDay } from "../db/ledger-days.ts";
import type { QueryResolvers, TrialBalanceLineResolvers, TrialBalanceResolvers } from "../generated/resolvers.ts";

/** A day's rows in one currency; `close` is null for a day that is open or lies before closing began. */
export type TrialBalanceView = {
  day: string;
  currency: string;
  isClosed: boolean;
  close: ClosedDay | null;
  rows: TrialBalanceRow[];
};

/** Stored for a closed day, counted for any other; null where nothing was ever booked in the currency. */
export const trialBalance: NonNullable<QueryResolvers["trialBalance"]> = async (_, { day, currency }, { db }) => {
  const close = await closedDay(db, day);
  const rows = await (close ? storedRows(db, day, currency) : countedRows(db, day, currency));
  if (rows.length === 0) return null;
  const last = await lastClosedDay(db);
  return { day, currency, close, rows, isClosed: last !== null && day <= last.day };
};

const sum = (rows: readonly TrialBalanceRow[], side: "debitMinor" | "creditMinor") =>
  rows.reduce((total, row) => total + row[side], 0);

export const TrialBalance: TrialBalanceResolvers = {
  closedAt: ({ close }) => close?.closedAt ?? null,
  hash: ({ close }) => close?.hash ?? null,
  previousHash: ({ close }) => close?.previousHash ?? null,
  lines: ({ rows }) => rows,
  debits: ({ rows, currency }) => ({ amount: sum(rows, "debitMinor"), currency }),
  credits: ({ rows, currency }) => ({ amount: sum(rows, "creditMinor"), currency }),
};

export const TrialBalanceLine: TrialBalanceLineResolvers = {
  type: ({ account }) => accountKinds[account].type,
  normalSide: ({ account }) => accountKinds[account].normalSide,
  opening: ({ account, openingMinor, currency }) => ({ amount: balanceOf(account, openingMinor), currency }),
  debits: ({ debitMinor, currency }) => ({ amount: debitMinor, currency }),
  credits: ({ creditMinor, currency }) => ({ amount: creditMinor, currency }),
  closing: ({ account, closingMinor, currency }) => ({ amount: balanceOf(account, closingMinor), currency }),
};
