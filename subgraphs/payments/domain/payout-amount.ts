/** How much of what is owed is paid out, and what an instant payout costs. Amounts are minor units of one currency. */
import { applyBps } from "../../../kit/money.ts";
import { err, ok, type Result } from "../../../kit/result.ts";

/** WEEKLY: all that is free, by the calendar, for nothing. INSTANT: when its owner asks, for a fee. */
export type PayoutKind = "WEEKLY" | "INSTANT";

/** What is owed (negative when refunds took more than was earned since) and what of it is still held back. */
export type Owed = { owedMinor: number; heldMinor: number };

/** The rules of a currency: less than the minimum is carried over; the fee is a share, and at least `feeMinimumMinor`. */
export type PayoutTerms = { minimumMinor: number; feeBps: number; feeMinimumMinor: number };

/** What leaves the balance, what of it stays with the platform, and what arrives. */
export type PayoutAmounts = { amountMinor: number; feeMinor: number; netMinor: number };

export type AmountProblem =
  | { tag: "INSUFFICIENT_BALANCE"; availableMinor: number }
  | { tag: "BELOW_MINIMUM"; minimumMinor: number };

/** What can be paid out now; never negative. */
export const availableMinor = ({ owedMinor, heldMinor }: Owed): number => Math.max(0, owedMinor - heldMinor);

/** What an instant payout of an amount costs. */
export const instantFeeMinor = (amountMinor: number, { feeBps, feeMinimumMinor }: PayoutTerms): number =>
  Math.max(applyBps(amountMinor, feeBps), feeMinimumMinor);

/** The least that an instant payout may be: its fee leaves something. */
const least = (kind: PayoutKind, { minimumMinor, feeMinimumMinor }: PayoutTerms): number =>
  Math.max(minimumMinor, kind === "INSTANT" ? feeMinimumMinor + 1 : 1);

/** The amounts of a payout of `wantedMinor` (at least 1), or of all that is free. */
export function payoutAmounts(
  kind: PayoutKind,
  owed: Owed,
  terms: PayoutTerms,
  wantedMinor: number | null = null,
): Result<PayoutAmounts, AmountProblem> {
  const available = availableMinor(owed);
  const amountMinor = wantedMinor ?? available;
  if (available === 0 || amountMinor > available)
    return err({ tag: "INSUFFICIENT_BALANCE", availableMinor: available });
  const minimumMinor = least(kind, terms);
  if (amountMinor < minimumMinor) return err({ tag: "BELOW_MINIMUM", minimumMinor });
  const feeMinor = kind === "WEEKLY" ? 0 : instantFeeMinor(amountMinor, terms);
  return ok({ amountMinor, feeMinor, netMinor: amountMinor - feeMinor });
}

/** The part of a courier's payout that comes out of tips: those first, then the pay. */
export const tipsPart = (amountMinor: number, tipsOwedMinor: number): number =>
  Math.min(amountMinor, Math.max(0, tipsOwedMinor));
