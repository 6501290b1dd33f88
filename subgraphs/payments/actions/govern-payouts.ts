/** What support decides about payouts: each change is audited in its own transaction. */
import { err, ok, type Result } from "../../../kit/result.ts";
import type { PayoutState } from "../domain/payout-states.ts";
import { lockPayoutAccount, patchPayoutAccount } from "../db/payout-accounts.ts";
import { livePayout, lockPayout, patchPayout, wakePayout } from "../db/payouts.ts";
import type { PayoutAccountRow, PayoutRow } from "../db/payout-tables.ts";
import type { Deps } from "../deps.ts";
import { recordAudit } from "./record-audit.ts";

export type GovernProblem = { tag: "NOT_FOUND" } | { tag: "INVALID"; field: string; message: string };

/** Who decides. */
export type Actor = { actorId: string; traceId: string };

const actions = { ACTIVE: "release", HELD: "hold", SUSPENDED: "suspend" } as const;

/** The refusal of a reason that is too short or too long. */
export const badReason = { tag: "INVALID", field: "reason", message: "Give a reason of 3 to 500 characters." } as const;

/** Whether somebody gave a reason of 3 to 500 characters. */
export const isReason = (reason: string): boolean => reason.trim().length >= 3 && reason.length <= 500;

/**
 * Holds, suspends or (ACTIVE) releases an account, with a reason of 3 to 500 characters. A payout that waits to be sent is
 * given up and its money put back; one that the provider has goes on. Saying the same again changes nothing.
 */
export async function setStanding(
  { db, clock }: Deps,
  { actorId, traceId }: Actor,
  accountId: string,
  standing: PayoutAccountRow["standing"],
  reason: string,
): Promise<Result<PayoutAccountRow, GovernProblem>> {
  if (!isReason(reason)) return err(badReason);
  const moment = { now: clock.now(), traceId };
  return db.transaction(async (tx) => {
    const account = await lockPayoutAccount(tx, accountId);
    if (!account) return err({ tag: "NOT_FOUND" });
    const given = reason.trim();
    const standingReason = standing === "ACTIVE" ? null : given;
    if (account.standing === standing && account.standingReason === standingReason) return ok(account);
    const changed = await patchPayoutAccount(tx, account.id, { standing, standingReason });
    const live = await livePayout(tx, account.id);
    if (live?.state === "PENDING") await wakePayout(tx, live.id, 0, moment);
    const action = `payout-account.${actions[standing]}`;
    await recordAudit(tx, { actorId, action, subjectId: account.id, detail: { reason: given } }, moment);
    return ok(changed);
  });
}

export type RetryProblem = GovernProblem | { tag: "NOT_WAITING"; state: PayoutState };

const waiting: readonly PayoutState[] = ["PENDING", "SENDING", "RETURNING"];

/** Has a payout that waits for its next try tried at once, and takes its flag off; it is flagged again when it is refused again. */
export async function retryPayout(
  { db, clock }: Deps,
  { actorId, traceId }: Actor,
  payoutId: string,
  reason: string,
): Promise<Result<PayoutRow, RetryProblem>> {
  if (!isReason(reason)) return err(badReason);
  const moment = { now: clock.now(), traceId };
  return db.transaction(async (tx) => {
    const payout = await lockPayout(tx, payoutId);
    if (!payout) return err({ tag: "NOT_FOUND" });
    if (!waiting.includes(payout.state)) return err({ tag: "NOT_WAITING", state: payout.state });
    await wakePayout(tx, payoutId, 0, moment);
    const detail = { reason: reason.trim() };
    await recordAudit(tx, { actorId, action: "payout.retry", subjectId: payoutId, detail }, moment);
    return ok(await patchPayout(tx, payoutId, { flaggedAt: null }));
  });
}
