/** What pieces of an order's line are worth, as the accepted quote charged them. */
import { allocate, floorTo } from "../../../kit/money.ts";

/** A line with what was paid back of it so far; amounts are minor units, `refundedMinor` is with tax. */
export type LineStanding = {
  quantity: number;
  netMinor: number;
  taxMinor: number;
  /** The platform's part of the line's discount; absent = 0. */
  promotedMinor?: number | null;
  refundedQuantity: number;
  refundedMinor: number;
  refundedTaxMinor: number;
  refundedPromotedMinor?: number;
};

/** What pieces come to: `amountMinor` with tax, and the platform's discount on them, which nobody is paid back. */
export type LineWorth = { amountMinor: number; taxMinor: number; promotedMinor: number };

/** What `quantity` of `left` pieces come to of the money that is left for them, split in steps by largest remainder. */
const ofPieces = (leftMinor: number, left: number, quantity: number, step: number): number =>
  allocate(
    floorTo(step, leftMinor) / step,
    Array.from({ length: left }, () => 1),
  )
    .slice(0, quantity)
    .reduce((sum, part) => sum + part * step, 0);

/**
 * What `quantity` more pieces of a line come to, with tax; null when there are not so many left. Reckoned from what is left,
 * so that in however many refunds, and whichever of them failed, the last piece takes the rest and none costs less than nothing.
 * Amounts are multiples of `step`, the smallest that the card can be paid back in.
 */
export function lineRefund(line: LineStanding, quantity: number, step = 1): LineWorth | null {
  const left = line.quantity - line.refundedQuantity;
  if (quantity < 1 || quantity > left) return null;
  const taxMinor = ofPieces(line.taxMinor - line.refundedTaxMinor, left, quantity, step);
  const netLeft = line.netMinor - (line.refundedMinor - line.refundedTaxMinor);
  const promotedLeft = (line.promotedMinor ?? 0) - (line.refundedPromotedMinor ?? 0);
  const promotedMinor = ofPieces(promotedLeft, left, quantity, 1);
  return { amountMinor: ofPieces(netLeft, left, quantity, step) + taxMinor, taxMinor, promotedMinor };
}
