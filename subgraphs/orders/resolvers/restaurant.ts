import { isSupport } from "../../../kit/access/caller.ts";
import { knownById } from "../../../kit/graphql/entities.ts";
import type { OrderState } from "../domain/order-states.ts";
import type { RestaurantResolvers } from "../generated/resolvers.ts";
import { promotionsShownAt } from "./loaders.ts";
import { orderConnection } from "./page.ts";
import { promotionConnection } from "./promotion-page.ts";
import { promotionOf, seesAllOf } from "./promotion.ts";
import { isMemberOf } from "./viewer.ts";

const atWork: readonly OrderState[] = ["PLACED", "ACCEPTED", "PREPARING", "READY"];

/** Most promotions on a restaurant's page. */
const maxShown = 20;

/** What orders adds to a restaurant: its queue, for its members; its promotions. */
export const restaurant: RestaurantResolvers = {
  __resolveReference: knownById("rst"),
  orderQueue: async ({ id }, { states, late, ...page }, context) => {
    if (!isSupport(context) && !(await isMemberOf(context, id))) return null;
    return orderConnection(context, { restaurantId: id, states: states ?? atWork, late: late === true }, page, 50);
  },
  promotions: async ({ id }, _, context) => {
    const shown = (await promotionsShownAt(context).load(id)) ?? [];
    const all = await seesAllOf(context, id);
    return shown.slice(0, maxShown).map((row) => promotionOf(row, all));
  },
  allPromotions: async ({ id }, page, context) =>
    (await seesAllOf(context, id)) ? promotionConnection(context, { restaurantId: id }, page) : null,
};
