/** The provider's webhooks: verified over the raw body, taking effect once, in any order. */
import type { HttpRequest, HttpResponse } from "../../../kit/http.ts";
import type { Tx } from "../../../kit/db.ts";
import { entriesOf } from "../domain/postings.ts";
import { canMove, refundedState } from "../domain/payment-states.ts";
import { post } from "../db/ledger.ts";
import { lockPayment, lockPaymentOfIntent, movePayment, type Moment } from "../db/payments.ts";
import { firstDelivery } from "../db/projections.ts";
import type { Deps } from "../deps.ts";
import type { Webhook } from "../psp/stripe.ts";
import { isId } from "../../../kit/id.ts";
import { traceIdOf } from "../../../kit/trace.ts";
import { observe } from "./observe-intent.ts";
import { settleRefund } from "./send-refund.ts";

/** Route `POST /webhooks/stripe`: 400 for a signature that does not hold, 200 once the effect is committed. */
export async function receiveWebhook(request: HttpRequest, deps: Deps): Promise<HttpResponse> {
  const signature = request.headers["stripe-signature"];
  const webhook = await deps.psp.readWebhook(request.rawBody, Array.isArray(signature) ? signature[0] : signature);
  if (!webhook) return { status: 400, body: "signature does not hold" };
  const moment = { now: deps.clock.now(), traceId: traceIdOf(request.headers["traceparent"]) };
  await deps.db.transaction(async (tx) => {
    if (await firstDelivery(tx, webhook.id, webhook.type, moment.now)) await apply(tx, webhook, moment);
  });
  return { status: 200, body: "ok" };
}

async function apply(tx: Tx, webhook: Webhook, moment: Moment): Promise<void> {
  switch (webhook.kind) {
    case "INTENT": {
      const { paymentId, intent } = webhook;
      const named = paymentId !== null && isId("pay", paymentId) ? await lockPayment(tx, paymentId) : null;
      const payment = named ?? (await lockPaymentOfIntent(tx, intent.id));
      if (payment) await observe(tx, payment, intent, moment);
      return;
    }
    case "REFUND":
      if (webhook.refundId !== null && isId("rfd", webhook.refundId))
        await settleRefund(tx, webhook.refundId, webhook.refund, moment);
      return;
    case "DISPUTE":
      return dispute(tx, webhook, moment);
    case "OTHER":
      return;
  }
}

async function dispute(tx: Tx, webhook: Extract<Webhook, { kind: "DISPUTE" }>, moment: Moment): Promise<void> {
  const payment = await lockPaymentOfIntent(tx, webhook.intentId);
  if (!payment || webhook.outcome === "LOST") return;
  const opened = webhook.outcome === "OPENED";
  const to = opened ? "DISPUTED" : refundedState(payment.capturedMinor, payment.refundedMinor);
  if (!canMove(payment.state, to) || (!opened && payment.state !== "DISPUTED")) return;
  await movePayment(tx, payment, to, {}, moment);
  const { id, orderId, currency, restaurantId } = payment;
  const kind = opened ? "dispute-opened" : "dispute-won";
  const entries = entriesOf(kind, { amountMinor: webhook.amountMinor }, { restaurantId, courierId: null });
  await post(tx, { kind, reference: id, orderId, currency, entries }, moment);
}
