/** On whom a lost dispute falls, by the reason that the cardholder's bank gave. */
import type { Fault } from "./fault-policy.ts";

/**
 * Reasons with the fault that is taken where support names none. Null: another used the card, which the platform bears whole,
 * tax included, since the sale stands. Every reason that is not listed counts as the platform's fault.
 * Source: https://docs.stripe.com/disputes/categories
 */
const faultOfReason: Readonly<Record<string, Fault | null>> = {
  fraudulent: null,
  product_unacceptable: "RESTAURANT",
};

/** The fault of a lost dispute: what support named, else what its reason stands for; null for fraud. */
export function disputeFault({ fault, reason }: { fault: Fault | null; reason: string }): Fault | null {
  if (fault !== null) return fault;
  return Object.hasOwn(faultOfReason, reason) ? (faultOfReason[reason] ?? null) : "PLATFORM";
}
