import { addStaff as run } from "../actions/memberships.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidInput, notFound } from "./refusals.ts";

/** Makes a person staff. */
export const addStaff: NonNullable<MutationResolvers["addStaff"]> = async (_parent, { input }, context) => {
  const result = await run(context, input);
  if (result.ok) return { __typename: "AddStaffSuccess", membership: result.value };
  if (result.error === "FOREIGN") return notFound("There is no such restaurant of yours.");
  return invalidInput({ field: "email", message: "Nobody has an account with this e-mail." });
};
