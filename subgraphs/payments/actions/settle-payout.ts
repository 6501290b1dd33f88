/** Applies the provider's word on a payout, wherever it was heard: an answer, a webhook, a look-up. */
import type { Tx } from "../../../kit/database/db.ts";
import { schedule } from "../../../kit/events/timers.ts";
import { accountStatus, statusReason } from "../domain/payout-account-status.ts";
import { meaningOf } from "../domain/payout-refusal.ts";
import { retryAfterMs } from "../domain/refund-retry.ts";
import type { Moment } from "../db/payments.ts";
import { patchPayoutAccount, payoutAccount, payoutAccountTimer } from "../db/payout-accounts.ts";
import {
  beginPayoutAttempt,
  endPayoutAttempt,
  lastPayoutAttempt,
  lockPayout,
  movePayout,
  patchPayout,
  refusalsOf,
  wakePayout,
} from "../db/payouts.ts";
import type { PayoutAccountRow, PayoutAttemptRow, PayoutRow } from "../db/payout-tables.ts";
import type { PayoutSettings } from "../deps.ts";
import type { ProviderPayout } from "../psp/payouts.ts";
import { postBack, postPaid, postReturned, tellPayout } from "./post-payout.ts";

/** What was said, and under which key and for which account it had been asked. */
export type PayoutWord = { attemptKey: string; providerAccountId: string } & (
  | { kind: "REFUSED"; code: string }
  | { kind: "TRANSFERRED"; transferId: string }
  | { kind: "PAYOUT"; payout: ProviderPayout }
  | { kind: "REVERSED" }
);

type About = { account: PayoutAccountRow; settings: PayoutSettings; moment: Moment };

/** Applies a word to the payout's newest attempt of its operation; old, repeated and foreign words change nothing. */
export async function settlePayout(
  tx: Tx,
  payoutId: string,
  word: PayoutWord,
  settings: PayoutSettings,
  moment: Moment,
): Promise<void> {
  const payout = await lockPayout(tx, payoutId);
  const account = payout && (await payoutAccount(tx, payout.accountId));
  if (!account || account.providerAccountId !== word.providerAccountId) return;
  const about = { account, settings, moment };
  const attempt = await lastPayoutAttempt(tx, payoutId, word.kind === "PAYOUT" ? "PAYOUT" : undefined);
  if (attempt?.idempotencyKey !== word.attemptKey) return;
  if (word.kind === "PAYOUT") return heardOfPayout(tx, payout, attempt, word.payout, about);
  if (attempt.state !== "LIVE") return;
  switch (word.kind) {
    case "REFUSED":
      return refused(tx, payout, attempt, word.code, about);
    case "TRANSFERRED":
      return transferred(tx, payout, attempt, word.transferId, about);
    case "REVERSED":
      await endPayoutAttempt(tx, attempt, "SUCCEEDED", null, moment);
      return putBack(tx, payout, about);
  }
}

/** The money is at the account: it goes on to the bank, unless the account was held or suspended meanwhile. */
async function transferred(
  tx: Tx,
  payout: PayoutRow,
  attempt: PayoutAttemptRow,
  transferId: string,
  about: About,
): Promise<void> {
  const { account, moment } = about;
  await endPayoutAttempt(tx, attempt, "SUCCEEDED", null, moment);
  const sent = await patchPayout(tx, payout.id, { transferId });
  if (accountStatus(account, moment.now) !== "ACTIVE")
    return giveUp(tx, sent, statusReason(account, moment.now) ?? "account_not_open", about);
  await beginPayoutAttempt(tx, sent.id, "PAYOUT", moment);
  await wakePayout(tx, sent.id, 0, moment);
}

