/** Mutation requestInstantPayout. */
import { personOf } from "../../../kit/access/caller.ts";
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import { requestInstantPayout as act, type InstantProblem } from "../actions/request-instant-payout.ts";
import type { MutationResolvers, ResolversTypes } from "../generated/resolvers.ts";
import type { Context } from "../deps.ts";
import { isPayee, payoutAccountById, visiblePayout } from "./payout-access.ts";

type Answer = Awaited<ResolversTypes["RequestInstantPayoutResult"]>;

/** Pays out now, for the restaurant's owners or the courier; to everyone else the account is not there. */
export const requestInstantPayout: NonNullable<MutationResolvers["requestInstantPayout"]> = async (
  _,
  { input },
  context,
) => {
  const { userId } = personOf(context);
  const { payoutAccountId: accountId, amountMinor = null, idempotencyKey } = input;
  const account = await payoutAccountById(context).load(accountId);
  if (!account || !(await isPayee(context, account))) return notFound;
  const request = { accountId, amountMinor, idempotencyKey };
  const done = await act(context, userId, request, context.traceId);
  if (!done.ok) return answerOf(context, account.currency, done.error);
  return { __typename: "RequestInstantPayoutSuccess", payout: await payoutOf(context, done.value.payoutId) };
};

const notFound: Answer = { __typename: "NotFoundError", message: "There is no such payout account." };

async function payoutOf(context: Context, payoutId: string) {
  const payout = await visiblePayout(context, payoutId);
  if (!payout) throw new Error("the payout is gone");
  return payout;
}

async function answerOf(context: Context, currency: string, problem: InstantProblem): Promise<Answer> {
  switch (problem.tag) {
    case "INVALID":
      return invalidInput(problem.field, problem.message);
    case "NOT_FOUND":
      return notFound;
    case "KEY_REUSED":
      return { __typename: "PayoutKeyReusedError", message: "This idempotency key was used for another payout." };
    case "NOT_ACTIVE": {
      const { status, reason } = problem;
      return {
        __typename: "PayoutAccountNotActiveError",
        message: "This account is not paid out now.",
        status,
        reason,
      };
    }
    case "ON_ITS_WAY": {
      const payout = await payoutOf(context, problem.payoutId);
      return { __typename: "PayoutOnItsWayError", message: "Another payout is on its way.", payout };
    }
    case "INSUFFICIENT_BALANCE": {
      const available = { amount: problem.availableMinor, currency };
      return { __typename: "InsufficientBalanceError", message: "There is not so much to pay out.", available };
    }
    case "BELOW_MINIMUM": {
      const minimum = { amount: problem.minimumMinor, currency };
      return { __typename: "PayoutBelowMinimumError", message: "That is too little to be paid out.", minimum };
    }
  }
}
