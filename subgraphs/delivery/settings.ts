/** The parameters of the domain's rules, as the settings of delivery give them. */
import type { Settings } from "./deps.ts";
import type { EtaRule } from "./domain/eta.ts";
import type { MatchingRule } from "./domain/matching.ts";
import type { CodeRule } from "./domain/pickup.ts";

/** How far the search for a courier reaches, and how fast it widens. */
export const ringRule = (settings: Settings) => ({
  initial: settings.SEARCH_RINGS,
  max: settings.SEARCH_RINGS_MAX,
  secondsPerRing: settings.SEARCH_SECONDS_PER_RING,
});

/** How couriers are scored. */
export const matchingRule = (settings: Settings): MatchingRule => ({
  metersPerSecond: settings.COURIER_METERS_PER_SECOND,
  idleCreditBps: settings.IDLE_CREDIT_BPS,
  idleCreditCapSeconds: settings.IDLE_CREDIT_CAP_SECONDS,
});

/** How travel times are estimated. */
export const etaRule = (settings: Settings): EtaRule => ({
  metersPerSecond: settings.COURIER_METERS_PER_SECOND,
  approachSeconds: settings.APPROACH_SECONDS,
  handoverSeconds: settings.HANDOVER_SECONDS,
});

/** How often a pickup code may be tried. */
export const codeRule = (settings: Settings): CodeRule => ({
  maxTries: settings.PICKUP_CODE_TRIES,
  lockMs: settings.PICKUP_CODE_LOCK_MS,
});