/** The bank's word arrives by several ways; each step is taken once, in order. */
async function heardOfPayout(
  tx: Tx,
  payout: PayoutRow,
  attempt: PayoutAttemptRow,
  said: ProviderPayout,
  about: About,
): Promise<void> {
  const { moment, settings } = about;
  const isOwn = said.amountMinor === payout.netMinor && said.currency === payout.currency;
  if (!isOwn || (payout.providerPayoutId ?? said.id) !== said.id) return;
  let now = payout;
  if (now.state === "SENDING" && attempt.state === "LIVE") {
    await endPayoutAttempt(tx, attempt, "SUCCEEDED", null, moment);
    now = await movePayout(tx, now, "IN_TRANSIT", { providerPayoutId: said.id }, moment);
  }
  if (now.state === "PAID" && said.status === "FAILED") return returned(tx, now, attempt, said.failure, about);
  if (now.state !== "IN_TRANSIT") return;
  if (said.status === "PENDING") return wakePayout(tx, now.id, settings.PAYOUT_CHECK_MS, moment);
  if (said.status === "FAILED") return refused(tx, now, attempt, said.failure ?? "could_not_process", about);
  const done = { paidAt: moment.now, settledAt: moment.now, failure: null, flaggedAt: null };
  const paid = await movePayout(tx, now, "PAID", done, moment);
  await postPaid(tx, about.account, paid, moment);
  await tellPayout(tx, about.account, paid, null, moment);
  await wakePayout(tx, paid.id, settings.PAYOUT_RETURN_CHECK_MS, moment);
}

/** A no is final for its key: another attempt gets a new one, later and later, unless trying again cannot help. */
async function refused(
  tx: Tx,
  payout: PayoutRow,
  attempt: PayoutAttemptRow,
  code: string,
  about: About,
): Promise<void> {
  const { account, settings, moment } = about;
  await endPayoutAttempt(tx, attempt, "FAILED", code, moment);
  const meaning = meaningOf(code);
  if (payout.state !== "RETURNING" && meaning !== "AGAIN") {
    if (meaning === "ACCOUNT") await disable(tx, account, code, moment);
    return giveUp(tx, payout, code, about);
  }
  const tries = await refusalsOf(tx, payout.id);
  const flaggedAt = payout.flaggedAt ?? (tries >= settings.PAYOUT_FLAG_AFTER ? moment.now : null);
  const patch = { failure: payout.state === "RETURNING" ? payout.failure : code, flaggedAt };
  // Another payout at the provider: the one that failed is over.
  if (payout.state === "RETURNING") await patchPayout(tx, payout.id, patch);
  else await movePayout(tx, payout, "PENDING", { ...patch, providerPayoutId: null }, moment);
  await wakePayout(tx, payout.id, retryAfterMs(tries, settings.PAYOUT_RETRY_MS, settings.PAYOUT_RETRY_MAX_MS), moment);
}

/** Nothing more is sent to the account until the provider says that it pays to it again, which is asked for at once. */
async function disable(tx: Tx, account: PayoutAccountRow, code: string, { now, traceId }: Moment): Promise<void> {
  await patchPayoutAccount(tx, account.id, { provider: "DISABLED", providerReason: code });
  await schedule(tx, { name: payoutAccountTimer, key: account.id, dueAt: now, traceId });
}

/** Ends a payout that will not be made: what was transferred is fetched back first, then the balance has its money again. */
export async function giveUp(tx: Tx, payout: PayoutRow, reason: string, about: About): Promise<void> {
  if (payout.transferId === null) return putBack(tx, { ...payout, failure: reason }, about);
  const given = await movePayout(tx, payout, "RETURNING", { failure: reason }, about.moment);
  await beginPayoutAttempt(tx, given.id, "REVERSAL", about.moment);
  await wakePayout(tx, given.id, 0, about.moment);
}

async function putBack(tx: Tx, payout: PayoutRow, { account, moment }: About): Promise<void> {
  const { failure, paidAt } = payout;
  const patch = { failure, settledAt: moment.now, flaggedAt: null };
  const ended = await movePayout(tx, payout, paidAt === null ? "FAILED" : "RETURNED", patch, moment);
  await postBack(tx, account, ended, moment);
  await tellPayout(tx, account, ended, failure ?? "unknown", moment);
}

/** The bank sent back what had arrived: the money is at the provider again, and on its way to the balance. */
async function returned(
  tx: Tx,
  payout: PayoutRow,
  attempt: PayoutAttemptRow,
  failure: string | null,
  about: About,
): Promise<void> {
  const code = failure ?? "returned";
  await endPayoutAttempt(tx, attempt, "FAILED", code, about.moment);
  await postReturned(tx, about.account, payout, about.moment);
  if (meaningOf(code) === "ACCOUNT") await disable(tx, about.account, code, about.moment);
  await giveUp(tx, payout, code, about);
}
