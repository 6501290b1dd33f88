import { changePassword as run } from "../actions/change-password.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidCredentials, invalidInput } from "./refusals.ts";
import { toThemselves } from "./user.ts";

/** Changes the caller's password. */
export const changePassword: NonNullable<MutationResolvers["changePassword"]> = async (_parent, { input }, context) => {
  const result = await run(context, input);
  if (result.ok) return { __typename: "ChangePasswordSuccess", user: toThemselves(result.value) };
  return result.error.kind === "WRONG"
    ? invalidCredentials("The current password is wrong.")
    : invalidInput(result.error);
};
