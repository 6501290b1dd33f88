import { givenRefreshToken } from "../actions/refresh.ts";
import { signOut as run } from "../actions/sign-out.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";

/** Ends a session. */
export const signOut: NonNullable<MutationResolvers["signOut"]> = async (_parent, { input }, context) => ({
  __typename: "SignOutSuccess",
  ended: await run(context, givenRefreshToken(context, input)),
});
