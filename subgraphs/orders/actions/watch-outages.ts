/** Watches whether the service works, so that people whose time ran while it did not get that time back. */
import { startLoop, type Loop } from "../../../kit/server/loop.ts";
import type { BaseDeps } from "../../../kit/server/subgraph.ts";
import { beat } from "../db/outages.ts";
import type { Env } from "../env.ts";

/** Notes that the service works now; whoever ends somebody's time looks first. */
export type OutageWatch = { look(): Promise<void> };

/**
 * A watch of this process. It was away when it has just begun, or when its own steady time says so, as after a pause or
 * while its database was gone; a jump of the clock alone is no outage.
 */
export function watchOutages(
  { db, clock }: Pick<BaseDeps, "db" | "clock">,
  { OUTAGE_MS: outageMs }: Pick<Env, "OUTAGE_MS">,
  steadyMs: () => number = () => performance.now(),
): OutageWatch {
  let last: number | null = null;
  return {
    async look() {
      const now = steadyMs();
      const isAway = last === null || now - last > outageMs;
      await beat(db, clock.now(), outageMs, isAway);
      last = now;
    },
  };
}

/** Looks again and again. */
export const startWatching = (
  { look }: OutageWatch,
  { OUTAGE_BEAT_MS }: Pick<Env, "OUTAGE_BEAT_MS">,
  log: BaseDeps["log"],
): Loop =>
  startLoop("outages", log, async () => {
    await look();
    return OUTAGE_BEAT_MS;
  });
