import { personOf } from "../../../kit/access/caller.ts";
import { requestReturn as act } from "../actions/deliver.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { stepRefused } from "./refusals.ts";

/** Support asks for the food of a failed delivery back. */
export const requestReturn: NonNullable<MutationResolvers["requestReturn"]> = async (_root, { input }, ctx) => {
  const done = await act(ctx, personOf(ctx).userId, input.deliveryId);
  return done.ok ? { __typename: "RequestReturnSuccess", delivery: done.value } : stepRefused(done.error);
};
