import { actOf } from "../../../kit/access/caller.ts";
import { setRestaurantStatus } from "../actions/set-restaurant-status.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { missing, permanentlyClosed } from "./refusals.ts";
import { restaurantLoader } from "./loaders.ts";

/** Puts a suspended restaurant back; admins only, by the schema's policy. */
export const reinstateRestaurant: NonNullable<MutationResolvers["reinstateRestaurant"]> = async (
  _,
  { input },
  context,
) => {
  const change = { restaurantId: input.restaurantId, status: "ACTIVE", byAdmin: true } as const;
  const outcome = await setRestaurantStatus(context.db, actOf(context), change);
  restaurantLoader(context).clear(input.restaurantId);
  if (outcome.ok) return { __typename: "ReinstateRestaurantSuccess", restaurant: outcome.value };
  return outcome.error.tag === "PERMANENTLY_CLOSED" ? permanentlyClosed : missing("restaurant");
};
