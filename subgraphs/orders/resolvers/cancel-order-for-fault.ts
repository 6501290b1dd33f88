import { actOf } from "../../../kit/access/caller.ts";
import { cancelForFault } from "../actions/cancel-order.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { changedOrder } from "./changed-order.ts";
import { supportError } from "./support-error.ts";
import { checkReason } from "./refusals.ts";

/** Support calls an order off. */
export const cancelOrderForFault: NonNullable<MutationResolvers["cancelOrderForFault"]> = async (
  _,
  { input },
  context,
) => {
  const problem = checkReason(input.reason, true);
  if (problem !== null) return problem;
  const { orderId, fault } = input;
  const done = await cancelForFault(context, actOf(context), { orderId, fault, reason: input.reason.trim() });
  return done.ok ? changedOrder(context, "CancelOrderSuccess", done.value) : supportError(done.error);
};
