import { isId } from "../../../kit/id.ts";
import type { OrderState } from "../domain/order-states.ts";
import type { RestaurantResolvers } from "../generated/resolvers.ts";
import { orderConnection } from "./page.ts";
import { isMemberOf, isSupport } from "./viewer.ts";

const atWork: readonly OrderState[] = ["PLACED", "ACCEPTED", "PREPARING", "READY"];

/** What orders adds to a restaurant: its queue, for its members. */
export const restaurant: RestaurantResolvers = {
  __resolveReference: ({ id }) => (isId("rst", id) ? { id } : null),
  orderQueue: async ({ id }, { states, late, ...page }, context) => {
    if (!isSupport(context) && !(await isMemberOf(context, id))) return null;
    return orderConnection(context, { restaurantId: id, states: states ?? atWork, late: late === true }, page);
  },
};
