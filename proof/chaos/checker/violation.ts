/** What the checker says. */

/** An invariant of the domain that does not hold, by its number there; `orderId` is a uuid, null where no single order is meant. */
export type Violation = { invariant: number; orderId: string | null; what: string };

/** Collects the violations of one invariant. */
export type Say = (orderId: string | null, what: string) => void;

/** Sum of a column, or of numbers. */
export const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** States in which nothing was brought and nothing will be. */
export const unfulfilled = new Set(["PAYMENT_FAILED", "REJECTED", "EXPIRED", "CANCELLED"]);

/** States that nothing leaves. */
export const terminal = new Set([...unfulfilled, "COMPLETED", "DELIVERY_FAILED"]);
