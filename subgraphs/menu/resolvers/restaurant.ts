import { z } from "zod";
import { cursorId, cursorInstant, pageOf } from "../../../kit/graphql/connection.ts";
import { reviewsOfRestaurant } from "../db/queries/reviews.ts";
import { countryOf } from "../domain/countries.ts";
import { meanRating } from "../domain/rating.ts";
import { isOpenAt, nextOpening, writeSpan } from "../domain/opening-hours.ts";
import type { RestaurantResolvers } from "../generated/resolvers.ts";
import { menuLoader, restaurantLoader, spansLoader } from "./loaders.ts";

const reviewCursor = z.tuple([cursorInstant, cursorId("rev")]);

/** Fields of Restaurant that are not columns. */
export const restaurant: RestaurantResolvers = {
  __resolveReference: ({ id }, context) => restaurantLoader(context).load(id),
  location: ({ latitude, longitude }) => ({ latitude, longitude }),
  country: ({ country, timeZone }) => country ?? countryOf(timeZone),
  minimumOrder: ({ minimumOrderMinor, currency }) => ({ amount: minimumOrderMinor, currency }),
  rating: ({ ratingSum, ratingCount }) => meanRating(ratingSum, ratingCount),
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
  reviews: ({ id }, page, { db }) =>
    pageOf(page, {
      name: "reviews",
      shape: reviewCursor,
      read: (slice) => reviewsOfRestaurant(db, id, slice),
      positionOf: (review) => [review.createdAt.getTime(), review.id],
      edgeOf: (node) => ({ node }),
    }),
};
