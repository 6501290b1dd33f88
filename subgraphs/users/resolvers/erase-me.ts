import { eraseMe as run } from "../actions/erase-me.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidCredentials } from "./refusals.ts";

/** Erases the caller's personal data. */
export const eraseMe: NonNullable<MutationResolvers["eraseMe"]> = async (_parent, { input }, context) => {
  const result = await run(context, input);
  return result.ok
    ? { __typename: "EraseMeSuccess", erasedUserId: result.value }
    : invalidCredentials("The password is wrong.");
};
