import { isId } from "../../../kit/id.ts";
import { grantOwnership as run } from "../actions/memberships.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidInput, notFound } from "./errors.ts";

/** Makes a person an owner. */
export const grantOwnership: NonNullable<MutationResolvers["grantOwnership"]> = async (_parent, { input }, context) => {
  if (!isId("rst", input.restaurantId))
    return invalidInput({ field: "restaurantId", message: "This is not a restaurant's id." });
  const result = await run(context, input);
  return result.ok
    ? { __typename: "GrantOwnershipSuccess", membership: result.value }
    : notFound("There is no such person.");
};
