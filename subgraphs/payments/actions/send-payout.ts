/** Takes a payout's next step at the provider: transfer, payout to the bank, or fetching the transfer back. */
import type { Tx } from "../../../kit/database/db.ts";
import type { FiredTimer } from "../../../kit/events/timers.ts";
import { accountStatus, statusReason } from "../domain/payout-account-status.ts";
import type { Moment } from "../db/payments.ts";
import { payoutAccount } from "../db/payout-accounts.ts";
import { beginPayoutAttempt, lastPayoutAttempt, lockPayout, movePayout, patchPayout } from "../db/payouts.ts";
import type { PayoutAccountRow, PayoutAttemptRow, PayoutRow } from "../db/payout-tables.ts";
import type { Deps } from "../deps.ts";
import type { Refusal } from "../psp/refusal.ts";
import { lookAtPayoutAccount } from "./open-payout-account.ts";
import { giveUp, settlePayout, type PayoutWord } from "./settle-payout.ts";

type Timer = Pick<FiredTimer, "key" | "traceId" | "attempt">;
type Call = { payout: PayoutRow; account: PayoutAccountRow; providerAccountId: string; attempt: PayoutAttemptRow };

/**
 * Timer handler. Stores the key of the call before it makes it, and throws when the answer is unknown: the next try uses
 * the same key. After as many tries as after as many refusals the payout is flagged for a person, and tried on.
 */
export async function sendPayout(timer: Timer, deps: Deps): Promise<void> {
  const { db, clock, settings } = deps;
  const begun = { now: clock.now(), traceId: timer.traceId };
  const call = await db.transaction((tx) => nextCall(tx, timer.key, deps, begun));
  if (!call) return;
  const word = await askAndLook(deps, call, timer).catch(async (error: unknown) => {
    if (timer.attempt >= settings.PAYOUT_FLAG_AFTER) await flag(deps, call.payout);
    throw error;
  });
  const moment = { now: clock.now(), traceId: timer.traceId };
  await db.transaction((tx) => settlePayout(tx, call.payout.id, word, settings, moment));
}

/**
 * Makes the call, and after a transfer reads the account at the provider once more: its bank account may have been
 * replaced, and the webhook not come yet. Transferred money waits at the provider and can still be fetched back.
 */
async function askAndLook(deps: Deps, call: Call, { traceId }: Timer): Promise<PayoutWord> {
  const word = await ask(deps, call);
  if (word.kind === "TRANSFERRED") await lookAtPayoutAccount({ key: call.account.id, traceId }, deps);
  return word;
}

/** The call to make; null when there is none. */
async function nextCall(tx: Tx, payoutId: string, { settings }: Deps, moment: Moment): Promise<Call | null> {
  const payout = await lockPayout(tx, payoutId);
  const account = payout && (await payoutAccount(tx, payout.accountId));
  if (!payout || !account) return null;
  const { providerAccountId } = account;
  if (payout.state === "PENDING" && accountStatus(account, moment.now) !== "ACTIVE") {
    await giveUp(tx, payout, statusReason(account, moment.now) ?? "account_not_open", { account, settings, moment });
    return null;
  }
  if (providerAccountId === null) throw new Error(`payout account ${account.id} is not open at the provider`);
  const attempt = await attemptOf(tx, payout, moment);
  return attempt && { payout, account, providerAccountId, attempt };
}

/** The attempt whose outcome is open; a new one where the last was refused. */
async function attemptOf(tx: Tx, payout: PayoutRow, moment: Moment): Promise<PayoutAttemptRow | null> {
  const last = await lastPayoutAttempt(tx, payout.id);
  switch (payout.state) {
    case "PENDING":
      await movePayout(tx, payout, "SENDING", {}, moment);
      return beginPayoutAttempt(tx, payout.id, payout.transferId === null ? "TRANSFER" : "PAYOUT", moment);
    case "RETURNING":
      return last?.state === "LIVE" ? last : beginPayoutAttempt(tx, payout.id, "REVERSAL", moment);
    case "SENDING":
      return last?.state === "LIVE" ? last : null;
    case "IN_TRANSIT":
    case "PAID":
      return last;
    default:
      return null;
  }
}

/** Makes the call of an attempt under its key, or looks up what it made. Throws when the outcome is unknown. */
async function ask({ psp }: Deps, { payout, providerAccountId, attempt }: Call): Promise<PayoutWord> {
  const { idempotencyKey, operation } = attempt;
  const { id: payoutId, netMinor: amountMinor, currency, transferId, providerPayoutId } = payout;
  const about = { attemptKey: idempotencyKey, providerAccountId };
  const request = { payoutId, providerAccountId, amountMinor, currency, idempotencyKey };
  if (providerPayoutId !== null && (payout.state === "IN_TRANSIT" || payout.state === "PAID")) {
    return { ...about, kind: "PAYOUT", payout: await psp.findPayout(providerAccountId, providerPayoutId) };
  }
  switch (operation) {
    case "TRANSFER": {
      const made = await psp.transfer(request);
      return isRefusal(made) ? refusal(about, made) : { ...about, kind: "TRANSFERRED", transferId: made.id };
    }
    case "PAYOUT": {
      const made = await psp.payOut({ ...request, instant: payout.kind === "INSTANT" });
      return isRefusal(made) ? refusal(about, made) : { ...about, kind: "PAYOUT", payout: made };
    }
    case "REVERSAL": {
      if (transferId === null) throw new Error(`payout ${payoutId} has no transfer to fetch back`);
      const made = await psp.reverseTransfer({ payoutId, transferId, amountMinor, idempotencyKey });
      // A refusal may mean that somebody had fetched it back by hand: the transfer itself tells.
      const isBack = !isRefusal(made) || (await psp.isReversed(transferId));
      return isRefusal(made) && !isBack ? refusal(about, made) : { ...about, kind: "REVERSED" };
    }
  }
}

const isRefusal = (answer: object): answer is Refusal => "refused" in answer;

const refusal = (about: { attemptKey: string; providerAccountId: string }, { code }: Refusal): PayoutWord => ({
  ...about,
  kind: "REFUSED",
  code,
});

async function flag({ db, clock, log }: Deps, payout: PayoutRow): Promise<void> {
  if (payout.flaggedAt !== null) return;
  log.error({ payoutId: payout.id }, "the provider does not answer for a payout");
  await patchPayout(db, payout.id, { flaggedAt: clock.now() });
}
