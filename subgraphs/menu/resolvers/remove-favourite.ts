import { actOf } from "../../../kit/access/caller.ts";
import { invalidInput } from "../../../kit/graphql/invalid-input.ts";
import { isId } from "../../../kit/id.ts";
import { deleteFavourite } from "../db/queries/people.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";

/** Lets a restaurant go from the caller's favourites; one that is not there counts as gone, what is no restaurant's id is refused. */
export const removeFavourite: NonNullable<MutationResolvers["removeFavourite"]> = async (_, { input }, context) => {
  const { userId } = actOf(context);
  if (!isId("rst", input.restaurantId)) return invalidInput("restaurantId", "That is not a restaurant.");
  await deleteFavourite(context.db, userId, input.restaurantId);
  return { __typename: "RemoveFavouriteSuccess", user: { id: userId } };
};
