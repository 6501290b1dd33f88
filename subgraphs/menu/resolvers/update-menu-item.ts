import { actOf } from "../../../kit/access/caller.ts";
import { updateMenuItem as change } from "../actions/change-menu-item.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { itemLoader, menuLoader } from "./loaders.ts";
import { refusal } from "./refusals.ts";

/** Changes an item for one of the restaurant's owners. */
export const updateMenuItem: NonNullable<MutationResolvers["updateMenuItem"]> = async (_, { input }, context) => {
  const { itemId, section, name, description, priceMinor, taxRateBps } = input;
  const outcome = await change(context.db, actOf(context), itemId, {
    section,
    name,
    description,
    priceMinor,
    taxRateBps,
  });
  itemLoader(context).clear(input.itemId);
  menuLoader(context).clearAll();
  return outcome.ok ? { __typename: "UpdateMenuItemSuccess", item: outcome.value } : refusal(outcome.error);
};
