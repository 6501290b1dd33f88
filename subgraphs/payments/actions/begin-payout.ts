/** Begins a payout: decides its amount and takes it off the balance in one transaction; a timer tells the provider. */
import type { Db, Tx } from "../../../kit/database/db.ts";
import { payoutStep } from "../../../kit/money.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { accountStatus, statusReason, type PayoutAccountStatus } from "../domain/payout-account-status.ts";
import {
  payoutAmounts,
  tipsPart,
  type AmountProblem,
  type PayoutKind,
  type PayoutTerms,
} from "../domain/payout-amount.ts";
import { heldSince } from "../domain/payout-schedule.ts";
import { limitOf, readLimits } from "../domain/support-limits.ts";
import { post } from "../db/ledger.ts";
import { owedTo, termsDelayDays, type OwedWithTips } from "../db/payout-accounts.ts";
import type { Moment } from "../db/payments.ts";
import { insertPayout, lastPeriodEnd, livePayout } from "../db/payouts.ts";
import type { PayoutAccountRow, PayoutRow } from "../db/payout-tables.ts";
import type { PayoutSettings } from "../deps.ts";
import { payoutEntries } from "./post-payout.ts";

const nothingOwed: OwedWithTips = { owedMinor: 0, heldMinor: 0, tipsOwedMinor: 0 };

export type PayoutProblem =
  | AmountProblem
  | { tag: "NOT_ACTIVE"; status: PayoutAccountStatus; reason: string | null }
  | { tag: "ON_ITS_WAY"; payoutId: string };

/** The amounts that hold for a currency; minor units. */
export const payoutTermsOf = (settings: PayoutSettings, currency: string): PayoutTerms => ({
  minimumMinor: limitOf(readLimits(settings.PAYOUT_MINIMUM_MINOR), currency),
  feeBps: settings.INSTANT_PAYOUT_FEE_BPS,
  feeMinimumMinor: limitOf(readLimits(settings.INSTANT_PAYOUT_FEE_MINIMUM_MINOR), currency),
  stepMinor: payoutStep(currency),
});

/** What is owed to each account and what of it is held back: for so many days as a restaurant's terms, or the settings, say. */
export async function owedNow(
  db: Db | Tx,
  accounts: readonly PayoutAccountRow[],
  settings: PayoutSettings,
  now: Date,
): Promise<Map<string, OwedWithTips>> {
  const restaurants = accounts.filter(({ ownerKind }) => ownerKind === "RESTAURANT");
  const byTerms = await termsDelayDays(
    db,
    restaurants.map(({ owner }) => owner),
  );
  const usual = { RESTAURANT: settings.DEFAULT_PAYOUT_DELAY_DAYS, COURIER: settings.COURIER_PAYOUT_DELAY_DAYS };
  const holdings = accounts.map((account) => {
    const days = byTerms.get(account.owner) ?? usual[account.ownerKind];
    return { account, heldAfter: heldSince(now, days, settings.PAYOUT_DAY_MS) };
  });
  return owedTo(db, holdings);
}

/**
 * Begins a payout from a locked account of `wantedMinor`, or of all that is free. The lock lets one begin at a time; behind
 * it stand a unique index on live payouts and the database's refusal of a posting beyond the balance.
 */
export async function beginPayout(
  tx: Tx,
  account: PayoutAccountRow,
  wanted: { kind: PayoutKind; amountMinor: number | null; requestedBy: string | null },
  settings: PayoutSettings,
  moment: Moment,
): Promise<Result<PayoutRow, PayoutProblem>> {
  const { id: accountId, currency } = account;
  const { kind, requestedBy } = wanted;
  const status = accountStatus(account, moment.now);
  if (status !== "ACTIVE") return err({ tag: "NOT_ACTIVE", status, reason: statusReason(account, moment.now) });
  const live = await livePayout(tx, accountId);
  if (live) return err({ tag: "ON_ITS_WAY", payoutId: live.id });
  const standing = (await owedNow(tx, [account], settings, moment.now)).get(accountId);
  const { tipsOwedMinor, ...owed } = standing ?? nothingOwed;
  const decided = payoutAmounts(kind, owed, payoutTermsOf(settings, currency), wanted.amountMinor);
  if (!decided.ok) return decided;
  const { amountMinor } = decided.value;
  const tipsMinor = account.ownerKind === "COURIER" ? tipsPart(amountMinor, tipsOwedMinor) : 0;
  const periodStart = (await lastPeriodEnd(tx, accountId)) ?? account.createdAt;
  const period = { periodStart, periodEnd: moment.now };
  const draft = { accountId, kind, currency, ...decided.value, tipsMinor, ...owed, ...period, requestedBy };
  const payout = await insertPayout(tx, draft, moment);
  const entries = payoutEntries(account, payout);
  await post(tx, { kind: "payout-requested", reference: payout.id, orderId: null, currency, entries }, moment);
  return ok(payout);
}
