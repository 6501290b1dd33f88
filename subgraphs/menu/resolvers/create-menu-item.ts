import { actOf } from "../../../kit/access/caller.ts";
import { createMenuItem as create } from "../actions/create-menu-item.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { menuLoader } from "./loaders.ts";
import { refusal } from "./refusals.ts";

/** Adds an item to the menu for one of the restaurant's owners. */
export const createMenuItem: NonNullable<MutationResolvers["createMenuItem"]> = async (_, { input }, context) => {
  const { restaurantId, section, name, priceMinor, taxRateBps } = input;
  const outcome = await create(context.db, actOf(context), {
    restaurantId,
    section,
    name,
    priceMinor,
    taxRateBps,
    description: input.description ?? "",
    stock: input.stock ?? null,
  });
  menuLoader(context).clear(restaurantId);
  return outcome.ok ? { __typename: "CreateMenuItemSuccess", item: outcome.value } : refusal(outcome.error);
};
