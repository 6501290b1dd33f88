/** How much of what is owed is paid out, and what an instant payout costs. Amounts are minor units of one currency. */
import { applyBps, floorTo } from "../../../kit/money.ts";
import { err, ok, type Result } from "../../../kit/result.ts";

/**
 * WEEKLY: all that is free, by the calendar, for nothing. INSTANT: when its owner asks, for a fee. FINAL: as WEEKLY, of a
 * restaurant that has left, and without a minimum.
 */
export type PayoutKind = "WEEKLY" | "INSTANT" | "FINAL";

/** What is owed (negative when refunds took more than was earned since) and what of it is still held back. */
export type Owed = { owedMinor: number; heldMinor: number };

/**
 * The rules of a currency: less than the minimum is carried over; the fee is a share, and at least `feeMinimumMinor`; what
 * arrives is a multiple of `stepMinor` (default 1).
 */
export type PayoutTerms = { minimumMinor: number; feeBps: number; feeMinimumMinor: number; stepMinor?: number };

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
const least = (kind: PayoutKind, { minimumMinor, feeMinimumMinor, stepMinor = 1 }: PayoutTerms): number =>
  Math.max(kind === "FINAL" ? 0 : minimumMinor, kind === "INSTANT" ? feeMinimumMinor + stepMinor : stepMinor);

/** The amounts of a payout of `wantedMinor` (at least 1), or of all that is free. */
export function payoutAmounts(
  kind: PayoutKind,
  owed: Owed,
  terms: PayoutTerms,
  wantedMinor: number | null = null,
): Result<PayoutAmounts, AmountProblem> {
  const available = availableMinor(owed);
  const { stepMinor = 1 } = terms;
  const amountMinor = floorTo(stepMinor, wantedMinor ?? available);
  if (available === 0 || (wantedMinor ?? 0) > available)
    return err({ tag: "INSUFFICIENT_BALANCE", availableMinor: available });
  const minimumMinor = least(kind, terms);
  if (amountMinor < minimumMinor) return err({ tag: "BELOW_MINIMUM", minimumMinor });
  const feeMinor = kind === "INSTANT" ? instantFeeMinor(amountMinor, terms) : 0;
  const netMinor = floorTo(stepMinor, amountMinor - feeMinor);
  return ok({ amountMinor: netMinor + feeMinor, feeMinor, netMinor });
}

/** The part of a courier's payout that comes out of tips: those first, then the pay. */
export const tipsPart = (amountMinor: number, tipsOwedMinor: number): number =>
  Math.min(amountMinor, Math.max(0, tipsOwedMinor));
