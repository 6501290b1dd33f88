import { actOf } from "../../../kit/access/caller.ts";
import { setRestaurantStatus } from "../actions/set-restaurant-status.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { statusRefusal } from "./refusals.ts";
import { restaurantLoader } from "./loaders.ts";

/** Takes a restaurant off the lists; admins only, by the schema's policy. */
export const suspendRestaurant: NonNullable<MutationResolvers["suspendRestaurant"]> = async (_, { input }, context) => {
  const change = {
    restaurantId: input.restaurantId,
    status: "SUSPENDED",
    reason: input.reason,
    byAdmin: true,
  } as const;
  const outcome = await setRestaurantStatus(context.db, actOf(context), change);
  restaurantLoader(context).clear(input.restaurantId);
  return outcome.ok
    ? { __typename: "SuspendRestaurantSuccess", restaurant: outcome.value }
    : statusRefusal(outcome.error);
};
