import { actOf } from "../../../kit/access/caller.ts";
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import { cancelAsCustomer } from "../actions/cancel-order.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { changedOrder } from "./changed-order.ts";
import { money } from "./amounts.ts";
import { checkReason, notFound, wrongState } from "./refusals.ts";

/** The customer calls an order off. */
export const cancelOrder: NonNullable<MutationResolvers["cancelOrder"]> = async (_, { input }, context) => {
  const { orderId, maxFeeMinor = 0 } = input;
  const problem = checkReason(input.reason, false);
  if (problem !== null) return problem;
  if (maxFeeMinor < 0) return invalidInput("maxFeeMinor", "A fee is not negative.");
  const reason = input.reason?.trim() || null;
  const done = await cancelAsCustomer(context, actOf(context), { orderId, reason, maxFeeMinor });
  if (done.ok) return changedOrder(context, "CancelOrderSuccess", done.value);
  switch (done.error.tag) {
    case "NOT_FOUND":
      return notFound("order");
    case "WRONG_STATE":
      return wrongState(done.error.state);
    case "FEE_REQUIRED": {
      const fee = money(done.error.feeMinor, done.error.currency);
      return { __typename: "CancellationFeeRequiredError", message: "Cancelling now costs a fee.", fee };
    }
  }
};
