import { graphqlError } from "../../../kit/errors.ts";
import { isId } from "../../../kit/id.ts";
import { listRestaurants } from "../actions/list-restaurants.ts";
import { priceItems } from "../actions/price-items.ts";
import { personalData } from "../db/queries/people.ts";
import { maxLines } from "../domain/pricing.ts";
import type { QueryResolvers } from "../generated/resolvers.ts";
import { itemLoader, restaurantLoader } from "../loaders.ts";
import { pageInfo, pageSize, readCursor, writeCursor } from "./page.ts";
import { readCriteria } from "./search-input.ts";

/** The menu's root queries. */
export const query: QueryResolvers = {
  restaurants: async (_, args, context) => {
    const first = pageSize(args.first ?? 20);
    const after = readCursor("rst", args.after);
    const openAt = args.filters?.openNow ? context.clock.now() : null;
    const hits = await listRestaurants(context.db, readCriteria(args), { after, limit: first + 1, openAt });
    const shown = hits.slice(0, first);
    const nodes = await restaurantLoader(context).loadMany(shown.map((hit) => hit.id));
    const edges = shown.flatMap((hit, index) => {
      const node = nodes[index];
      if (!node || node instanceof Error) return [];
      const distanceMeters = hit.distanceMeters === null ? null : Math.round(hit.distanceMeters);
      return [{ cursor: writeCursor(hit), node, distanceMeters }];
    });
    return { edges, pageInfo: pageInfo(edges, hits.length > first, after) };
  },
  restaurant: (_, { id }, context) => restaurantLoader(context).load(id),
  menuItem: async (_, { id }, context) => {
    const item = await itemLoader(context).load(id);
    return item && !item.deletedAt ? item : null;
  },
  priceItems: async (_, { input }, { db }) => {
    if (input.lines.length < 1 || input.lines.length > maxLines) {
      throw graphqlError("BAD_USER_INPUT", `lines must be 1 to ${maxLines}.`);
    }
    const basket = await priceItems(db, input);
    if (!basket) return null;
    const { restaurant, open, lines } = basket;
    const { id, name, currency, taxInclusive, latitude, longitude, prepSeconds, minimumOrderMinor, status } =
      restaurant;
    const location = { latitude, longitude };
    const terms = { currency, taxInclusive, location, prepSeconds, minimumOrderMinor, status };
    return {
      restaurantId: id,
      name,
      open,
      ...terms,
      lines: lines.map((line) => ({ ...line, modifiers: [...line.modifiers] })),
    };
  },
  menuPersonalData: (_, { userId }, { db }) => (isId("usr", userId) ? personalData(db, userId) : null),
};
