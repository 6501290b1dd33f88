/** The product's own reading operations, as the clients send them, with what is asked of the demo world. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { demoId, demoLocation } from "../../../demo/world/world.ts";

/** A request ready to be sent; nobody asks without a token. */
export type Asked = { accessToken: string | null; body: string };

/** `requests` are sent in turn; `holds` says whether an answer's data has what was asked for. */
export type Operation = {
  name: string;
  /** Whether asking twice gives the same: a new quote has an id of its own, and an arrival moves with the clock. */
  isSteady: boolean;
  requests: Asked[];
  holds(data: unknown): boolean;
};

const unsteady = new Set(["QuoteCart", "TrackOrder"]);

/** Who asks, and the orders that were placed for them; a customer's order is that of the same place in `orderIds`. */
export type Cast = {
  customers: { accessToken: string; addressId: string }[];
  couriers: { accessToken: string }[];
  owner: { accessToken: string };
  restaurantId: string;
  orderIds: string[];
  /** Lines of a cart that can be ordered at the restaurant. */
  lines: object[];
};

type Registry = { operations: Record<string, { name: string; document: string }> };

const registered = () =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../../schema/operations.json"), "utf8")) as Registry;

/** The body that a client sends: the hash of a registered document, as in production. Throws for an unknown name. */
function bodyOf(registry: Registry, name: string, variables: object): string {
  const found = Object.entries(registry.operations).find(([, operation]) => operation.name === name);
  if (!found) throw new Error(`no client asks ${name}: run \`npm run schema:operations\``);
  return JSON.stringify({ documentId: `sha256:${found[0]}`, operationName: name, variables });
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const restaurants = Array.from({ length: 16 }, (_, n) => demoId("rst", n));
const places = Array.from({ length: 16 }, (_, n) => demoLocation("customer", n));

/** Every operation that is measured, asked by `cast`. */
export function productOperations(cast: Cast): Operation[] {
  const registry = registered();
  const make = <Data>(
    name: string,
    asked: { accessToken?: string; variables: object }[],
    holds: (data: Data) => boolean,
  ): Operation => ({
    name,
    isSteady: !unsteady.has(name),
    requests: asked.map(({ accessToken, variables }) => ({
      accessToken: accessToken ?? null,
      body: bodyOf(registry, name, variables),
    })),
    holds: (data) => holds(data as Data),
  });
  const { customers, couriers, owner, restaurantId, orderIds, lines } = cast;
  const cart = (addressId: string) => ({ input: { restaurantId, lines, fulfilment: "DELIVERY", addressId } });
  return [
    make<{ restaurants: { edges: unknown[] } }>(
      "SearchRestaurants",
      places.map((near) => ({ variables: { near, first: 20 } })),
      (data) => list(data.restaurants?.edges).length > 0,
    ),
    make<{ restaurant: { menu: unknown[] } }>(
      "RestaurantMenu",
      restaurants.map((id) => ({ variables: { id } })),
      (data) => list(data.restaurant?.menu).length > 0,
    ),
    make<{ me: { orders: { edges: unknown[] } } }>(
      "MyOrders",
      customers.map(({ accessToken }) => ({ accessToken, variables: { first: 20 } })),
      (data) => list(data.me?.orders?.edges).length > 1,
    ),
    make<{ order: { delivery: object; payment: object } }>(
      "TrackOrder",
      customers.map(({ accessToken }, n) => ({ accessToken, variables: { id: orderIds[n] } })),
      (data) => Boolean(data.order?.delivery && data.order.payment),
    ),
    make<{ restaurant: { orderQueue: { edges: unknown[] } } }>(
      "OrderQueue",
      [{ accessToken: owner.accessToken, variables: { restaurantId, first: 50 } }],
      (data) => list(data.restaurant?.orderQueue?.edges).length >= orderIds.length,
    ),
    make<{ myOffers: unknown[] }>(
      "MyOffers",
      couriers.map(({ accessToken }) => ({ accessToken, variables: {} })),
      (data) => list(data.myOffers).length > 0,
    ),
    make<{ quoteCart: { __typename: string } }>(
      "QuoteCart",
      customers.map(({ accessToken, addressId }) => ({ accessToken, variables: cart(addressId) })),
      (data) => data.quoteCart?.__typename === "QuoteCartSuccess",
    ),
  ];
}

/** What can be measured, by name. */
export const operationNames = (): string[] =>
  productOperations({
    customers: [],
    couriers: [],
    owner: { accessToken: "" },
    restaurantId: "",
    orderIds: [],
    lines: [],
  }).map(({ name }) => name);
