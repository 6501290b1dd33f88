import { actOf } from "../../../kit/access/caller.ts";
import { resolveFailedDelivery as giveUp } from "../actions/cancel-order.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { changedOrder } from "./changed-order.ts";
import { supportError } from "./support-error.ts";
import { checkReason } from "./refusals.ts";

/** Support ends a delivery that cannot be made. */
export const resolveFailedDelivery: NonNullable<MutationResolvers["resolveFailedDelivery"]> = async (
  _,
  { input },
  context,
) => {
  const problem = checkReason(input.reason, true);
  if (problem !== null) return problem;
  const { orderId, fault } = input;
  const done = await giveUp(context, actOf(context), { orderId, fault, reason: input.reason.trim() });
  return done.ok ? changedOrder(context, "ResolveFailedDeliverySuccess", done.value) : supportError(done.error);
};
