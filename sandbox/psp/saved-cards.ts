/** Which card a request may use, and what using it does to the card. Source: https://docs.stripe.com/payments/payment-methods#reusability */
import { findPaymentMethod } from "./cards.ts";
import { foreignMethod, liveCustomer, spentMethod } from "./customers.ts";
import { refused } from "./errors.ts";
import type { PaymentMethod } from "./records.ts";
import type { Work } from "./work.ts";

/** The customer that a request names, or null. Throws when unknown or deleted. */
export const customerOf = (work: Work, id: string | undefined): string | null =>
  id === undefined ? null : liveCustomer(work, id).id;

/**
 * The payment method that a request of `customer` (null: nobody's) may use. Throws 400 when it is used up, kept for
 * somebody else, or unknown.
 */
export function usePaymentMethod(work: Work, name: string, customer: string | null): PaymentMethod {
  const method = findPaymentMethod(work, name);
  if (method.spent) throw spentMethod();
  if (method.customer !== null && method.customer !== customer) throw foreignMethod(method);
  return method;
}

/** Checks that a card is kept for `customer`: without its holder at hand no other can be charged. Throws 400 otherwise. */
export function checkSaved(method: PaymentMethod, customer: string | null): void {
  if (customer !== null && method.customer === customer) return;
  throw refused(
    "payment_method_unexpected_state",
    "A payment with `off_session` needs a payment method that is attached to the `customer`.",
    { param: "payment_method" },
  );
}

/** Keeps a card for `customer` from now on; `authenticated` when its holder was asked. */
export function keepCard(work: Work, method: PaymentMethod, customer: string | null, authenticated: boolean): void {
  work.put("payment_method", {
    ...method,
    customer: customer ?? method.customer,
    authenticated: authenticated || method.authenticated,
  });
}

/** Uses a card up that was charged without being kept for a customer. */
export function spendCard(work: Work, method: PaymentMethod): void {
  if (method.customer === null) work.put("payment_method", { ...method, spent: true });
}
