/** What the resolvers, actions, handlers and timers of delivery work with. */
import type { BaseDeps, RequestContext } from "../../kit/server/subgraph.ts";
import type { EtaRule } from "./domain/eta.ts";
import type { MatchingRule } from "./domain/matching.ts";
import type { CodeRule } from "./domain/pickup.ts";
import type { Env } from "./env.ts";

/** Every number that the rules of delivery depend on. */
export type Rules = {
  readonly offerExpiryMs: number;
  readonly matchIntervalMs: number;
  readonly offerCooldownMs: number;
  readonly matchBatchLimit: number;
  readonly courierSilenceMs: number;
  readonly courierStaleMs: number;
  readonly searchLimitMs: number;
  readonly kitchenSlowMs: number;
  readonly rings: { readonly initial: number; readonly max: number; readonly secondsPerRing: number };
  readonly matching: MatchingRule;
  readonly eta: EtaRule;
  readonly code: CodeRule;
  readonly courierPayBps: number;
};

/** What actions, handlers and timers are given. */
export type Deps = BaseDeps & { readonly rules: Rules };
/** What resolvers are given. */
export type Context = Deps & RequestContext;

/** The rules as the settings say. */
export const rulesOf = (env: Env): Rules => ({
  offerExpiryMs: env.OFFER_EXPIRY_MS,
  matchIntervalMs: env.MATCH_INTERVAL_MS,
  offerCooldownMs: env.OFFER_COOLDOWN_MS,
  matchBatchLimit: env.MATCH_BATCH_LIMIT,
  courierSilenceMs: env.COURIER_SILENCE_MS,
  courierStaleMs: env.COURIER_STALE_MS,
  searchLimitMs: env.SEARCH_LIMIT_MS,
  kitchenSlowMs: env.KITCHEN_SLOW_MS,
  rings: { initial: env.SEARCH_RINGS, max: env.SEARCH_RINGS_MAX, secondsPerRing: env.SEARCH_SECONDS_PER_RING },
  matching: {
    metersPerSecond: env.COURIER_METERS_PER_SECOND,
    idleCreditBps: env.IDLE_CREDIT_BPS,
    idleCreditCapSeconds: env.IDLE_CREDIT_CAP_SECONDS,
  },
  eta: {
    metersPerSecond: env.COURIER_METERS_PER_SECOND,
    approachSeconds: env.APPROACH_SECONDS,
    handoverSeconds: env.HANDOVER_SECONDS,
  },
  code: { maxTries: env.PICKUP_CODE_TRIES, lockMs: env.PICKUP_CODE_LOCK_MS },
  courierPayBps: env.COURIER_PAY_BPS,
});
