/** An offer that nobody answered ends; the delivery looks on. */
import type { FiredTimer } from "../../../kit/events/timers.ts";
import { moveOffer, offerById } from "../db/queries/offers.ts";
import type { Deps } from "../deps.ts";

/** Timer handler: OFFERED → EXPIRED; nothing happens to an answered offer. */
export async function expireOffer(timer: FiredTimer, deps: Deps): Promise<void> {
  const now = deps.clock.now();
  await deps.db.transaction(async (tx) => {
    const offer = await offerById(tx, timer.key);
    if (offer?.state !== "OFFERED") return;
    await moveOffer(tx, offer.id, "EXPIRED", now);
  });
}
