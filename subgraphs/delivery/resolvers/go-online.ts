import { personOf } from "../../../kit/access/caller.ts";
import { goOnline as act } from "../actions/availability.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidLocation } from "./refusals.ts";

/** A courier starts taking offers. */
export const goOnline: NonNullable<MutationResolvers["goOnline"]> = async (_root, { input }, ctx) => {
  const done = await act(ctx, personOf(ctx).userId, input.location);
  return done.ok ? { __typename: "GoOnlineSuccess", courier: done.value } : invalidLocation();
};
