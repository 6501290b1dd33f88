import { goOnline as act } from "../actions/availability.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidLocation } from "./refusals.ts";
import { userIdOf } from "./viewer.ts";

/** A courier starts taking offers. */
export const goOnline: NonNullable<MutationResolvers["goOnline"]> = async (_root, { input }, ctx) => {
  const done = await act(ctx, userIdOf(ctx), input.location);
  return done.ok ? { __typename: "GoOnlineSuccess", courier: done.value } : invalidLocation();
};
