import { isAdmin, actOf } from "../../../kit/access/caller.ts";
import { setRestaurantStatus } from "../actions/set-restaurant-status.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { missing, refusal } from "./refusals.ts";
import { restaurantLoader } from "./loaders.ts";

/** Ends a restaurant's business for one of its owners, or for an admin. */
export const closeRestaurantPermanently: NonNullable<MutationResolvers["closeRestaurantPermanently"]> = async (
  _,
  { input: { restaurantId, reason } },
  context,
) => {
  const change = { restaurantId, status: "PERMANENTLY_CLOSED", reason, byAdmin: isAdmin(context) } as const;
  const outcome = await setRestaurantStatus(context.db, actOf(context), change);
  restaurantLoader(context).clear(restaurantId);
  if (outcome.ok) return { __typename: "CloseRestaurantPermanentlySuccess", restaurant: outcome.value };
  // Nothing leaves the status that is asked for here, so that this is no answer of it.
  return outcome.error.tag === "PERMANENTLY_CLOSED" ? missing("restaurant") : refusal(outcome.error);
};
