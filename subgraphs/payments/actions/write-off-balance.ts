/** Gives up what the owner of a closed payout account owes. */
import type { Tx } from "../../../kit/database/db.ts";
import { idempotent } from "../../../kit/database/idempotency.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { accountStatus, isClosed, statusReason, type PayoutAccountStatus } from "../domain/payout-account-status.ts";
import { entriesOf } from "../domain/postings.ts";
import { writeOffProblem, type WriteOffProblem } from "../domain/write-off.ts";
import { post } from "../db/ledger.ts";
import { lockPayoutAccount, owedTo } from "../db/payout-accounts.ts";
import type { Moment } from "../db/payments.ts";
import { livePayout } from "../db/payouts.ts";
import type { PayoutAccountRow } from "../db/payout-tables.ts";
import type { Deps } from "../deps.ts";
import { badReason, isReason, type Actor, type GovernProblem } from "./govern-payouts.ts";
import { ownersOf } from "./post-payout.ts";
import { recordAudit } from "./record-audit.ts";

/** `amountMinor` is what the owner owed as the person saw it. */
export type WriteOffInput = { accountId: string; amountMinor: number; reason: string; idempotencyKey: string };

export type WriteOffRefusal =
  | GovernProblem
  | WriteOffProblem
  | { tag: "NOT_CLOSED"; status: PayoutAccountStatus; reason: string | null }
  | { tag: "ON_ITS_WAY"; payoutId: string }
  | { tag: "KEY_REUSED" };

type Outcome = Result<{ writtenOffMinor: number }, WriteOffRefusal>;

/**
 * Brings the balance from −`amountMinor` to 0, audited in the same transaction; whether the caller may is checked before. A
 * balance that is another by now is left alone. The same key and input answer the same outcome.
 */
export async function writeOffBalance(deps: Deps, actor: Actor, input: WriteOffInput): Promise<Outcome> {
  const problem = invalid(input);
  if (problem) return err(problem);
  const { accountId, amountMinor, idempotencyKey: key } = input;
  const act = { actorId: actor.actorId, accountId, amountMinor, reason: input.reason.trim() };
  const moment = { now: deps.clock.now(), traceId: actor.traceId };
  const fingerprintOf = { accountId, amountMinor, reason: act.reason };
  const request = { scope: actor.actorId, operation: "writeOffPayoutAccount", key, fingerprintOf, now: moment.now };
  const done = await idempotent<Outcome>(deps.db, request, (tx) => giveUp(tx, act, moment));
  return done.kind === "conflict" ? err({ tag: "KEY_REUSED" }) : done.value;
}

function invalid({ amountMinor, reason, idempotencyKey: key }: WriteOffInput): GovernProblem | null {
  if (!isReason(reason)) return badReason;
  if (!Number.isSafeInteger(amountMinor) || amountMinor < 1)
    return { tag: "INVALID", field: "amountMinor", message: "The amount must be at least 1 minor unit." };
  if (key.length >= 8 && key.length <= 128) return null;
  return { tag: "INVALID", field: "idempotencyKey", message: "The idempotency key must have 8 to 128 characters." };
}

type Act = { actorId: string; accountId: string; amountMinor: number; reason: string };

/** A payout that is on its way may still come back, and then nothing, or less, would be owed. */
async function giveUp(tx: Tx, act: Act, moment: Moment): Promise<Outcome> {
  const account = await lockPayoutAccount(tx, act.accountId);
  if (!account) return err({ tag: "NOT_FOUND" });
  if (!isClosed(account, moment.now))
    return err({
      tag: "NOT_CLOSED",
      status: accountStatus(account, moment.now),
      reason: statusReason(account, moment.now),
    });
  const live = await livePayout(tx, account.id);
  if (live) return err({ tag: "ON_ITS_WAY", payoutId: live.id });
  const seen = writeOffProblem(await balanceOf(tx, account, moment), act.amountMinor);
  if (seen) return err(seen);
  if (await posted(tx, account, act, moment)) return ok({ writtenOffMinor: act.amountMinor });
  const balanceMinor = await balanceOf(tx, account, moment);
  return err(writeOffProblem(balanceMinor, act.amountMinor) ?? { tag: "BALANCE_CHANGED", balanceMinor });
}

async function balanceOf(tx: Tx, account: PayoutAccountRow, { now }: Moment): Promise<number> {
  return (await owedTo(tx, [{ account, heldAfter: now }])).get(account.id)?.owedMinor ?? 0;
}

/** False, and nothing is written, when somebody else moved the balance at the same time: the account's lock does not keep refunds out. */
async function posted(tx: Tx, account: PayoutAccountRow, act: Act, moment: Moment): Promise<boolean> {
  try {
    await tx.transaction((inner) => write(inner, account, act, moment));
    return true;
  } catch (error) {
    if (leavesBalance(error)) return false;
    throw error;
  }
}

async function write(tx: Tx, account: PayoutAccountRow, act: Act, moment: Moment): Promise<void> {
  const { currency } = account;
  const { actorId, amountMinor, reason } = act;
  const detail = { reason, amountMinor, currency };
  const audited = { actorId, action: "payout-account.write-off", subjectId: account.id, detail };
  const reference = await recordAudit(tx, audited, moment);
  const isRestaurant = account.ownerKind === "RESTAURANT";
  const facts = { restaurantMinor: isRestaurant ? amountMinor : 0, courierMinor: isRestaurant ? 0 : amountMinor };
  const entries = entriesOf("balance-written-off", facts, ownersOf(account));
  await post(tx, { kind: "balance-written-off", reference, orderId: null, currency, entries }, moment);
}

/** Whether the database refused a write-off that does not end at 0; drizzle wraps the driver's errors. */
function leavesBalance(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause)
    if ("constraint_name" in current && current.constraint_name === "ledger_write_off_to_zero") return true;
  return false;
}
