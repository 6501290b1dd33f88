/** A restaurant has left the platform: what it is owed is paid out some days after its last order. */
import type { Tx } from "../../../kit/database/db.ts";
import { keepClosedRestaurant, lastEarnedAt, postponeFinalPayout } from "../db/closed-restaurants.ts";
import type { Moment } from "../db/payments.ts";
import type { PayoutSettings } from "../deps.ts";

/** Stops its payouts until the last one is due; the same event again changes nothing. */
export async function closeRestaurant(
  tx: Tx,
  restaurantId: string,
  { PAYOUT_FINAL_DELAY_MS: payoutDelayMs }: Pick<PayoutSettings, "PAYOUT_FINAL_DELAY_MS">,
  { now }: Pick<Moment, "now">,
): Promise<void> {
  const { closedAt } = await keepClosedRestaurant(tx, { restaurantId, closedAt: now, payoutDelayMs });
  const last = await lastEarnedAt(tx, restaurantId);
  await postponeFinalPayout(tx, restaurantId, last !== null && last > closedAt ? last : closedAt);
}
