/** Mutation writeOffPayoutAccount, for admin. */
import { personOf } from "../../../kit/access/caller.ts";
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import { writeOffBalance, type WriteOffRefusal } from "../actions/write-off-balance.ts";
import type { Context } from "../deps.ts";
import type { MutationResolvers, ResolversTypes } from "../generated/resolvers.ts";
import { payoutAccountById, visiblePayout } from "./payout-access.ts";

type Answer = Awaited<ResolversTypes["WriteOffPayoutAccountResult"]>;

/** Gives up what the owner of a suspended or rejected account owes. */
export const writeOffPayoutAccount: NonNullable<MutationResolvers["writeOffPayoutAccount"]> = async (
  _,
  { input },
  context,
) => {
  const { payoutAccountId: accountId, amountMinor, reason, idempotencyKey } = input;
  const actor = { actorId: personOf(context).userId, traceId: context.traceId };
  const done = await writeOffBalance(context, actor, { accountId, amountMinor, reason, idempotencyKey });
  const account = await payoutAccountById(context).load(accountId);
  if (!done.ok) return answerOf(context, account?.currency ?? "", done.error);
  if (!account) throw new Error("the payout account is gone");
  const writtenOff = { amount: done.value.writtenOffMinor, currency: account.currency };
  return { __typename: "WriteOffPayoutAccountSuccess", account, writtenOff };
};

async function answerOf(context: Context, currency: string, problem: WriteOffRefusal): Promise<Answer> {
  switch (problem.tag) {
    case "INVALID":
      return invalidInput(problem.field, problem.message);
    case "NOT_FOUND":
      return { __typename: "NotFoundError", message: "There is no such payout account." };
    case "KEY_REUSED":
      return { __typename: "WriteOffKeyReusedError", message: "This idempotency key was used for another write-off." };
    case "NOT_CLOSED": {
      const { status, reason } = problem;
      const message = "Only a suspended account, or one that the provider rejected, can be written off.";
      return { __typename: "PayoutAccountNotClosedError", message, status, reason };
    }
    case "ON_ITS_WAY": {
      const payout = await visiblePayout(context, problem.payoutId);
      if (!payout) throw new Error("the payout is gone");
      return { __typename: "PayoutOnItsWayError", message: "A payout of this account is still on its way.", payout };
    }
    case "NOT_NEGATIVE": {
      const balance = { amount: problem.balanceMinor, currency };
      return { __typename: "BalanceNotNegativeError", message: "Nothing is owed to the platform.", balance };
    }
    case "BALANCE_CHANGED": {
      const balance = { amount: problem.balanceMinor, currency };
      return { __typename: "BalanceChangedError", message: "Another amount is owed by now.", balance };
    }
  }
}
