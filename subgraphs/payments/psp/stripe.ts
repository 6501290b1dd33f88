/** The card provider, by Stripe's API. Source: https://docs.stripe.com/api */
import Stripe from "stripe";
import { payoutCalls, type PayoutCalls, type PayoutSettings } from "./payouts.ts";
import type { AuthorizeRequest, BookCalls, Psp } from "./psp.ts";
import { bookCalls } from "./books.ts";
import type { Refusal } from "./refusal.ts";
import { readDispute, readEvent, readIntent, readRefund, readSetup } from "./read.ts";

export type StripeSettings = {
  apiUrl: string;
  secretKey: string;
  webhookSecret: string;
  webhookToleranceSeconds: number;
  timeoutMs: number;
  returnUrl: string;
  payouts: PayoutSettings;
};

/** Definite refusals become data; timeouts, outages, throttling and "the key is in use" stay unknown and are thrown on. */
async function definite<T>(call: Promise<T>): Promise<T | Refusal> {
  try {
    return await call;
  } catch (error) {
    const final =
      error instanceof Stripe.errors.StripeCardError || error instanceof Stripe.errors.StripeInvalidRequestError;
    if (!final || error.statusCode === 409 || error.statusCode === 429) throw error;
    const objectId = error.payment_intent?.id ?? error.setup_intent?.id ?? null;
    return { refused: true, code: error.decline_code ?? error.code ?? error.type, objectId };
  }
}

function connect(settings: StripeSettings): Stripe {
  const url = new URL(settings.apiUrl);
  return new Stripe(settings.secretKey, {
    host: url.hostname,
    port: url.port || (url.protocol === "http:" ? 80 : 443),
    protocol: url.protocol === "http:" ? "http" : "https",
    timeout: settings.timeoutMs,
    // Durable timers retry with the key that is stored; the SDK's own retries would die with the process.
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

/** What an object at the provider is about. The first try's is asked for word by word as before there were others. */
const about = ({ orderId, paymentId, tryNumber }: { orderId: string; paymentId: string; tryNumber: number }) => ({
  order_id: orderId,
  payment_id: paymentId,
  ...(tryNumber > 1 && { try: String(tryNumber) }),
});

const held = (request: AuthorizeRequest, returnUrl: string): Stripe.PaymentIntentCreateParams => ({
  amount: request.amountMinor,
  currency: request.currency.toLowerCase(),
  payment_method: request.paymentMethod,
  capture_method: "manual",
  confirm: true,
  metadata: about(request),
  ...(request.savedFor === null
    ? { automatic_payment_methods: { enabled: true }, return_url: request.returnUrl ?? returnUrl }
    : { customer: request.savedFor, off_session: true, allowed_payment_method_types: ["card"] }),
});

type Calls = Omit<Psp, "readWebhook" | keyof PayoutCalls | keyof BookCalls>;

function savedCards(
  stripe: Stripe,
  returnUrl: string,
): Pick<Calls, "createCustomer" | "deleteCustomer" | "save" | "findSetup" | "cancelSetup"> {
  return {
    createCustomer: async (userId, idempotencyKey) =>
      (await stripe.customers.create({ metadata: { user_id: userId } }, { idempotencyKey })).id,
    async deleteCustomer(providerCustomerId) {
      const answer = await definite(stripe.customers.del(providerCustomerId));
      if ("refused" in answer && answer.code !== "resource_missing") throw new Error(answer.code);
    },
    save: ({ paymentMethod, providerCustomerId, returnUrl: own, idempotencyKey, ...request }) =>
      definite(
        stripe.setupIntents
          .create(
            {
              customer: providerCustomerId,
              payment_method: paymentMethod,
              allowed_payment_method_types: ["card"],
              usage: "off_session",
              confirm: true,
              return_url: own ?? returnUrl,
              metadata: about(request),
            },
            { idempotencyKey },
          )
          .then(readSetup),
      ),
    findSetup: async (setupId) => readSetup(await stripe.setupIntents.retrieve(setupId)),
    cancelSetup: (setupId, idempotencyKey) =>
      definite(stripe.setupIntents.cancel(setupId, {}, { idempotencyKey }).then(readSetup)),
  };
}

function money(stripe: Stripe, returnUrl: string): Omit<Calls, keyof ReturnType<typeof savedCards>> {
  return {
    authorize: (request) =>
      definite(
        stripe.paymentIntents
          .create(held(request, returnUrl), { idempotencyKey: request.idempotencyKey })
          .then(readIntent),
      ),
    capture: (intentId, idempotencyKey) =>
      definite(stripe.paymentIntents.capture(intentId, {}, { idempotencyKey }).then(readIntent)),
    void: (intentId, idempotencyKey) =>
      definite(stripe.paymentIntents.cancel(intentId, {}, { idempotencyKey }).then(readIntent)),
    find: async (intentId) => readIntent(await stripe.paymentIntents.retrieve(intentId)),
    refund({ intentId, amountMinor, refundId, idempotencyKey }) {
      // The first attempt's key is the refund's id: one that began before attempts were counted is asked for word by word.
      const metadata = { refund_id: refundId, ...(idempotencyKey === refundId ? {} : { attempt: idempotencyKey }) };
      const request = { payment_intent: intentId, amount: amountMinor, metadata };
      return definite(stripe.refunds.create(request, { idempotencyKey }).then(readRefund));
    },
    submitEvidence: (disputeId, evidence, idempotencyKey) =>
      definite(stripe.disputes.update(disputeId, { evidence, submit: true }, { idempotencyKey }).then(readDispute)),
    closeDispute: (disputeId, idempotencyKey) =>
      definite(stripe.disputes.close(disputeId, {}, { idempotencyKey }).then(readDispute)),
    findRefund: async (providerRefundId) => readRefund(await stripe.refunds.retrieve(providerRefundId)),
  };
}

/** The provider behind `settings.apiUrl`: Stripe itself, or anything that speaks its API. */
export function createPsp(settings: StripeSettings): Psp {
  const stripe = connect(settings);
  const { returnUrl, webhookSecret, webhookToleranceSeconds } = settings;
  return {
    ...savedCards(stripe, returnUrl),
    ...money(stripe, returnUrl),
    ...payoutCalls(stripe, definite, settings.payouts),
    ...bookCalls(stripe),
    async readWebhook(rawBody, signature) {
      try {
        const event = await stripe.webhooks.constructEventAsync(
          rawBody,
          signature ?? "",
          webhookSecret,
          webhookToleranceSeconds,
        );
        return readEvent(event as Stripe.Event);
      } catch {
        return null;
      }
    },
  };
}
