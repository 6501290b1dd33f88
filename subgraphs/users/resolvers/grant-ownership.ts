import { grantOwnership as run } from "../actions/memberships.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidInput, notFound } from "./refusals.ts";

/** Makes a person an owner. */
export const grantOwnership: NonNullable<MutationResolvers["grantOwnership"]> = async (_parent, { input }, context) => {
  const result = await run(context, input);
  if (result.ok) return { __typename: "GrantOwnershipSuccess", membership: result.value };
  switch (result.error) {
    case "NO_RESTAURANT":
      return invalidInput({ field: "restaurantId", message: "That is not a restaurant." });
    case "NOT_FOUND":
      return notFound("There is no such person.");
  }
};
