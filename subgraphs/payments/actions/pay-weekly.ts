/** The weekly payout of one account. */
import { schedule, type FiredTimer } from "../../../kit/events/timers.ts";
import { waitEnd } from "../domain/payout-account-status.ts";
import { lockPayoutAccount } from "../db/payout-accounts.ts";
import type { Deps } from "../deps.ts";
import { beginPayout } from "./begin-payout.ts";
import { nextRunAt, weeklyTimer } from "./open-payout-account.ts";

/**
 * Timer handler: begins the payout, or leaves everything to the next week when too little is free, another payout is on
 * its way, or the account is not paid; and sets its next timer in the same transaction: next week's, or the end of a wait.
 */
export async function payWeekly({ key, traceId }: Pick<FiredTimer, "key" | "traceId">, deps: Deps): Promise<void> {
  const moment = { now: deps.clock.now(), traceId };
  await deps.db.transaction(async (tx) => {
    const account = await lockPayoutAccount(tx, key);
    if (!account) return;
    const kind = account.finalPayoutAt === null ? "WEEKLY" : "FINAL";
    const all = { kind, amountMinor: null, requestedBy: null } as const;
    const begun = await beginPayout(tx, account, all, deps.settings, moment);
    if (!begun.ok) deps.log.debug({ accountId: key, problem: begun.error.tag }, "no payout this week");
    const dueAt = waitEnd(account, moment.now) ?? nextRunAt(moment.now, deps.settings);
    await schedule(tx, { name: weeklyTimer, key, dueAt, traceId });
  });
}
