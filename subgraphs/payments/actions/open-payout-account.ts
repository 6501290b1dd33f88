/** Payout accounts: made with the first earnings, opened at the provider by a timer, and looked up there when it says that they changed. */
import type { Tx } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { schedule, type FiredTimer } from "../../../kit/events/timers.ts";
import { nextRun } from "../domain/payout-schedule.ts";
import { lockOutLeaving, postponeFinalPayout } from "../db/closed-restaurants.ts";
import type { Moment } from "../db/payments.ts";
import {
  insertPayoutAccounts,
  noteBankAccount,
  patchPayoutAccount,
  payoutAccount,
  payoutAccountAtProvider,
  payoutAccountTimer,
  type Payee,
} from "../db/payout-accounts.ts";
import type { PayoutAccountRow } from "../db/payout-tables.ts";
import type { Deps, PayoutSettings } from "../deps.ts";
import type { ProviderAccount } from "../psp/payouts.ts";

/** Name of the timer of an account's weekly payout; its key is the account's id. */
export const weeklyTimer = "payout.weekly";

/** Makes sure that whoever earned has an account, and sets the timer that opens a new one at the provider. The last payout of a restaurant that has left moves on. */
export async function ensurePayoutAccounts(
  tx: Tx,
  earned: { restaurantId: string; courierId: string | null; currency: string },
  { now, traceId }: Moment,
): Promise<void> {
  const { restaurantId, courierId, currency } = earned;
  const payees: Payee[] = [{ ownerKind: "RESTAURANT", owner: restaurantId, currency }];
  if (courierId !== null) payees.push({ ownerKind: "COURIER", owner: courierId, currency });
  await lockOutLeaving(tx, restaurantId);
  for (const key of await insertPayoutAccounts(tx, payees, now)) {
    await schedule(tx, { name: payoutAccountTimer, key, dueAt: now, traceId });
  }
  await postponeFinalPayout(tx, restaurantId, now);
}

/** When weekly payouts run next after `now`. */
export const nextRunAt = (now: Date, { PAYOUT_ANCHOR, PAYOUT_PERIOD_MS }: PayoutSettings): Date =>
  nextRun(now, new Date(PAYOUT_ANCHOR), PAYOUT_PERIOD_MS);

/** Has an account looked up that the provider says has changed; one that is not ours is left alone. */
export async function hearPayoutAccount(tx: Tx, providerAccountId: string, { now, traceId }: Moment): Promise<void> {
  const account = await payoutAccountAtProvider(tx, providerAccountId);
  if (account) await schedule(tx, { name: payoutAccountTimer, key: account.id, dueAt: now, traceId });
}

/**
 * Timer handler: keeps how an account stands at the provider, and opens it there under its stored key if it is not, from
 * when on it has its weekly payout. Throws when the answer is unknown. A webhook only makes this run: of several, the last one heard need not be the newest.
 */
export async function lookAtPayoutAccount(timer: Pick<FiredTimer, "key" | "traceId">, deps: Deps): Promise<void> {
  const account = await payoutAccount(deps.db, timer.key);
  if (!account) return;
  const found = await openOrFind(account, deps);
  const provider = found.enabled ? "ENABLED" : "DISABLED";
  const patch = { provider, providerReason: found.reason, providerAccountId: found.id } as const;
  const now = deps.clock.now();
  await deps.db.transaction(async (tx) => {
    await patchPayoutAccount(tx, account.id, patch);
    if (found.bank !== null)
      await noteBankAccount(tx, account.id, found.bank, new Date(now.getTime() + deps.settings.PAYOUT_BANK_CHANGE_MS));
    if (account.providerAccountId !== null) return;
    const dueAt = nextRunAt(now, deps.settings);
    await schedule(tx, { name: weeklyTimer, key: account.id, dueAt, traceId: timer.traceId });
  });
}

async function openOrFind(account: PayoutAccountRow, { db, psp, log }: Deps): Promise<ProviderAccount> {
  if (account.providerAccountId !== null) return psp.findAccount(account.providerAccountId);
  const { id: accountId, owner, currency, idempotencyKey } = account;
  const made = await psp.openAccount({ accountId, owner, currency, idempotencyKey });
  if (!("refused" in made)) return made;
  // For a person: the platform's own account at the provider may not open others, say.
  log.error({ accountId, code: made.code }, "the provider refused to open an account");
  // A refusal is final for its key: the next try has another.
  await patchPayoutAccount(db, accountId, { idempotencyKey: `${accountId}:${newId("evt")}` });
  throw new Error(`the provider refused to open payout account ${accountId}: ${made.code}`);
}
