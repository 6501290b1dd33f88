/** Mutations holdPayoutAccount, suspendPayoutAccount, releasePayoutAccount and retryPayout, for support and admin. */
import { personOf } from "../../../kit/access/caller.ts";
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import { retryPayout as retry, setStanding, type GovernProblem } from "../actions/govern-payouts.ts";
import type { PayoutAccountRow } from "../db/payout-tables.ts";
import type { Context } from "../deps.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";

const actorOf = (context: Context): { actorId: string; traceId: string } => ({
  actorId: personOf(context).userId,
  traceId: context.traceId,
});

type Input = { payoutAccountId: string; reason: string };

const decide = (context: Context, input: Input, standing: PayoutAccountRow["standing"]) =>
  setStanding(context, actorOf(context), input.payoutAccountId, standing, input.reason);

const problemOf = (problem: GovernProblem, what: string) =>
  problem.tag === "INVALID"
    ? invalidInput(problem.field, problem.message)
    : ({ __typename: "NotFoundError", message: `There is no such ${what}.` } as const);

export const holdPayoutAccount: NonNullable<MutationResolvers["holdPayoutAccount"]> = async (_, { input }, context) => {
  const done = await decide(context, input, "HELD");
  if (!done.ok) return problemOf(done.error, "payout account");
  return { __typename: "HoldPayoutAccountSuccess", account: done.value };
};

export const suspendPayoutAccount: NonNullable<MutationResolvers["suspendPayoutAccount"]> = async (
  _,
  { input },
  context,
) => {
  const done = await decide(context, input, "SUSPENDED");
  if (!done.ok) return problemOf(done.error, "payout account");
  return { __typename: "SuspendPayoutAccountSuccess", account: done.value };
};

export const releasePayoutAccount: NonNullable<MutationResolvers["releasePayoutAccount"]> = async (
  _,
  { input },
  context,
) => {
  const done = await decide(context, input, "ACTIVE");
  if (!done.ok) return problemOf(done.error, "payout account");
  return { __typename: "ReleasePayoutAccountSuccess", account: done.value };
};

export const retryPayout: NonNullable<MutationResolvers["retryPayout"]> = async (_, { input }, context) => {
  const done = await retry(context, actorOf(context), input.payoutId, input.reason);
  if (done.ok) return { __typename: "RetryPayoutSuccess", payout: done.value };
  if (done.error.tag !== "NOT_WAITING") return problemOf(done.error, "payout");
  const message = "This payout does not wait for a next try.";
  return { __typename: "PayoutNotWaitingError", message, state: done.error.state };
};
