/** Durations of a chaos run that are shorter than the product's, milliseconds unless named otherwise: the rules stay, the waiting goes. */
import type { SettingsOverrides } from "../../../deploy/embedded/settings.ts";

/** The card provider's answers are waited for so long; what hangs longer has an unknown outcome. */
export const providerTimeoutMs = 2_500;

const events = { EVENTS_REDELIVER_SECONDS: "3", TIMER_LEASE_MS: "12000" };

/** Per service. */
export const durations: SettingsOverrides = {
  users: events,
  menu: events,
  orders: { ...events, COMPLETION_DELAY_MS: "1500", ACCEPTANCE_TIMEOUT_MS: "60000", PAYMENT_TIMEOUT_MS: "60000" },
  delivery: {
    ...events,
    MATCH_INTERVAL_MS: "400",
    OFFER_EXPIRY_MS: "8000",
    OFFER_COOLDOWN_MS: "2000",
    COURIER_SILENCE_MS: "60000",
  },
  payments: {
    ...events,
    STRIPE_TIMEOUT_MS: String(providerTimeoutMs),
    PAYMENT_CHECK_MS: "2000",
    REFUND_RETRY_MS: "500",
    REFUND_RETRY_MAX_MS: "4000",
    PAYOUT_PERIOD_MS: "30000",
    PAYOUT_DAY_MS: "500",
    PAYOUT_RETRY_MS: "500",
    PAYOUT_RETRY_MAX_MS: "4000",
    PAYOUT_CHECK_MS: "2000",
    PAYOUT_RETURN_CHECK_MS: "4000",
    PAYOUT_BANK_CHANGE_MS: "1000",
    LEDGER_CLOSE_DELAY_MS: "2000",
  },
};

/**
 * How far payments' clock is ahead: its business day ends `afterMs` from `now`, so that a day is closed while orders come in.
 * Nobody compares it with another service's clock.
 */
export function aheadOfMidnight(now: number, afterMs: number): number {
  const hour = 3_600_000;
  // Business days are Jakarta's, UTC+7 all year.
  const leftToday = 24 * hour - ((now + 7 * hour) % (24 * hour));
  return leftToday - afterMs;
}

/** The card provider's own; those of its cards that never answer hold the line just longer than anybody waits. */
export const providerDurations: Record<string, string> = {
  HOLD_MS: String(providerTimeoutMs + 500),
  WEBHOOK_RETRY_MS: "200",
  WEBHOOK_RETRY_MAX_MS: "2000",
  WEBHOOK_TIMEOUT_MS: "4000",
  PAYOUT_ARRIVAL_MS: "700",
};
