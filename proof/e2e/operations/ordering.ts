/** Finding, choosing, ordering, and every way in which an order can end without a courier. */
import { demoLocation } from "../../../demo/world/world.ts";
import { restaurantId, type World } from "./world.ts";

type Item = {
  id: string;
  available: boolean;
  stock: number | null;
  modifierGroups: { minChoices: number; modifiers: { id: string; available: boolean }[] }[];
};

/** An order as its customer follows it. */
export type Tracked = {
  order: {
    id: string;
    state: string;
    collectionCode: string | null;
    payment: { id: string; state: string } | null;
    delivery: { id: string; state: string } | null;
  };
};

const lineOf = (item: Item) => ({
  itemId: item.id,
  quantity: 2,
  modifierIds: item.modifierGroups.flatMap((group) =>
    group.modifiers
      .filter(({ available }) => available)
      .slice(0, group.minChoices)
      .map(({ id }) => id),
  ),
});

/** A dish that can be had, with the choices that it demands, twice. */
export async function choose({ customer }: World) {
  const { restaurant } = await customer.run<{ restaurant: { menu: { items: Item[] }[] } }>("RestaurantMenu", {
    id: restaurantId,
  });
  const item = restaurant.menu
    .flatMap(({ items }) => items)
    .find(({ available, stock }) => available && stock === null);
  if (!item) throw new Error("nothing can be ordered");
  return lineOf(item);
}

/** The customer looks around and fills the cart. */
export async function browse(world: World): Promise<void> {
  const { customer } = world;
  const { restaurants } = await customer.run<{ restaurants: { edges: { node: { id: string } }[] } }>(
    "SearchRestaurants",
    { near: demoLocation("customer", 0), first: 100 },
  );
  if (!restaurants.edges.some(({ node }) => node.id === restaurantId)) throw new Error("the restaurant is not found");
  const line = await choose(world);
  await customer.run("ItemDetails", { id: line.itemId });
  await customer.run("SetCart", { input: { restaurantId, lines: [line] } });
  const { me } = await customer.run<{ me: { cart: { lines: object[] } } }>("MyCart");
  if (me.cart.lines.length !== 1) throw new Error("the cart does not hold the line");
  await customer.run("ClearCart");
}

/** Has a dish quoted and orders it with a card; the order is PLACED, and its id is answered. */
export async function place(
  world: World,
  fulfilment: "DELIVERY" | "PICKUP",
  paymentMethod = "pm_card_visa",
): Promise<string> {
  const id = await order(world, fulfilment, paymentMethod);
  await reaches(world, id, "PLACED");
  return id;
}

/** Has a dish quoted and orders it with a card; answers the order's id. */
async function order(world: World, fulfilment: "DELIVERY" | "PICKUP", paymentMethod: string): Promise<string> {
  const { customer } = world;
  const { me } = await customer.run<{ me: { addresses: { id: string }[] } }>("MyAccount");
  const way = fulfilment === "DELIVERY" ? { addressId: me.addresses[0]?.id, tipMinor: 500_000 } : {};
  const { quoteCart } = await customer.run<{ quoteCart: { quote: { id: string } } }>("QuoteCart", {
    input: { restaurantId, lines: [await choose(world)], fulfilment, ...way },
  });
  await customer.run("Quote", { id: quoteCart.quote.id });
  const { placeOrder } = await customer.run<{ placeOrder: { order: { id: string } } }>("PlaceOrder", {
    input: { quoteId: quoteCart.quote.id, paymentMethod, idempotencyKey: crypto.randomUUID() },
  });
  return placeOrder.order.id;
}

/** An order whose first card is declined is paid with another. */
async function payAgain(world: World): Promise<string> {
  const { customer } = world;
  const orderId = await order(world, "PICKUP", "pm_card_chargeDeclined");
  await customer.watch<Tracked>("TrackOrder", { id: orderId }, (seen) => seen.order.payment?.state === "FAILED");
  const another = { paymentMethod: "pm_card_visa", idempotencyKey: crypto.randomUUID() };
  await customer.insist("PayOrder", { input: { orderId, ...another } });
  await reaches(world, orderId, "PLACED");
  return orderId;
}

/** Waits until the customer sees the order in `state`. */
export const reaches = ({ customer }: World, id: string, state: string): Promise<Tracked> =>
  customer.watch<Tracked>("TrackOrder", { id }, ({ order }) => order.state === state);

/** The restaurant accepts, and cooks once the money is there. */
export async function cook({ owner }: World, orderId: string): Promise<void> {
  await owner.run("AcceptOrder", { input: { orderId, prepMinutes: 5 } });
  await owner.insist("StartPreparing", { input: { orderId } });
  await owner.run("MarkReady", { input: { orderId } });
}

/** A pickup order from the queue to the customer's hands, paid with a card; answers its id, COMPLETED. */
export async function collect(world: World, paymentMethod?: string): Promise<string> {
  const { owner } = world;
  const orderId = await place(world, "PICKUP", paymentMethod);
  type Queue = { restaurant: { orderQueue: { edges: { node: { id: string } }[] } } };
  const queued = ({ restaurant }: Queue) => restaurant.orderQueue.edges.some(({ node }) => node.id === orderId);
  await owner.watch<Queue>("OrderQueue", { restaurantId, states: ["PLACED"] }, queued);
  await cook(world, orderId);
  const { order } = await reaches(world, orderId, "READY");
  await owner.run("ConfirmCollection", { input: { orderId, code: "wrong" } }, "WrongCodeError");
  await owner.run("ConfirmCollection", { input: { orderId, code: order.collectionCode } });
  await reaches(world, orderId, "COMPLETED");
  return orderId;
}

/** Orders that come to nothing: by the customer, by the restaurant, by support. */
export async function callOff(world: World): Promise<void> {
  const { customer, owner, admin } = world;
  const unwanted = await payAgain(world);
  await customer.run("CancelOrder", { input: { orderId: unwanted, reason: "Changed my mind" } });
  await reaches(world, unwanted, "CANCELLED");
  const refused = await place(world, "PICKUP");
  await owner.run("RejectOrder", { input: { orderId: refused, reason: "The stove is broken" } });
  await reaches(world, refused, "REJECTED");
  const spoiled = await place(world, "PICKUP");
  await admin.run("CancelOrderForFault", { input: { orderId: spoiled, fault: "RESTAURANT", reason: "It burns" } });
  await reaches(world, spoiled, "CANCELLED");
}

/** After a completed order: the list, a review, the same again. */
export async function lookBack({ customer }: World, orderId: string): Promise<void> {
  const { me } = await customer.run<{ me: { orders: { edges: { node: { id: string } }[] } } }>("MyOrders");
  if (!me.orders.edges.some(({ node }) => node.id === orderId)) throw new Error("the order is not on the list");
  await customer.insist("ReviewOrder", { input: { orderId, rating: 5, comment: "Still warm" } });
  await customer.run("ReviewOrder", { input: { orderId, rating: 1 } }, "AlreadyReviewedError");
  await customer.run("Reorder", { input: { orderId } });
}
