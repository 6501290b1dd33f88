import { updateProfile as run } from "../actions/update-profile.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidInput } from "./refusals.ts";
import { toThemselves } from "./user.ts";

/** Changes the caller's name and phone. */
export const updateProfile: NonNullable<MutationResolvers["updateProfile"]> = async (_parent, { input }, context) => {
  const result = await run(context, input);
  return result.ok
    ? { __typename: "UpdateProfileSuccess", user: toThemselves(result.value) }
    : invalidInput(result.error);
};
