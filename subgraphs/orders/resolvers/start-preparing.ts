import { actOf } from "../../../kit/access/caller.ts";
import { startPreparing as start } from "../actions/start-preparing.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { changedOrder } from "./changed-order.ts";
import { cookingError } from "./handling-error.ts";

/** The kitchen begins. */
export const startPreparing: NonNullable<MutationResolvers["startPreparing"]> = async (_, { input }, context) => {
  const handled = await start(context, actOf(context), input.orderId, context.work.left);
  return handled.ok ? changedOrder(context, "StartPreparingSuccess", handled.value) : cookingError(handled.error);
};
