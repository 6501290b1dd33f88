/** The resolver map of orders. */
import type { Resolvers } from "../generated/resolvers.ts";
import { acceptOrder } from "./accept-order.ts";
import { orderAmounts } from "./amounts.ts";
import { cancelOrderForFault } from "./cancel-order-for-fault.ts";
import { cancelOrder } from "./cancel-order.ts";
import { clearCart } from "./clear-cart.ts";
import { createPlatformPromotion } from "./create-platform-promotion.ts";
import { createRestaurantPromotion } from "./create-restaurant-promotion.ts";
import { endPromotion } from "./end-promotion.ts";
import { confirmCollection } from "./confirm-collection.ts";
import { resolveFailedDelivery } from "./resolve-failed-delivery.ts";
import { markReady } from "./mark-ready.ts";
import { order, orderHistoryEntry } from "./order.ts";
import { placeOrder } from "./place-order.ts";
import { promotion } from "./promotion.ts";
import { query } from "./query.ts";
import { quoteCart } from "./quote-cart.ts";
import { cart, cartLine, quote } from "./quote.ts";
import { rejectOrder } from "./reject-order.ts";
import { reorder } from "./reorder.ts";
import { restaurant } from "./restaurant.ts";
import { setCart } from "./set-cart.ts";
import { startPreparing } from "./start-preparing.ts";
import { updatePromotion } from "./update-promotion.ts";
import { user } from "./user.ts";

/** Everything that the contract needs resolved. */
export const resolvers: Resolvers = {
  Query: query,
  Mutation: {
    setCart,
    clearCart,
    quoteCart,
    reorder,
    placeOrder,
    cancelOrder,
    cancelOrderForFault,
    resolveFailedDelivery,
    acceptOrder,
    rejectOrder,
    startPreparing,
    markReady,
    confirmCollection,
    createRestaurantPromotion,
    createPlatformPromotion,
    updatePromotion,
    endPromotion,
  },
  Order: order,
  OrderHistoryEntry: orderHistoryEntry,
  Promotion: promotion,
  OrderAmounts: orderAmounts,
  Quote: quote,
  Cart: cart,
  CartLine: cartLine,
  User: user,
  Restaurant: restaurant,
};
