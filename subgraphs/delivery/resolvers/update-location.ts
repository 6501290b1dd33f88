import { personOf } from "../../../kit/access/caller.ts";
import { updateLocation as act } from "../actions/availability.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { courierOffline, invalidLocation } from "./refusals.ts";

/** A courier tells where they are. */
export const updateLocation: NonNullable<MutationResolvers["updateLocation"]> = async (_root, { input }, ctx) => {
  const done = await act(ctx, personOf(ctx).userId, input.location);
  if (done.ok) return { __typename: "UpdateLocationSuccess", courier: done.value };
  return done.error.tag === "OFFLINE" ? courierOffline() : invalidLocation();
};
