import { personOf } from "../../../kit/access/caller.ts";
import { isId } from "../../../kit/id.ts";
import { graphqlError } from "../../../kit/errors.ts";
import { ordersByIds, personalData, quoteOf, recipientOf } from "../db/queries.ts";
import { redemptionsByOrder } from "../db/redemptions.ts";
import type { QueryResolvers } from "../generated/resolvers.ts";
import { orderConnection } from "./page.ts";
import { promotionConnection } from "./promotion-page.ts";
import { visiblePromotion } from "./promotion.ts";
import { visibleOrder } from "./viewer.ts";

const order: NonNullable<QueryResolvers["order"]> = (_, { id }, context) => visibleOrder(context, id);

const quote: NonNullable<QueryResolvers["quote"]> = (_, { id }, context) =>
  isId("qot", id) ? quoteOf(context.db, id, personOf(context).userId) : null;

const searchOrders: NonNullable<QueryResolvers["searchOrders"]> = (_, { filter, ...page }, context) => {
  const { customerId, restaurantId, states, needsAttention, attention } = filter;
  if (customerId != null && !isId("usr", customerId))
    throw graphqlError("BAD_USER_INPUT", "customerId is not a person's id.");
  if (restaurantId != null && !isId("rst", restaurantId))
    throw graphqlError("BAD_USER_INPUT", "restaurantId is not a restaurant's id.");
  return orderConnection(
    context,
    {
      ...(customerId != null && { customerId }),
      ...(restaurantId != null && { restaurantId }),
      ...(states != null && { states }),
      ...(attention != null && { attention }),
      needsAttention: needsAttention === true,
    },
    page,
  );
};

const promotion: NonNullable<QueryResolvers["promotion"]> = (_, { id }, context) => visiblePromotion(context, id);

const promotions: NonNullable<QueryResolvers["promotions"]> = (_, { restaurantId, ...page }, context) => {
  if (restaurantId != null && !isId("rst", restaurantId))
    throw graphqlError("BAD_USER_INPUT", "restaurantId is not a restaurant's id.");
  return promotionConnection(context, restaurantId == null ? {} : { restaurantId }, page);
};

const deliveryInstructions: NonNullable<QueryResolvers["deliveryInstructions"]> = async (_, { orderId }, { db }) => {
  const found = (await ordersByIds(db, [orderId])).get(orderId);
  const recipient = found === undefined ? null : await recipientOf(db, orderId);
  if (found === undefined || recipient === null || found.zoneId === null) return null;
  return {
    orderId,
    customerId: found.customerId,
    restaurantId: found.restaurantId,
    pickup: { latitude: found.pickupLatitude, longitude: found.pickupLongitude },
    pickupName: found.restaurantName,
    dropoff: recipient.location,
    dropoffAddress: [recipient.line1, recipient.line2, recipient.city, recipient.postalCode].filter(Boolean).join(", "),
    recipientName: recipient.recipientName,
    phone: recipient.phone,
    notes: recipient.notes,
    zoneId: found.zoneId,
    distanceMeters: found.distanceMeters,
    feeMinor: found.deliveryFeeMinor,
    currency: found.currency,
    readyAt: found.readyAt ?? found.createdAt,
  };
};

const ordersPersonalData: NonNullable<QueryResolvers["ordersPersonalData"]> = async (_, { userId }, { db }) => {
  if (!isId("usr", userId)) return null;
  const { own, lines, recipients, quoted, cart } = await personalData(db, userId);
  const redeemed = await redemptionsByOrder(
    db,
    own.map((row) => row.id),
  );
  return {
    orders: own.map((row) => ({
      id: row.id,
      state: row.state,
      restaurant: row.restaurantName,
      createdAt: row.createdAt.toISOString(),
      totalMinor: row.totalMinor,
      currency: row.currency,
      cancelReason: row.cancelReason,
      recipient: recipients.get(row.id) ?? null,
      promotions: (redeemed.get(row.id) ?? []).map(({ name, code, discountMinor }) => ({ name, code, discountMinor })),
      lines: (lines.get(row.id) ?? []).map(({ name, quantity, listedMinor }) => ({ name, quantity, listedMinor })),
    })),
    quotes: quoted.map(({ id, createdAt, recipient }) => ({ id, createdAt: createdAt.toISOString(), recipient })),
    cart: cart && { restaurantId: cart.restaurantId, lines: cart.lines, updatedAt: cart.updatedAt.toISOString() },
  };
};

/** Root queries. */
export const query: QueryResolvers = {
  order,
  quote,
  searchOrders,
  promotion,
  promotions,
  deliveryInstructions,
  ordersPersonalData,
};
