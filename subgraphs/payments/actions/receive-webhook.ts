/** The provider's webhooks: verified over the raw body, taking effect once, in any order. */
import type { HttpRequest, HttpResponse } from "../../../kit/server/http.ts";
import type { Tx } from "../../../kit/database/db.ts";
import { lockPayment, lockPaymentOfIntent, lockPaymentOfSetup, type Moment } from "../db/payments.ts";
import { firstDelivery } from "../db/projections.ts";
import type { PaymentRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import type { Webhook } from "../psp/psp.ts";
import { isId } from "../../../kit/id.ts";
import { traceIdOf } from "../../../kit/server/trace.ts";
import { hearDispute } from "./hear-dispute.ts";
import { observe, observeEarlier, observeSetup } from "./observe-intent.ts";
import { hearPayoutAccount } from "./open-payout-account.ts";
import { settlePayout } from "./settle-payout.ts";
import { settleRefund } from "./settle-refund.ts";

/** Route `POST /webhooks/stripe`: 400 for a signature that does not hold, 200 once the effect is committed. */
export async function receiveWebhook(request: HttpRequest, deps: Deps): Promise<HttpResponse> {
  const signature = request.headers["stripe-signature"];
  const webhook = await deps.psp.readWebhook(request.rawBody, Array.isArray(signature) ? signature[0] : signature);
  if (!webhook) return { status: 400, body: "signature does not hold" };
  const moment = { now: deps.clock.now(), traceId: traceIdOf(request.headers["traceparent"]) };
  await deps.db.transaction(async (tx) => {
    if (await firstDelivery(tx, webhook.id, webhook.type, moment.now)) await apply(tx, webhook, deps.settings, moment);
  });
  return { status: 200, body: "ok" };
}

async function apply(tx: Tx, webhook: Webhook, settings: Deps["settings"], moment: Moment): Promise<void> {
  switch (webhook.kind) {
    case "INTENT": {
      const { paymentId, intent } = webhook;
      const payment = (await named(tx, paymentId)) ?? (await lockPaymentOfIntent(tx, intent.id));
      if (payment && !(await observeEarlier(tx, payment, intent, moment))) await observe(tx, payment, intent, moment);
      return;
    }
    case "SETUP": {
      const { paymentId, setup } = webhook;
      const payment = (await named(tx, paymentId)) ?? (await lockPaymentOfSetup(tx, setup.id));
      if (payment) await observeSetup(tx, payment, setup, moment);
      return;
    }
    case "REFUND": {
      const { refundId, attemptKey, refund } = webhook;
      if (refundId === null || attemptKey === null || !isId("rfd", refundId)) return;
      return settleRefund(tx, { ...refund, refundId, attemptKey }, settings, moment);
    }
    case "PAYOUT": {
      const { payoutId, attemptKey, providerAccountId, payout } = webhook;
      if (payoutId === null || attemptKey === null || !isId("pyt", payoutId)) return;
      return settlePayout(tx, payoutId, { kind: "PAYOUT", attemptKey, providerAccountId, payout }, settings, moment);
    }
    case "PAYOUT_ACCOUNT":
      return hearPayoutAccount(tx, webhook.providerAccountId, moment);
    case "DISPUTE":
      return hearDispute(tx, webhook.dispute, settings, moment);
    case "OTHER":
      return;
  }
}

const named = async (tx: Tx, paymentId: string | null): Promise<PaymentRow | null> =>
  paymentId !== null && isId("pay", paymentId) ? lockPayment(tx, paymentId) : null;
