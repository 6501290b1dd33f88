/** The life of a stock reservation, as data. */

/** HELD at checkout, COMMITTED once the restaurant accepted, RELEASED when the stock went back. */
export type ReservationState = "HELD" | "COMMITTED" | "RELEASED";

/** Where a reservation may go; RELEASED is final, so stock goes back at most once. */
export const reservationMoves: Readonly<Record<ReservationState, readonly ReservationState[]>> = {
  HELD: ["COMMITTED", "RELEASED"],
  COMMITTED: ["RELEASED"],
  RELEASED: [],
};

/** The states from which `to` can be reached in one step. */
export const reachableFrom = (to: ReservationState): ReservationState[] =>
  (Object.keys(reservationMoves) as ReservationState[]).filter((from) => reservationMoves[from].includes(to));

/** One item of a reservation. */
export type HeldLine = { readonly itemId: string; readonly quantity: number };

/** Lines of one item added up, ordered by item id so that concurrent reservations lock rows in one order. */
export function mergeLines(lines: readonly HeldLine[]): HeldLine[] {
  const totals = new Map<string, number>();
  for (const line of lines) totals.set(line.itemId, (totals.get(line.itemId) ?? 0) + line.quantity);
  return [...totals].map(([itemId, quantity]) => ({ itemId, quantity })).sort((a, b) => (a.itemId < b.itemId ? -1 : 1));
}
