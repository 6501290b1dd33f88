/** Fields of Payout and PayoutAccount that are not columns, and the pages of payouts. */
import { isSupport } from "../../../kit/access/caller.ts";
import { z } from "zod";
import { pageOf, cursorId, cursorInstant, type PageArguments } from "../../../kit/graphql/connection.ts";
import { defineLoader } from "../../../kit/graphql/loaders.ts";
import { owedNow, payoutTermsOf } from "../actions/begin-payout.ts";
import { nextRunAt } from "../actions/open-payout-account.ts";
import { accountStatus, statusReason, waitEnd } from "../domain/payout-account-status.ts";
import { availableMinor, instantFeeMinor } from "../domain/payout-amount.ts";
import {
  flaggedPayoutsPage,
  historyByPayout,
  payoutAccountsByOwner,
  payoutsPage,
  refusalsByPayout,
} from "../db/payout-queries.ts";
import type { PayoutAccountRow } from "../db/payout-tables.ts";
import type { Context } from "../deps.ts";
import type { PayoutAccountResolvers, PayoutResolvers, QueryResolvers } from "../generated/resolvers.ts";
import { maySeePayouts, visibleAccount, visiblePayout } from "./payout-access.ts";

const historyOf = defineLoader((context: Context, ids: readonly string[]) => historyByPayout(context.db, ids));
const refusalsOf = defineLoader((context: Context, ids: readonly string[]) => refusalsByPayout(context.db, ids));
const accountsOf = defineLoader((context: Context, owners: readonly string[]) =>
  payoutAccountsByOwner(context.db, owners),
);
const owedOf = defineLoader(async (context: Context, accounts: readonly PayoutAccountRow[]) => {
  const owed = await owedNow(context.db, accounts, context.settings, context.clock.now());
  return new Map(accounts.map((account) => [account, owed.get(account.id) ?? { owedMinor: 0, heldMinor: 0 }]));
});

const owed = async (context: Context, account: PayoutAccountRow) =>
  (await owedOf(context).load(account)) ?? { owedMinor: 0, heldMinor: 0 };

export const PayoutAccount: PayoutAccountResolvers = {
  status: (account, _, { clock }) => accountStatus(account, clock.now()),
  reason: (account, _, { clock }) => statusReason(account, clock.now()),
  paidFrom: ({ paidFrom }, _, { clock }) => (paidFrom !== null && clock.now() < paidFrom ? paidFrom : null),
  balance: async (account, _, context) => money(account, (await owed(context, account)).owedMinor),
  held: async (account, _, context) => money(account, (await owed(context, account)).heldMinor),
  available: async (account, _, context) => money(account, availableMinor(await owed(context, account))),
  minimum: (account, _, { settings }) => money(account, payoutTermsOf(settings, account.currency).minimumMinor),
  instantFee: async (account, _, context) => {
    const terms = payoutTermsOf(context.settings, account.currency);
    return money(account, instantFeeMinor(availableMinor(await owed(context, account)), terms));
  },
  nextPayoutAt(account, _, { clock, settings }) {
    const now = clock.now();
    const [wait, nextRun] = [waitEnd(account, now), nextRunAt(now, settings)];
    // The last payout has a time of its own; other waits put off the run of the calendar.
    return wait !== null && (account.finalPayoutAt !== null || nextRun < wait) ? wait : nextRun;
  },
  finalPayoutAt: ({ finalPayoutAt }) => finalPayoutAt,
};

const money = ({ currency }: { currency: string }, amount: number) => ({ amount, currency });

export const Payout: PayoutResolvers = {
  __resolveReference: ({ id }, context) => visiblePayout(context, id),
  account: ({ accountId }, _, context) => visibleAccount(context, accountId),
  amount: (payout) => money(payout, payout.amountMinor),
  fee: (payout) => money(payout, payout.feeMinor),
  net: (payout) => money(payout, payout.netMinor),
  failureReason: ({ failure }) => failure,
  refusals: async ({ id }, _, context) => (await refusalsOf(context).load(id)) ?? 0,
  flaggedAt: ({ flaggedAt }, _, context) => (isSupport(context) ? flaggedAt : null),
  history: async ({ id }, _, context) => (await historyOf(context).load(id)) ?? [],
};

const cursorShape = z.tuple([cursorInstant, cursorId("pyt")]);

type Payee = Pick<PayoutAccountRow, "ownerKind" | "owner">;

/** The accounts of a restaurant or courier; null for those who may not see them. */
export const payoutAccountsOf = async (context: Context, payee: Payee): Promise<PayoutAccountRow[] | null> =>
  (await maySeePayouts(context, payee)) ? ((await accountsOf(context).load(payee.owner)) ?? []) : null;

/** The payouts of a restaurant or courier, newest first; null for those who may not see them. Throws BAD_USER_INPUT for a bad page. */
export async function payoutsOf(context: Context, payee: Payee, page: PageArguments) {
  if (!(await maySeePayouts(context, payee))) return null;
  return pageOf(page, {
    name: "payouts",
    shape: cursorShape,
    read: (slice) => payoutsPage(context.db, payee.owner, slice),
    positionOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    edgeOf: (node) => ({ node }),
  });
}

/** Payouts that need a person's look, longest first. Throws BAD_USER_INPUT as `pageOf`. */
export const flaggedPayouts: NonNullable<QueryResolvers["flaggedPayouts"]> = (_, page, { db }) =>
  pageOf(page, {
    name: "flagged payouts",
    shape: cursorShape,
    read: (slice) => flaggedPayoutsPage(db, slice),
    positionOf: ({ flaggedAt, id }) => [flaggedAt?.getTime() ?? 0, id],
    edgeOf: (node) => ({ node }),
  });
