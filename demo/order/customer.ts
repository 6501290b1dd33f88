/** What the customer does: finds a restaurant, chooses, gets a quote, orders. */
import { minorUnits } from "../../kit/money.ts";
import { demoLocation } from "../world/world.ts";
import { succeeded, type Ask, type Union } from "./graphql.ts";

/** Is told each thing that somebody did. */
export type Told = (who: string, what: string) => void;

type Found = { id: string; name: string; menu: { items: Item[] }[] };
type Item = {
  id: string;
  name: string;
  available: boolean;
  stock: number | null;
  modifierGroups: { minChoices: number; modifiers: { id: string; available: boolean }[] }[];
};

async function search(ask: Ask, restaurantId: string): Promise<Found> {
  const near = demoLocation("customer", 0);
  const { restaurants } = await ask<{ restaurants: { edges: { node: { id: string; name: string } }[] } }>(
    `query Search($near: LocationInput!) { restaurants(near: $near, filters: { openNow: true }, first: 100) { edges { node { id name } } } }`,
    { near },
  );
  const found = restaurants.edges.find(({ node }) => node.id === restaurantId);
  if (!found) throw new Error("the demo restaurant is not among the open ones nearby");
  const { restaurant } = await ask<{ restaurant: Found }>(
    `query Menu($id: ID!) { restaurant(id: $id) { id name menu { items { id name available stock modifierGroups { minChoices modifiers { id available } } } } } }`,
    { id: restaurantId },
  );
  return restaurant;
}

/** Two of the first dish that is to be had, with the least choices that its modifier groups demand. */
function choose(restaurant: Found) {
  const item = restaurant.menu
    .flatMap((section) => section.items)
    .find((each) => each.available && each.stock === null);
  if (!item) throw new Error(`${restaurant.name} has nothing to order`);
  const modifierIds = item.modifierGroups.flatMap((group) =>
    group.modifiers
      .filter((modifier) => modifier.available)
      .slice(0, group.minChoices)
      .map((modifier) => modifier.id),
  );
  return { item, lines: [{ itemId: item.id, quantity: 2, modifierIds }] };
}

/** What a customer may want of an order beside the dishes. */
type Wish = { scheduledFor?: string; promotionCode?: string };

/** An amount in minor units as people write it: `IDR 80,721.40`. */
const priceText = (amount: number, currency: string): string =>
  new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "code" })
    .format(amount / 10 ** minorUnits(currency))
    .replaceAll("\u00a0", " ");

/** Finds the restaurant and has two of a dish quoted; gives the quote's id. */
export async function quote(customer: Ask, restaurantId: string, tell: Told, wish: Wish = {}): Promise<string> {
  const restaurant = await search(customer, restaurantId);
  tell("customer", `finds ${restaurant.name}`);
  const { me } = await customer<{ me: { addresses: { id: string }[] } }>(`query Addresses { me { addresses { id } } }`);
  const { item, lines } = choose(restaurant);
  const { quoteCart } = await customer<{
    quoteCart: Union & { quote: { id: string; amounts: { total: { amount: number; currency: string } } } };
  }>(
    `mutation Quote($input: QuoteCartInput!) { quoteCart(input: $input) { __typename ... on QuoteCartSuccess { quote { id amounts { total { amount currency } } } } ... on UserError { message } } }`,
    {
      input: {
        restaurantId,
        lines,
        fulfilment: "DELIVERY",
        addressId: me.addresses[0]?.id,
        tipMinor: 500_000,
        ...wish,
      },
    },
  );
  const { id, amounts } = succeeded(quoteCart, "QuoteCartSuccess").quote;
  const { amount, currency } = amounts.total;
  tell("customer", `is quoted ${priceText(amount, currency)} for 2 × ${item.name}`);
  return id;
}

/** Orders what was quoted; gives the order's id, the same one whenever it is asked again with the same key. */
export async function placeQuoted(customer: Ask, quoteId: string, idempotencyKey: string): Promise<string> {
  const { placeOrder } = await customer<{ placeOrder: Union & { order: { id: string } } }>(
    `mutation Place($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename ... on PlaceOrderSuccess { order { id } } ... on UserError { message } } }`,
    { input: { quoteId, paymentMethod: "pm_card_visa", idempotencyKey } },
  );
  return succeeded(placeOrder, "PlaceOrderSuccess").order.id;
}

/** Orders a dish of the restaurant at its quoted price; gives the order's id. */
export async function place(customer: Ask, restaurantId: string, tell: Told): Promise<string> {
  const quoteId = await quote(customer, restaurantId, tell);
  const orderId = await placeQuoted(customer, quoteId, crypto.randomUUID());
  tell("customer", `places order ${orderId}`);
  return orderId;
}
