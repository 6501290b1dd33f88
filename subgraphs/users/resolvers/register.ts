import { register as run } from "../actions/register.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidInput } from "./refusals.ts";
import { toThemselves } from "./user.ts";

/** Opens an account. */
export const register: NonNullable<MutationResolvers["register"]> = async (_parent, { input }, context) => {
  const result = await run(context, input);
  if (result.ok) return { __typename: "RegisterSuccess", ...result.value, user: toThemselves(result.value.user) };
  switch (result.error.kind) {
    case "EMAIL_TAKEN":
      return { __typename: "EmailTakenError", message: "There is an account with this e-mail already." };
    case "INVALID":
      return invalidInput(result.error);
  }
};
