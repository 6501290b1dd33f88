import { userIdOf, isSupport } from "../../../kit/access/caller.ts";
import { knownById } from "../../../kit/graphql/entities.ts";
import type { UserResolvers } from "../generated/resolvers.ts";
import { cartOf } from "./loaders.ts";
import { orderConnection } from "./page.ts";

/** What orders adds to a person: shown to themselves, orders to support too. */
export const user: UserResolvers = {
  __resolveReference: knownById("usr"),
  orders: ({ id }, page, context) =>
    id === userIdOf(context) || isSupport(context) ? orderConnection(context, { customerId: id }, page) : null,
  cart: ({ id }, _, context) => (id === userIdOf(context) ? cartOf(context).load(id) : null),
};
