/** Which orders of a run come to a bad end, and how: a function of the order's number. */

/** Whose fault support names. */
export type Fault = "CUSTOMER" | "COURIER" | "RESTAURANT" | "PLATFORM" | "NOBODY";

/**
 * A LATE order is called off by support when it has come as far as `at`; a pickup order that is READY is one that nobody
 * fetches. A FAILED one cannot be handed over: its courier says so at `at`, and brings the food back or not.
 */
export type Trouble =
  | { kind: "LATE"; at: "ACCEPTED" | "PREPARING" | "READY"; fulfilment: "DELIVERY" | "PICKUP"; fault: Fault }
  | { kind: "FAILED"; at: "PICKED_UP" | "AT_DROPOFF"; back: "NEVER" | "UNASKED" | "ASKED"; fault: Fault };

const faults: readonly Fault[] = ["CUSTOMER", "NOBODY", "COURIER", "RESTAURANT", "PLATFORM"];
const late = [
  { at: "READY", fulfilment: "DELIVERY" },
  { at: "ACCEPTED", fulfilment: "DELIVERY" },
  { at: "READY", fulfilment: "PICKUP" },
  { at: "PREPARING", fulfilment: "DELIVERY" },
] as const;
const failed = [
  { at: "AT_DROPOFF", back: "ASKED" },
  { at: "PICKED_UP", back: "NEVER" },
  { at: "AT_DROPOFF", back: "UNASKED" },
] as const;

/** One order in this many is called off late, and one fails. */
const every = 30;

/** What happens to order `number`; null for most. Cases and faults take turns, so that a longer run has every pair of them. */
export function troubleOf(number: number): Trouble | null {
  const round = Math.floor(number / every);
  const fault = faults[round % faults.length] ?? "CUSTOMER";
  if (number % every === 7) return { kind: "LATE", fault, ...(late[round % late.length] ?? late[0]) };
  if (number % every === 18) return { kind: "FAILED", fault, ...(failed[round % failed.length] ?? failed[0]) };
  return null;
}
