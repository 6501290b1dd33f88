/** Durations of a chaos run that are shorter than the product's, milliseconds unless named otherwise: the rules stay, the waiting goes. */
import type { SettingsOverrides } from "../../embedded/settings.ts";

/** The card provider's answers are waited for so long; what hangs longer has an unknown outcome. */
export const providerTimeoutMs = 2_500;

const events = { EVENTS_REDELIVER_SECONDS: "3" };

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
  },
};

/** The card provider's own; those of its cards that never answer hold the line just longer than anybody waits. */
export const providerDurations: Record<string, string> = {
  HOLD_MS: String(providerTimeoutMs + 500),
  WEBHOOK_RETRY_MS: "200",
  WEBHOOK_RETRY_MAX_MS: "2000",
  WEBHOOK_TIMEOUT_MS: "4000",
};
