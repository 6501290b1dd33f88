import { givenRefreshToken, refresh as run } from "../actions/refresh.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { toThemselves } from "./user.ts";

/** Exchanges a refresh token. */
export const refresh: NonNullable<MutationResolvers["refresh"]> = async (_parent, { input }, context) => {
  const result = await run(context, givenRefreshToken(context, input));
  if (result.ok) return { __typename: "RefreshSuccess", ...result.value, user: toThemselves(result.value.user) };
  return { __typename: "InvalidRefreshTokenError", message: "Please sign in again." };
};
