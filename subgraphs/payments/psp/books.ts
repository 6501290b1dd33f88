/** What the provider's own books say: its fees, and what it holds of a window of time. Source: https://docs.stripe.com/api/pagination */
import Stripe from "stripe";
import type { BookCalls, IntentSeen, RefundSeen, SeenWindow } from "./psp.ts";
import { readDispute, readIntent, readRefund } from "./read.ts";

const seenIntent = (intent: Stripe.PaymentIntent): IntentSeen => ({
  ...readIntent(intent),
  paymentId: intent.metadata?.["payment_id"] ?? null,
  capturedMinor: intent.amount_received,
});

const seenRefund = (refund: Stripe.Refund): RefundSeen => {
  const { refund_id: refundId = null, attempt: attemptKey = refundId } = refund.metadata ?? {};
  return {
    ...readRefund(refund),
    amountMinor: refund.amount,
    currency: refund.currency.toUpperCase(),
    refundId,
    attemptKey,
  };
};

const query = ({ since, until }: SeenWindow, after: string | null) => ({
  limit: 100,
  created: { gte: Math.floor(since.getTime() / 1000), lt: Math.ceil(until.getTime() / 1000) },
  ...(after === null ? {} : { starting_after: after }),
});

const pageOf = <T extends { id: string }, S>({ data, has_more: more }: Stripe.ApiList<T>, see: (object: T) => S) => ({
  items: data.map(see),
  next: more ? (data.at(-1)?.id ?? null) : null,
});

/** Null for what does not exist; anything else that goes wrong is thrown on. */
async function ifThere<T, S>(call: Promise<T>, see: (object: T) => S): Promise<S | null> {
  try {
    return see(await call);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === "resource_missing") return null;
    throw error;
  }
}

/** The calls over a connection to Stripe, or to anything that speaks its API. */
export const bookCalls = (stripe: Stripe): BookCalls => ({
  async feeOf(intentId) {
    const expand = { expand: ["latest_charge.balance_transaction"] };
    const { latest_charge: charge } = await stripe.paymentIntents.retrieve(intentId, expand);
    const moved = typeof charge === "object" ? charge?.balance_transaction : null;
    if (!charge || typeof charge === "string" || !moved || typeof moved === "string") return null;
    return { chargeId: charge.id, feeMinor: moved.fee, currency: moved.currency.toUpperCase() };
  },
  listIntents: async (window, after) => pageOf(await stripe.paymentIntents.list(query(window, after)), seenIntent),
  listRefunds: async (window, after) => pageOf(await stripe.refunds.list(query(window, after)), seenRefund),
  listDisputes: async (window, after) => pageOf(await stripe.disputes.list(query(window, after)), readDispute),
  lookUpIntent: (intentId) => ifThere(stripe.paymentIntents.retrieve(intentId), seenIntent),
  lookUpRefund: (providerRefundId) => ifThere(stripe.refunds.retrieve(providerRefundId), seenRefund),
  lookUpDispute: (disputeId) => ifThere(stripe.disputes.retrieve(disputeId), readDispute),
});
