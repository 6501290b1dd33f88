/** Charges: made by confirming a payment intent, never directly. */
import { putBalanceTransaction } from "./balance-transactions.ts";
import { newId, unixNow, type Charge, type PaymentIntent, type PaymentMethod } from "./records.ts";
import type { Work } from "./work.ts";

/** Stores the charge of an attempt: authorized, captured at once, or failed with `failure`. */
export function putCharge(
  work: Work,
  intent: PaymentIntent,
  method: PaymentMethod,
  failure?: { code?: string; decline_code?: string; message: string },
): Charge {
  const captured = !failure && intent.capture_method !== "manual";
  const charge: Charge = {
    id: newId("charge"),
    object: "charge",
    created: unixNow(),
    livemode: false,
    amount: intent.amount,
    amount_captured: captured ? intent.amount : 0,
    amount_refunded: 0,
    balance_transaction: null,
    captured,
    currency: intent.currency,
    failure_code: failure?.code ?? null,
    failure_message: failure?.message ?? null,
    metadata: intent.metadata,
    outcome: failure
      ? {
          network_status: "declined_by_network",
          reason: failure.decline_code ?? null,
          type: "issuer_declined",
        }
      : { network_status: "approved_by_network", reason: null, type: "authorized" },
    paid: !failure,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: { type: "card", card: method.card },
    refunded: false,
    status: failure ? "failed" : "succeeded",
  };
  if (captured) putBalanceTransaction(work, charge);
  work.put("charge", charge);
  work.emit(failure ? "charge.failed" : "charge.succeeded", charge);
  return charge;
}
