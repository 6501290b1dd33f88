/** What orders asks of the other subgraphs, by credentialed calls; an outage becomes SUBGRAPH_UNAVAILABLE. */
import { graphqlError } from "../../../kit/errors.ts";
import { ServiceCallError } from "../../../kit/service-call.ts";
import type { BaseDeps } from "../../../kit/subgraph.ts";
import type { CartLine, LineModifier, Recipient } from "../domain/quote.ts";

type Location = { latitude: number; longitude: number };
type Asking = Pick<BaseDeps, "callSubgraph" | "log"> & { traceId: string };

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

async function ask<T>(asking: Asking, target: string, query: string, variables: object): Promise<T> {
  try {
    return await asking.callSubgraph<T>(target, query, variables, asking.traceId);
  } catch (error) {
    if (!(error instanceof ServiceCallError)) throw error;
    asking.log.warn({ err: error, target }, "a subgraph did not answer");
    throw graphqlError("SUBGRAPH_UNAVAILABLE");
  }
}

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
