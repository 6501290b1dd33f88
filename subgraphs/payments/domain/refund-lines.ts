/** What pieces of an order's line are worth, as the accepted quote charged them. */
import { allocate } from "../../../kit/money.ts";

/** A line with what was paid back of it so far; amounts are minor units, `refundedMinor` is with tax. */
export type LineStanding = {
  quantity: number;
  netMinor: number;
  taxMinor: number;
  refundedQuantity: number;
  refundedMinor: number;
  refundedTaxMinor: number;
};

/** The first `pieces` of `quantity` pieces of an amount split by largest remainder. */
const ofPieces = (amountMinor: number, quantity: number, pieces: number): number =>
  allocate(
    amountMinor,
    Array.from({ length: quantity }, () => 1),
  )
    .slice(0, pieces)
    .reduce((sum, part) => sum + part, 0);

/**
 * What `quantity` more pieces of a line come to, with tax; null when there are not so many left. What was paid back is
 * always the worth of the pieces paid back, in however many refunds and whichever of them failed; the last takes the rest.
 */
export function lineRefund(line: LineStanding, quantity: number): { amountMinor: number; taxMinor: number } | null {
  const pieces = line.refundedQuantity + quantity;
  if (quantity < 1 || pieces > line.quantity) return null;
  const taxMinor = ofPieces(line.taxMinor, line.quantity, pieces) - line.refundedTaxMinor;
  const netBefore = line.refundedMinor - line.refundedTaxMinor;
  return { amountMinor: ofPieces(line.netMinor, line.quantity, pieces) - netBefore + taxMinor, taxMinor };
}
