/** Starts payments: the money of orders, and the ledger. */
import { readEnv } from "../../kit/server/env.ts";
import { runUntilSignal } from "../../kit/server/process.ts";
import { startSubgraph, type RunningSubgraph, type StartOptions } from "../../kit/server/subgraph.ts";
import { beginClosing, closeNextDay, closeTimer } from "./actions/close-day.ts";
import { callProvider, checkPayment } from "./actions/call-provider.ts";
import { alertOfDispute, disputeCallTimer, evidenceDue } from "./actions/answer-dispute.ts";
import { callDispute } from "./actions/call-dispute.ts";
import { alertTimer, dueTimer } from "./actions/hear-dispute.ts";
import { beginInvoicing, invoiceTimer, issueInvoices } from "./actions/issue-invoices.ts";
import { letGo } from "./actions/let-go.ts";
import { checkTimer } from "./actions/observe-intent.ts";
import { forgetCustomer, forgetTimer } from "./actions/provider-customer.ts";
import { lookAtPayoutAccount, weeklyTimer } from "./actions/open-payout-account.ts";
import { payWeekly } from "./actions/pay-weekly.ts";
import { feeTimer, postFee } from "./actions/post-fee.ts";
import { receiveWebhook } from "./actions/receive-webhook.ts";
import { beginReconciling, reconcile } from "./actions/reconcile.ts";
import { refundTimer } from "./actions/request-refund.ts";
import { sendPayout } from "./actions/send-payout.ts";
import { sendRefund } from "./actions/send-refund.ts";
import type { Deps } from "./deps.ts";
import { callTimer } from "./db/payments.ts";
import { letGoTimer } from "./db/tries.ts";
import { reconcileTimer } from "./db/reconciliation.ts";
import { payoutAccountTimer } from "./db/payout-accounts.ts";
import { payoutTimer } from "./db/payouts.ts";
import { env, type Env } from "./env.ts";
import { handlers, topics } from "./events/handlers.ts";
import { createPsp } from "./psp/stripe.ts";
import { resolvers } from "./resolvers/resolvers.ts";
import { events } from "../../schema/events.ts";

const stripeOf = (settings: Env) =>
  createPsp({
    apiUrl: settings.STRIPE_API_URL,
    secretKey: settings.STRIPE_SECRET_KEY,
    webhookSecret: settings.STRIPE_WEBHOOK_SECRET,
    webhookToleranceSeconds: settings.STRIPE_WEBHOOK_TOLERANCE_SECONDS,
    timeoutMs: settings.STRIPE_TIMEOUT_MS,
    returnUrl: settings.PAYMENT_RETURN_URL,
    payouts: {
      accountCountry: settings.PAYOUT_ACCOUNT_COUNTRY,
      testBankAccount: settings.PAYOUT_TEST_BANK_ACCOUNT ?? null,
    },
  });

/** Starts the subgraph; rejects when the database is not migrated or the port is taken. */
export async function start(settings: Env, options: StartOptions = {}): Promise<RunningSubgraph> {
  const running = await startSubgraph<Deps>({
    name: "payments",
    folder: import.meta.dirname,
    env: settings,
    catalogue: events,
    resolvers,
    deps: (base) => ({ ...base, psp: stripeOf(settings), settings }),
    internalFields: { "Query.paymentsPersonalData": ["users"] },
    consumes: { topics, handlers },
    timers: {
      [closeTimer]: closeNextDay,
      [invoiceTimer]: issueInvoices,
      [reconcileTimer]: reconcile,
      [callTimer]: callProvider,
      [checkTimer]: checkPayment,
      [letGoTimer]: letGo,
      [alertTimer]: alertOfDispute,
      [dueTimer]: evidenceDue,
      [disputeCallTimer]: callDispute,
      [feeTimer]: postFee,
      [refundTimer]: sendRefund,
      [forgetTimer]: forgetCustomer,
      [payoutAccountTimer]: lookAtPayoutAccount,
      [weeklyTimer]: payWeekly,
      [payoutTimer]: sendPayout,
    },
    routes: { "POST /webhooks/stripe": receiveWebhook },
    ...options,
  });
  try {
    const { db, clock } = running.deps;
    await beginClosing(db, { clock, settings });
    await beginInvoicing(db, { clock });
    await beginReconciling(db, { clock, settings });
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

if (import.meta.main) await runUntilSignal(async () => start(readEnv(env)));
