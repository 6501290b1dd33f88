/** What orders asks of the other subgraphs, by credentialed calls; an outage becomes SUBGRAPH_UNAVAILABLE. */
import { askSubgraph as ask, type Asking } from "../../../kit/access/service-call.ts";
import type { CartLine, LineModifier, Recipient } from "../domain/quote.ts";

type Location = { latitude: number; longitude: number };

export type LineProblem = "UNKNOWN_ITEM" | "UNAVAILABLE" | "OUT_OF_STOCK" | "MODIFIER_LIMITS" | "BAD_QUANTITY";

export type PricedItems = {
  restaurantId: string;
  name: string;
  open: boolean;
  currency: string;
  /** ISO 3166-1; null when menu cannot say. */
  country: string | null;
  taxInclusive: boolean;
  location: Location;
  prepSeconds: number;
  minimumOrderMinor: number;
  status: string;
  lines: {
    itemId: string;
    name: string;
    quantity: number;
    unitPriceMinor: number;
    taxRateBps: number;
    modifiers: LineModifier[];
    problem: LineProblem | null;
  }[];
};

export type DeliveryQuote = { zoneId: string; distanceMeters: number; feeMinor: number; etaSeconds: number };

export type ReserveProblem = { itemId: string | null; problem: string };

/** Prices, tax rates and availability of a selection at `at`; null for an unknown restaurant. */
export async function priceItems(asking: Asking, input: { restaurantId: string; at: string; lines: CartLine[] }) {
  const query = `query PriceItems($input: PriceItemsInput!) {
    priceItems(input: $input) {
      restaurantId name open currency country taxInclusive location { latitude longitude } prepSeconds minimumOrderMinor status
      lines { itemId name quantity unitPriceMinor taxRateBps modifiers { id name priceMinor } problem }
    }
  }`;
  return (await ask<{ priceItems: PricedItems | null }>(asking, "menu", query, { input })).priceItems;
}

/** What the menu does not know of what a client named: the restaurant, dishes on its menu (on any where no restaurant is named). */
export async function unknownToMenu(asking: Asking, named: { restaurantId: string | null; itemIds: string[] }) {
  const query = `query KnownInMenu($restaurantId: ID, $itemIds: [ID!]!) {
    knownInMenu(restaurantId: $restaurantId, itemIds: $itemIds) { restaurant unknownItemIds }
  }`;
  type Answer = { knownInMenu: { restaurant: boolean; unknownItemIds: string[] } };
  const { restaurant, unknownItemIds } = (await ask<Answer>(asking, "menu", query, named)).knownInMenu;
  return { restaurant: !restaurant, itemIds: new Set(unknownItemIds) };
}

/** An address of this person, to be kept as a snapshot; null when it is not theirs. */
export async function addressForOrder(asking: Asking, userId: string, addressId: string) {
  const query = `query AddressForOrder($userId: ID!, $addressId: ID!) {
    addressForOrder(userId: $userId, addressId: $addressId) {
      addressId line1 line2 city postalCode notes recipientName phone location { latitude longitude }
    }
  }`;
  const answer = await ask<{ addressForOrder: Recipient | null }>(asking, "users", query, { userId, addressId });
  return answer.addressForOrder;
}

/** Zone, way and fee from `pickup` to `dropoff`; null outside every zone. */
export async function quoteDelivery(
  asking: Asking,
  input: { pickup: Location; dropoff: Location; currency: string; prepSeconds: number },
) {
  const query = `query QuoteDelivery($input: QuoteDeliveryInput!) {
    quoteDelivery(input: $input) { zoneId distanceMeters feeMinor etaSeconds }
  }`;
  return (await ask<{ quoteDelivery: DeliveryQuote | null }>(asking, "delivery", query, { input })).quoteDelivery;
}

/** Holds stock for an order; asking again for the same order changes nothing. Empty when all is held. */
export async function reserveStock(
  asking: Asking,
  input: {
    orderId: string;
    restaurantId: string;
    at: string;
    expiresAt: string;
    lines: { itemId: string; quantity: number }[];
  },
): Promise<ReserveProblem[]> {
  const query = `mutation ReserveStock($input: ReserveStockInput!) {
    reserveStock(input: $input) { ok problems { itemId problem } }
  }`;
  type Answer = { reserveStock: { ok: boolean; problems: ReserveProblem[] } };
  const { ok, problems } = (await ask<Answer>(asking, "menu", query, { input })).reserveStock;
  if (!ok && problems.length === 0) return [{ itemId: null, problem: "UNAVAILABLE" }];
  return ok ? [] : problems;
}
