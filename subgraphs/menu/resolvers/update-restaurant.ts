import { actOf } from "../../../kit/access/caller.ts";
import { updateRestaurant as update } from "../actions/update-restaurant.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { restaurantLoader } from "./loaders.ts";
import { refusal } from "./refusals.ts";

/** Changes a restaurant's description for one of its owners. */
export const updateRestaurant: NonNullable<MutationResolvers["updateRestaurant"]> = async (_, { input }, context) => {
  const { restaurantId, name, description, cuisines, location, priceLevel, prepSeconds, minimumOrderMinor } = input;
  const draft = { name, description, cuisines, location, priceLevel, prepSeconds, minimumOrderMinor };
  const outcome = await update(context.db, actOf(context), restaurantId, draft);
  restaurantLoader(context).clear(restaurantId);
  return outcome.ok ? { __typename: "UpdateRestaurantSuccess", restaurant: outcome.value } : refusal(outcome.error);
};
