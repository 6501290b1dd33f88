import { z } from "zod";
import { cursorId, pageOf } from "../../../kit/graphql/connection.ts";
import { graphqlError } from "../../../kit/errors.ts";
import { isId } from "../../../kit/id.ts";
import { listRestaurants } from "../actions/list-restaurants.ts";
import { priceItems } from "../actions/price-items.ts";
import { personalData } from "../db/queries/people.ts";
import { orderOf } from "../db/queries/search.ts";
import { countryOf } from "../domain/countries.ts";
import { maxLines } from "../domain/pricing.ts";
import type { QueryResolvers } from "../generated/resolvers.ts";
import { itemLoader, restaurantLoader } from "./loaders.ts";
import { readCriteria } from "./search-input.ts";

// Postgres reads no number that is so near to nothing, and no distance or score is.
const searchKey = z.number().refine((key) => key === 0 || Math.abs(key) > 1e-300);
const restaurantCursor = z.tuple([searchKey, cursorId("rst")]);

/** The menu's root queries. */
export const query: QueryResolvers = {
  restaurants: (_, args, context) => {
    const criteria = readCriteria(args);
    const openAt = args.filters?.openNow ? context.clock.now() : null;
    const positionOf = (cursor: readonly [number, string] | null) => cursor && { key: cursor[0], id: cursor[1] };
    return pageOf(args, {
      name: `restaurants by ${orderOf(criteria)}`,
      shape: restaurantCursor,
      read: async ({ after, before, ...rest }) => {
        const slice = { ...rest, after: positionOf(after), before: positionOf(before) };
        const hits = await listRestaurants(context.db, criteria, slice, openAt);
        const nodes = await restaurantLoader(context).loadMany(hits.map((hit) => hit.id));
        return hits.flatMap((hit, index) => {
          const node = nodes[index];
          return !node || node instanceof Error ? [] : [{ ...hit, node }];
        });
      },
      positionOf: ({ key, id }) => [key, id],
      edgeOf: ({ node, distanceMeters }) => ({
        node,
        distanceMeters: distanceMeters === null ? null : Math.round(distanceMeters),
      }),
    });
  },
  restaurant: (_, { id }, context) => restaurantLoader(context).load(id),
  menuItem: async (_, { id }, context) => {
    const item = await itemLoader(context).load(id);
    return item && !item.deletedAt ? item : null;
  },
  priceItems: async (_, { input }, { db }) => {
    if (input.lines.length > maxLines) {
      throw graphqlError("BAD_USER_INPUT", `lines must be at most ${maxLines}.`);
    }
    const basket = await priceItems(db, input);
    if (!basket) return null;
    const { restaurant, open, lines } = basket;
    const {
      id,
      name,
      currency,
      country,
      taxInclusive,
      latitude,
      longitude,
      prepSeconds,
      minimumOrderMinor,
      status,
      timeZone,
    } = restaurant;
    const location = { latitude, longitude };
    const terms = {
      currency,
      country: country ?? countryOf(timeZone),
      taxInclusive,
      location,
      prepSeconds,
      minimumOrderMinor,
      status,
    };
    return {
      restaurantId: id,
      name,
      open,
      ...terms,
      lines: lines.map((line) => ({ ...line, modifiers: [...line.modifiers] })),
    };
  },
  knownInMenu: async (_, { restaurantId, itemIds }, context) => {
    if (itemIds.length > maxLines) throw graphqlError("BAD_USER_INPUT", `itemIds must be at most ${maxLines}.`);
    const [restaurant, items] = await Promise.all([
      restaurantId == null ? null : restaurantLoader(context).load(restaurantId),
      itemLoader(context).loadMany(itemIds),
    ]);
    const isOnMenu = (item: (typeof items)[number]) =>
      item !== null &&
      !(item instanceof Error) &&
      item.deletedAt === null &&
      (restaurantId == null || item.restaurantId === restaurantId);
    const unknownItemIds = itemIds.filter((_id, index) => !isOnMenu(items[index] ?? null));
    return { restaurant: restaurantId == null || restaurant !== null, unknownItemIds };
  },
  menuPersonalData: (_, { userId }, { db }) => (isId("usr", userId) ? personalData(db, userId) : null),
};
