import { signIn as run } from "../actions/sign-in.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidCredentials } from "./refusals.ts";
import { toThemselves } from "./user.ts";

/** Signs in. */
export const signIn: NonNullable<MutationResolvers["signIn"]> = async (_parent, { input }, context) => {
  const result = await run(context, input);
  if (result.ok) return { __typename: "SignInSuccess", ...result.value, user: toThemselves(result.value.user) };
  switch (result.error) {
    case "INVALID_CREDENTIALS":
      return invalidCredentials("E-mail or password is wrong.");
    case "SUSPENDED":
      return { __typename: "AccountSuspendedError", message: "This account is suspended; please contact support." };
  }
};
