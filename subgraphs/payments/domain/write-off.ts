/** When what an owner owes may be given up. Amounts are minor units of one currency. */

/** Why not; `balanceMinor` is the balance as it is now, below 0 when the owner owes. */
export type WriteOffProblem =
  | { tag: "NOT_NEGATIVE"; balanceMinor: number }
  | { tag: "BALANCE_CHANGED"; balanceMinor: number };

/** Whether giving up `amountMinor`, at least 1, brings a balance to exactly 0; null when it does. */
export function writeOffProblem(balanceMinor: number, amountMinor: number): WriteOffProblem | null {
  if (balanceMinor >= 0) return { tag: "NOT_NEGATIVE", balanceMinor };
  return balanceMinor + amountMinor === 0 ? null : { tag: "BALANCE_CHANGED", balanceMinor };
}
