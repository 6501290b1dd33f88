/** The card provider, by Stripe's API; the only file that knows it. */
import Stripe from "stripe";
import type { IntentStatus } from "../domain/observation.ts";

/** What the provider says of an amount held or taken. */
export type Intent = {
  id: string;
  status: IntentStatus;
  capturedMinor: number;
  nextActionUrl: string | null;
  failure: string | null;
};

/** What the provider says of a refund. */
export type ProviderRefund = { id: string; status: "PENDING" | "SUCCEEDED" | "FAILED"; failure: string | null };

/** The provider's definite no: trying again cannot help. `code` is its word, such as card_declined. */
export type Refusal = { refused: true; code: string; intent: Intent | null };

export type AuthorizeRequest = {
  paymentId: string;
  orderId: string;
  amountMinor: number;
  currency: string;
  paymentMethod: string;
  idempotencyKey: string;
};

/** A verified webhook, reduced to what payments acts on; `kind` OTHER is acknowledged and left alone. */
export type Webhook = { id: string; type: string } & (
  | { kind: "INTENT"; paymentId: string | null; intent: Intent }
  | { kind: "REFUND"; refundId: string | null; refund: ProviderRefund }
  | { kind: "DISPUTE"; intentId: string; amountMinor: number; outcome: "OPENED" | "WON" | "LOST" }
  | { kind: "OTHER" }
);

/** The calls; each answers a definite outcome or throws, and a throw means that the outcome is unknown: ask again with the same key. */
export type Psp = {
  authorize(request: AuthorizeRequest): Promise<Intent | Refusal>;
  capture(intentId: string, idempotencyKey: string): Promise<Intent | Refusal>;
  void(intentId: string, idempotencyKey: string): Promise<Intent | Refusal>;
  find(intentId: string): Promise<Intent>;
  refund(request: { intentId: string; amountMinor: number; refundId: string }): Promise<ProviderRefund | Refusal>;
  findRefund(providerRefundId: string): Promise<ProviderRefund>;
  /** Checks the signature over the raw body; null when it is forged, malformed or too old. */
  readWebhook(rawBody: Buffer, signature: string | undefined): Promise<Webhook | null>;
};

export type StripeSettings = {
  apiUrl: string;
  secretKey: string;
  webhookSecret: string;
  webhookToleranceSeconds: number;
  timeoutMs: number;
  returnUrl: string;
};

const intentStatus = {
  requires_action: "REQUIRES_ACTION",
  requires_confirmation: "PROCESSING",
  processing: "PROCESSING",
  requires_capture: "AUTHORIZED",
  succeeded: "CAPTURED",
  canceled: "CANCELED",
  requires_payment_method: "FAILED",
} as const satisfies Record<string, Intent["status"]>;

const readIntent = (intent: Stripe.PaymentIntent): Intent => ({
  id: intent.id,
  // A status that Stripe adds later says nothing definite to us.
  status: intentStatus[intent.status as keyof typeof intentStatus] ?? "PROCESSING",
  capturedMinor: intent.amount_received,
  nextActionUrl: intent.next_action?.redirect_to_url?.url ?? null,
  failure:
    intent.last_payment_error?.decline_code ?? intent.last_payment_error?.code ?? intent.cancellation_reason ?? null,
});

const readRefund = (refund: Stripe.Refund): ProviderRefund => ({
  id: refund.id,
  status:
    refund.status === "succeeded"
      ? "SUCCEEDED"
      : refund.status === "failed" || refund.status === "canceled"
        ? "FAILED"
        : "PENDING",
  failure: refund.failure_reason ?? null,
});

/** Definite refusals become data; timeouts, outages, throttling and "the key is in use" stay unknown and are thrown on. */
async function definite<T>(call: Promise<T>): Promise<T | Refusal> {
  try {
    return await call;
  } catch (error) {
    const final =
      error instanceof Stripe.errors.StripeCardError || error instanceof Stripe.errors.StripeInvalidRequestError;
    if (!final || error.statusCode === 409 || error.statusCode === 429) throw error;
    const intent = error.payment_intent ? readIntent(error.payment_intent as Stripe.PaymentIntent) : null;
    return { refused: true, code: error.decline_code ?? error.code ?? error.type, intent };
  }
}

/** Others, such as payment_intent.created, show an intent that nothing happened to yet. */
const intentEvents = new Set<string>([
  "payment_intent.amount_capturable_updated",
  "payment_intent.requires_action",
  "payment_intent.succeeded",
  "payment_intent.canceled",
  "payment_intent.payment_failed",
]);

function readEvent(event: Stripe.Event): Webhook {
  const { id, type } = event;
  if (intentEvents.has(event.type)) {
    const intent = event.data.object as Stripe.PaymentIntent;
    return { id, type, kind: "INTENT", paymentId: intent.metadata?.["payment_id"] ?? null, intent: readIntent(intent) };
  }
  if (event.type.startsWith("refund.") || event.type === "charge.refund.updated") {
    const refund = event.data.object as Stripe.Refund;
    return { id, type, kind: "REFUND", refundId: refund.metadata?.["refund_id"] ?? null, refund: readRefund(refund) };
  }
  if (event.type === "charge.dispute.created" || event.type === "charge.dispute.closed") {
    const dispute = event.data.object;
    const intentId =
      typeof dispute.payment_intent === "string" ? dispute.payment_intent : (dispute.payment_intent?.id ?? "");
    const closed = dispute.status === "won" ? "WON" : "LOST";
    return {
      id,
      type,
      kind: "DISPUTE",
      intentId,
      amountMinor: dispute.amount,
      outcome: event.type.endsWith("created") ? "OPENED" : closed,
    };
  }
  return { id, type, kind: "OTHER" };
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

/** The provider behind `settings.apiUrl`: Stripe itself, or anything that speaks its API. Source: https://docs.stripe.com/api */
export function createPsp(settings: StripeSettings): Psp {
  const stripe = connect(settings);
  const { returnUrl, webhookSecret, webhookToleranceSeconds } = settings;
  return {
    async authorize({ paymentId, orderId, amountMinor, currency, paymentMethod, idempotencyKey }) {
      const created = stripe.paymentIntents.create(
        {
          amount: amountMinor,
          currency: currency.toLowerCase(),
          payment_method: paymentMethod,
          automatic_payment_methods: { enabled: true },
          capture_method: "manual",
          confirm: true,
          return_url: returnUrl,
          metadata: { order_id: orderId, payment_id: paymentId },
        },
        { idempotencyKey },
      );
      return definite(created.then(readIntent));
    },
    capture: (intentId, idempotencyKey) =>
      definite(stripe.paymentIntents.capture(intentId, {}, { idempotencyKey }).then(readIntent)),
    void: (intentId, idempotencyKey) =>
      definite(stripe.paymentIntents.cancel(intentId, {}, { idempotencyKey }).then(readIntent)),
    find: async (intentId) => readIntent(await stripe.paymentIntents.retrieve(intentId)),
    refund({ intentId, amountMinor, refundId }) {
      const request = { payment_intent: intentId, amount: amountMinor, metadata: { refund_id: refundId } };
      return definite(stripe.refunds.create(request, { idempotencyKey: refundId }).then(readRefund));
    },
    findRefund: async (providerRefundId) => readRefund(await stripe.refunds.retrieve(providerRefundId)),
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
