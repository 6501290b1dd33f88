import { actOf } from "../../../kit/access/caller.ts";
import { deleteMenuItem as remove } from "../actions/change-menu-item.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { itemLoader, menuLoader, restaurantLoader } from "./loaders.ts";
import { missing } from "./refusals.ts";

/** Takes an item off the menu for one of the restaurant's owners. */
export const deleteMenuItem: NonNullable<MutationResolvers["deleteMenuItem"]> = async (_, { input }, context) => {
  const outcome = await remove(context.db, actOf(context), input.itemId);
  itemLoader(context).clear(input.itemId);
  menuLoader(context).clearAll();
  const restaurant = outcome.ok ? await restaurantLoader(context).load(outcome.value.restaurantId) : null;
  return restaurant ? { __typename: "DeleteMenuItemSuccess", restaurant } : missing("item");
};
