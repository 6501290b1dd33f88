import { updatePreferences as run } from "../actions/update-profile.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidInput } from "./refusals.ts";
import { toThemselves } from "./user.ts";

/** Changes the caller's preferences. */
export const updatePreferences: NonNullable<MutationResolvers["updatePreferences"]> = async (
  _parent,
  { input },
  context,
) => {
  const result = await run(context, input);
  return result.ok
    ? { __typename: "UpdatePreferencesSuccess", user: toThemselves(result.value) }
    : invalidInput(result.error);
};
