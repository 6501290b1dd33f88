import { reviewsOfRestaurant } from "../db/queries/reviews.ts";
import { isOpenAt, nextOpening, writeSpan } from "../domain/opening-hours.ts";
import type { RestaurantResolvers } from "../generated/resolvers.ts";
import { menuLoader, restaurantLoader, spansLoader } from "../loaders.ts";
import { pageInfo, pageSize, readCursor, writeCursor } from "./page.ts";

/** Fields of Restaurant that are not columns. */
export const restaurant: RestaurantResolvers = {
  __resolveReference: ({ id }, context) => restaurantLoader(context).load(id),
  location: ({ latitude, longitude }) => ({ latitude, longitude }),
  minimumOrder: ({ minimumOrderMinor, currency }) => ({ amount: minimumOrderMinor, currency }),
  rating: ({ ratingSum, ratingCount }) => (ratingCount > 0 ? ratingSum / ratingCount : null),
  reviewCount: ({ ratingCount }) => ratingCount,
  isOpen: async ({ id, status, timeZone }, { at }, context) => {
    const spans = await spansLoader(context).load(id);
    return status === "ACTIVE" && isOpenAt(spans ?? [], timeZone, at ?? context.clock.now());
  },
  opensAt: async ({ id, status, timeZone }, _, context) => {
    const spans = await spansLoader(context).load(id);
    return status === "ACTIVE" ? nextOpening(spans ?? [], timeZone, context.clock.now()) : null;
  },
  openingHours: async ({ id }, _, context) => ((await spansLoader(context).load(id)) ?? []).map(writeSpan),
  menu: async ({ id }, _, context) => {
    const items = (await menuLoader(context).load(id)) ?? [];
    return [...Map.groupBy(items, (item) => item.section)].map(([name, ofSection]) => ({ name, items: ofSection }));
  },
  reviews: async ({ id }, args, context) => {
    const first = pageSize(args.first);
    const after = readCursor("rev", args.after);
    const position = after && { at: after.key, id: after.id };
    const rows = await reviewsOfRestaurant(context.db, id, position, first + 1);
    const edges = rows
      .slice(0, first)
      .map((node) => ({ node, cursor: writeCursor({ key: node.createdAt.getTime(), id: node.id }) }));
    return { edges, pageInfo: pageInfo(edges, rows.length > first, after) };
  },
};
