import { updateLocation as act } from "../actions/availability.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { courierOffline, invalidLocation } from "./refusals.ts";
import { userIdOf } from "./viewer.ts";

/** A courier tells where they are. */
export const updateLocation: NonNullable<MutationResolvers["updateLocation"]> = async (_root, { input }, ctx) => {
  const done = await act(ctx, userIdOf(ctx), input.location);
  if (done.ok) return { __typename: "UpdateLocationSuccess", courier: done.value };
  return done.error.tag === "OFFLINE" ? courierOffline() : invalidLocation();
};
