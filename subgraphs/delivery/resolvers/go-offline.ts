import { personOf } from "../../../kit/access/caller.ts";
import { goOffline as act } from "../actions/availability.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { courierBusy, notFound } from "./refusals.ts";

/** A courier stops taking offers. */
export const goOffline: NonNullable<MutationResolvers["goOffline"]> = async (_root, _args, ctx) => {
  const done = await act(ctx, personOf(ctx).userId);
  if (done.ok) return { __typename: "GoOfflineSuccess", courier: done.value };
  return done.error.tag === "BUSY" ? courierBusy() : notFound("courier");
};
