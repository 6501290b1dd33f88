import { knownById } from "../../../kit/graphql/entities.ts";
import type { OrderResolvers } from "../generated/resolvers.ts";
import { deliveryOfOrderLoader } from "./loaders.ts";
import { ifVisible } from "./viewer.ts";

/** What delivery adds to an order. */
export const Order: OrderResolvers = {
  __resolveReference: knownById("ord"),
  delivery: async ({ id }, _args, ctx) => {
    const delivery = await ifVisible(ctx, await deliveryOfOrderLoader(ctx).load(id));
    // A withdrawal of an order that was never to be delivered is recorded, but it is no delivery.
    return delivery?.state === "CANCELLED" && delivery.pickupCode === "" ? null : delivery;
  },
};
