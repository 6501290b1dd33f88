import { userIdOf, isSupport } from "../../../kit/access/caller.ts";
import { knownById } from "../../../kit/graphql/entities.ts";
import { favouritesOf } from "../db/queries/people.ts";
import type { OrderResolvers, ReviewResolvers, UserResolvers } from "../generated/resolvers.ts";
import { completedOrderLoader, orderReviewLoader, restaurantLoader, reviewLoader, roleLoader } from "./loaders.ts";

/** Fields of Review that are not columns. The author's id is shown to the author and support alone. */
export const review: ReviewResolvers = {
  __resolveReference: ({ id }, context) => reviewLoader(context).load(id),
  restaurant: ({ restaurantId }, _, context) => restaurantLoader(context).load(restaurantId),
  author: ({ customerId }, _, { caller }) =>
    customerId && (customerId === userIdOf({ caller }) || isSupport({ caller })) ? { id: customerId } : null,
};

/** What the menu adds to a person. */
export const user: UserResolvers = {
  __resolveReference: knownById("usr"),
  favourites: async ({ id }, _, context) => {
    if (id !== userIdOf(context)) return null;
    const rows = await restaurantLoader(context).loadMany(await favouritesOf(context.db, id));
    return rows.flatMap((row) => (row === null || row instanceof Error ? [] : [row]));
  },
};

/** What the menu adds to an order. */
export const order: OrderResolvers = {
  __resolveReference: knownById("ord"),
  reviews: async ({ id }, _, context) => {
    const completed = await completedOrderLoader(context).load(id);
    if (!completed) return null;
    const { customerId, restaurantId } = completed;
    const mine = customerId !== null && customerId === userIdOf(context);
    const allowed = mine || isSupport(context) || (await roleLoader(context).load(restaurantId)) !== null;
    if (!allowed) return null;
    const written = await orderReviewLoader(context).load(id);
    return written ? [written] : [];
  },
};
