/** The weekly payout of one account. */
import { schedule, type FiredTimer } from "../../../kit/timers.ts";
import { lockPayoutAccount } from "../db/payout-accounts.ts";
import type { Deps } from "../deps.ts";
import { beginPayout } from "./begin-payout.ts";
import { nextRunAt, weeklyTimer } from "./open-payout-account.ts";

/**
 * Timer handler: begins the payout, or leaves everything to the next week when too little is free, another payout is on
 * its way, or the account is not paid; and sets its next timer in the same transaction. After a change of the bank account
 * that is the end of the wait, where it comes before the next week.
 */
export async function payWeekly({ key, traceId }: Pick<FiredTimer, "key" | "traceId">, deps: Deps): Promise<void> {
  const moment = { now: deps.clock.now(), traceId };
  await deps.db.transaction(async (tx) => {
    const account = await lockPayoutAccount(tx, key);
    if (!account) return;
    const all = { kind: "WEEKLY", amountMinor: null, requestedBy: null } as const;
    const begun = await beginPayout(tx, account, all, deps.rules, moment);
    if (!begun.ok) deps.log.debug({ accountId: key, problem: begun.error.tag }, "no payout this week");
    const nextWeek = nextRunAt(moment.now, deps.rules);
    const waits = !begun.ok && begun.error.tag === "NOT_ACTIVE" && begun.error.status === "BANK_CHANGED";
    const dueAt = waits && account.paidFrom && account.paidFrom < nextWeek ? account.paidFrom : nextWeek;
    await schedule(tx, { name: weeklyTimer, key, dueAt, traceId });
  });
}
