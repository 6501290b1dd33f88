import { actOf } from "../../../kit/access/caller.ts";
import { addFavourite as add } from "../actions/add-favourite.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { refusal } from "./refusals.ts";

/** Keeps a restaurant among the caller's favourites. */
export const addFavourite: NonNullable<MutationResolvers["addFavourite"]> = async (_, { input }, context) => {
  const act = actOf(context);
  const outcome = await add(context.db, act, input.restaurantId);
  return outcome.ok
    ? { __typename: "AddFavouriteSuccess", restaurant: outcome.value, user: { id: act.userId } }
    : refusal(outcome.error);
};
