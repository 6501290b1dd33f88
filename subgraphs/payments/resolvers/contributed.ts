/** What payments adds to the entities of others; each is null for those who may not see it. */
import { isSupport } from "../../../kit/access/caller.ts";
import { knownById } from "../../../kit/graphql/entities.ts";
import { defineLoader } from "../../../kit/graphql/loaders.ts";
import type { CourierResolvers, OrderResolvers, RestaurantResolvers } from "../generated/resolvers.ts";
import { balancesByOwner, courierAccounts } from "../db/queries.ts";
import type { Context } from "../deps.ts";
import { isCourier, isMember, paymentByOrder, visible } from "./access.ts";
import { disputesOfRestaurant } from "./dispute.ts";
import { invoicesOfRestaurant } from "./invoice.ts";
import { payoutAccountsOf, payoutsOf } from "./payout.ts";
import { statementOf } from "./statement.ts";

const owedToRestaurant = defineLoader((context: Context, ids: readonly string[]) =>
  balancesByOwner(context.db, ids, ["restaurant_payable"]),
);
const owedToCourier = defineLoader((context: Context, ids: readonly string[]) =>
  balancesByOwner(context.db, ids, courierAccounts),
);

export const Order: OrderResolvers = {
  __resolveReference: knownById("ord"),
  payment: async ({ id }, _, context) => visible(context, await paymentByOrder(context).load(id)),
};

export const Restaurant: RestaurantResolvers = {
  __resolveReference: knownById("rst"),
  balance: async ({ id }, _, context) =>
    isSupport(context) || (await isMember(context, id)) ? owedToRestaurant(context).load(id) : null,
  statement: async ({ id }, window, context) =>
    isSupport(context) || (await isMember(context, id))
      ? statementOf(context, id, ["restaurant_payable"], window)
      : null,
  disputes: disputesOfRestaurant,
  invoices: invoicesOfRestaurant,
  payoutAccounts: ({ id }, _, context) => payoutAccountsOf(context, { ownerKind: "RESTAURANT", owner: id }),
  payouts: ({ id }, page, context) => payoutsOf(context, { ownerKind: "RESTAURANT", owner: id }, page),
};

export const Courier: CourierResolvers = {
  __resolveReference: knownById("cou"),
  earnings: async ({ id }, _, context) =>
    isSupport(context) || (await isCourier(context, id)) ? owedToCourier(context).load(id) : null,
  statement: async ({ id }, window, context) =>
    isSupport(context) || (await isCourier(context, id)) ? statementOf(context, id, courierAccounts, window) : null,
  payoutAccounts: ({ id }, _, context) => payoutAccountsOf(context, { ownerKind: "COURIER", owner: id }),
  payouts: ({ id }, page, context) => payoutsOf(context, { ownerKind: "COURIER", owner: id }, page),
};
