/** What the resolvers, actions, handlers and timers of payments work with. */
import type { BaseDeps, RequestContext } from "../../kit/server/subgraph.ts";
import type { Env } from "./env.ts";
import type { Psp } from "./psp/psp.ts";
import { createPsp } from "./psp/stripe.ts";

/** Settings of the rules. */
export type Settings = Pick<
  Env,
  | "PAYMENT_CHECK_MS"
  | "PAYMENT_RETURN_URL"
  | "DEFAULT_COMMISSION_BPS"
  | "COURIER_ASSIGNED_BPS"
  | "COURIER_AT_PICKUP_BPS"
  | "COURIER_RETURN_BPS"
  | "PAYMENT_TRIES"
  | "REFUND_RETRY_MS"
  | "REFUND_RETRY_MAX_MS"
  | "REFUND_FLAG_AFTER"
  | "FORGET_CHECK_MS"
  | "SUPPORT_REFUND_MAX_MINOR"
  | "SUPPORT_REFUND_DAY_MAX_MINOR"
  | "LEDGER_CLOSE_DELAY_MS"
  | "INVOICE_TAX_BPS"
  | "INVOICE_INCOME_TAX_BPS"
  | "RECONCILE_INTERVAL_MS"
  | "RECONCILE_WINDOW_MS"
  | "RECONCILE_SETTLE_MS"
>;

/** Settings of the rules of payouts. */
export type PayoutSettings = Pick<
  Env,
  | "PAYOUT_PERIOD_MS"
  | "PAYOUT_ANCHOR"
  | "DEFAULT_PAYOUT_DELAY_DAYS"
  | "COURIER_PAYOUT_DELAY_DAYS"
  | "PAYOUT_DAY_MS"
  | "PAYOUT_MINIMUM_MINOR"
  | "INSTANT_PAYOUT_FEE_BPS"
  | "INSTANT_PAYOUT_FEE_MINIMUM_MINOR"
  | "PAYOUT_RETRY_MS"
  | "PAYOUT_RETRY_MAX_MS"
  | "PAYOUT_FLAG_AFTER"
  | "PAYOUT_CHECK_MS"
  | "PAYOUT_RETURN_CHECK_MS"
  | "PAYOUT_BANK_CHANGE_MS"
  | "PAYOUT_FINAL_DELAY_MS"
>;

/** Settings of the rules of disputes. */
export type DisputeSettings = Pick<
  Env,
  "DISPUTE_RESTAURANT_MS" | "DISPUTE_ALERT_MS" | "DISPUTE_LAST_ALERT_MS" | "DISPUTE_SEND_BEFORE_MS"
>;

export type Deps = BaseDeps & { psp: Psp; settings: Settings & PayoutSettings & DisputeSettings };

export type Context = RequestContext & Deps;

/** The card provider, as the settings name it. */
const pspOf = (settings: Env) =>
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

/** Adds to what every subgraph has the settings and the card provider. */
export const depsOf =
  (settings: Env) =>
  (base: BaseDeps): Deps => ({ ...base, settings, psp: pspOf(settings) });
