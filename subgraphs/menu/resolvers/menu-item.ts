import type { MenuItemResolvers, ModifierGroupResolvers, ModifierResolvers } from "../generated/resolvers.ts";
import { groupLoader, groupsLoader, itemLoader, modifierLoader, modifiersLoader, restaurantLoader } from "./loaders.ts";
import type { Context } from "../deps.ts";

/** The restaurant of a row that a foreign key binds to one. */
async function restaurantOf(context: Context, id: string) {
  const restaurant = await restaurantLoader(context).load(id);
  if (!restaurant) throw new Error(`restaurant ${id} is gone`);
  return restaurant;
}

/** Fields of MenuItem that are not columns. */
export const menuItem: MenuItemResolvers = {
  __resolveReference: ({ id }, context) => itemLoader(context).load(id),
  restaurant: ({ restaurantId }, _, context) => restaurantOf(context, restaurantId),
  price: async ({ priceMinor, restaurantId }, _, context) => ({
    amount: priceMinor,
    currency: (await restaurantOf(context, restaurantId)).currency,
  }),
  available: ({ available, stock, deletedAt }) => available && stock !== 0 && deletedAt === null,
  modifierGroups: async ({ id }, _, context) => (await groupsLoader(context).load(id)) ?? [],
};

/** Fields of ModifierGroup that are not columns. */
export const modifierGroup: ModifierGroupResolvers = {
  __resolveReference: ({ id }, context) => groupLoader(context).load(id),
  modifiers: async ({ id }, _, context) => (await modifiersLoader(context).load(id)) ?? [],
};

/** Fields of Modifier that are not columns. */
export const modifier: ModifierResolvers = {
  __resolveReference: ({ id }, context) => modifierLoader(context).load(id),
  price: async ({ priceMinor, groupId }, _, context) => {
    const group = await groupLoader(context).load(groupId);
    const item = group && (await itemLoader(context).load(group.itemId));
    if (!item) throw new Error(`item of choice ${groupId} is gone`);
    return { amount: priceMinor, currency: (await restaurantOf(context, item.restaurantId)).currency };
  },
};
