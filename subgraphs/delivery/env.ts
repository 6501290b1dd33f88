/** Settings of delivery: the subgraph's own, and every duration and weight of its rules. */
import { z } from "zod";
import { subgraphEnv } from "../../kit/server/env.ts";

const whole = (value: number, min = 1) => z.coerce.number().int().min(min).default(value);
const minute = 60_000;

/** The schema that `readEnv` takes. */
export const env = z.object({
  ...subgraphEnv,
  /** How long a courier may think about an offer. */
  OFFER_EXPIRY_MS: whole(30_000),
  /** Time between two batches of matching. */
  MATCH_INTERVAL_MS: whole(3_000),
  /** How long a courier is not offered again what they refused or left unanswered. */
  OFFER_COOLDOWN_MS: whole(2 * minute),
  /** Deliveries matched in one batch. */
  MATCH_BATCH_LIMIT: whole(100),
  /** A courier not heard of for so long before pickup loses the delivery. */
  COURIER_SILENCE_MS: whole(2 * minute),
  /** An idle courier not heard of for so long gets no offers. */
  COURIER_STALE_MS: whole(10 * minute),
  /** How long a delivery looks for a courier before support is asked; for an order for later, from when it is ready. */
  SEARCH_LIMIT_MS: whole(20 * minute),
  /** How long a courier waits at the restaurant before the kitchen counts as too slow: who leaves then is paid for coming. */
  KITCHEN_SLOW_MS: whole(10 * minute),
  /** Rings of hexagons (about 2.4 km each) searched at first, and at most. */
  SEARCH_RINGS: whole(3),
  SEARCH_RINGS_MAX: whole(7),
  /** Seconds of waiting that widen the search by one ring. */
  SEARCH_SECONDS_PER_RING: whole(30),
  COURIER_METERS_PER_SECOND: whole(5),
  IDLE_CREDIT_BPS: whole(1_000, 0),
  IDLE_CREDIT_CAP_SECONDS: whole(180, 0),
  /** A courier's ride to the restaurant, as long as none is known. */
  APPROACH_SECONDS: whole(300, 0),
  HANDOVER_SECONDS: whole(120, 0),
  /** Wrong pickup codes before the code is locked, and for how long. */
  PICKUP_CODE_TRIES: whole(5),
  PICKUP_CODE_LOCK_MS: whole(5 * minute),
  /** The courier's share of the delivery fee. */
  COURIER_PAY_BPS: whole(8_000, 0),
});

export type Env = z.infer<typeof env>;
