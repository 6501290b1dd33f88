/** What the resolvers, actions, handlers and timers of orders work with. */
import type { BaseDeps, RequestContext } from "../../kit/server/subgraph.ts";
import { watchOutages, type OutageWatch } from "./actions/watch-outages.ts";
import type { Env } from "./env.ts";

/** Durations in milliseconds and rates in basis points, as in env.ts. */
export type Settings = Pick<
  Env,
  | "QUOTE_EXPIRY_MS"
  | "PAYMENT_TIMEOUT_MS"
  | "ACCEPTANCE_TIMEOUT_MS"
  | "COMPLETION_DELAY_MS"
  | "SCHEDULE_MAX_MS"
  | "CAPTURE_WAIT_MS"
  | "SCHEDULE_LEAD_MS"
  | "SCHEDULE_GRACE_MS"
  | "AUTHORIZATION_TIMEOUT_MS"
  | "LATE_GRACE_MS"
  | "NO_COURIER_MS"
  | "NO_SHOW_MS"
  | "FAILED_UNDECIDED_MS"
  | "DELIVERY_ALERT_MS"
  | "CANCELLATION_ALERT_MS"
  | "SERVICE_FEE_BPS"
  | "SMALL_ORDER_FEE_BPS"
  | "FEE_TAX_BPS"
  | "CANCELLATION_FEE_BPS"
  | "COLLECTION_CODE_TRIES"
  | "COLLECTION_CODE_LOCK_MS"
  | "PROMOTION_CODE_TRIES"
  | "PROMOTION_CODE_WINDOW_MS"
>;

export type Deps = BaseDeps & { settings: Settings; outages: OutageWatch };

export type Context = Deps & RequestContext;

/** Adds to what every subgraph has the settings, and the watch over outages. */
export const depsOf =
  (settings: Env) =>
  (base: BaseDeps): Deps => ({ ...base, settings, outages: watchOutages(base, settings) });
