import { givenRefreshToken, longestToken } from "../actions/refresh.ts";
import { signOut as run } from "../actions/sign-out.ts";
import { invalidInput } from "./refusals.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";

/** Ends a session. */
export const signOut: NonNullable<MutationResolvers["signOut"]> = async (_parent, { input }, context) => {
  if ((input.refreshToken?.length ?? 0) > longestToken)
    return invalidInput({ field: "refreshToken", message: `A refresh token has at most ${longestToken} characters.` });
  return { __typename: "SignOutSuccess", ended: await run(context, givenRefreshToken(context, input)) };
};
