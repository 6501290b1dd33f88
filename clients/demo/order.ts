/** The main job, step by step: one order from search to COMPLETED, as customer, restaurant and courier. */
import { minorUnits } from "../../kit/money.ts";
import { demoEmail, demoLocation, demoPassword } from "../../schema/demo.ts";
import { client, succeeded, until, type Ask } from "./graphql.ts";

/** Longest wait for any one step that other services take, milliseconds. */
const patienceMs = 30_000;

type Union = { __typename: string; message?: string };
type Told = (who: string, what: string) => void;

/** What the order came to. */
export type Outcome = {
  order: { id: string; state: string; total: { amount: number; currency: string }; history: { to: string }[] };
  payment: { id: string; state: string; captured: { amount: number } };
  ledgerSum: number;
  ledgerEntries: number;
};

/** Signs in with a demo account. */
export async function signIn(url: string, email: string): Promise<Ask> {
  const { signIn: result } = await client(url)<{ signIn: Union & { accessToken: string } }>(
    `mutation SignIn($input: SignInInput!) { signIn(input: $input) { __typename ... on SignInSuccess { accessToken } ... on UserError { message } } }`,
    { input: { email, password: demoPassword } },
  );
  return client(url, succeeded(result, "SignInSuccess").accessToken);
}

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

const orderQuery = `query Order($id: ID!) { order(id: $id) { id state amounts { total { amount currency } } history { to }
  payment { id state captured { amount } } delivery { id state pickupCode } } }`;

type OrderView = {
  order: {
    id: string;
    state: string;
    amounts: { total: { amount: number; currency: string } };
    history: { to: string }[];
    payment: Outcome["payment"] | null;
    delivery: { id: string; state: string; pickupCode: string | null } | null;
  } | null;
};

async function place(customer: Ask, restaurantId: string, tell: Told): Promise<string> {
  const restaurant = await search(customer, restaurantId);
  tell("customer", `finds ${restaurant.name}`);
  const { me } = await customer<{ me: { addresses: { id: string }[] } }>(`query Addresses { me { addresses { id } } }`);
  const { item, lines } = choose(restaurant);
  const { quoteCart } = await customer<{
    quoteCart: Union & { quote: { id: string; amounts: { total: { amount: number; currency: string } } } };
  }>(
    `mutation Quote($input: QuoteCartInput!) { quoteCart(input: $input) { __typename ... on QuoteCartSuccess { quote { id amounts { total { amount currency } } } } ... on UserError { message } } }`,
    { input: { restaurantId, lines, fulfilment: "DELIVERY", addressId: me.addresses[0]?.id, tipMinor: 500_000 } },
  );
  const { quote } = succeeded(quoteCart, "QuoteCartSuccess");
  tell(
    "customer",
    `is quoted ${quote.amounts.total.currency} ${quote.amounts.total.amount / 10 ** minorUnits(quote.amounts.total.currency)} for 2 × ${item.name}`,
  );
  const { placeOrder } = await customer<{ placeOrder: Union & { order: { id: string } } }>(
    `mutation Place($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename ... on PlaceOrderSuccess { order { id } } ... on UserError { message } } }`,
    { input: { quoteId: quote.id, paymentMethod: "pm_card_visa", idempotencyKey: crypto.randomUUID() } },
  );
  const { order } = succeeded(placeOrder, "PlaceOrderSuccess");
  tell("customer", `places order ${order.id}`);
  return order.id;
}

/** Runs one mutation of the form `name(input: $input)` and demands its success type. */
async function mutate(ask: Ask, name: string, input: object): Promise<void> {
  const upper = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  const answer = await ask<Record<string, Union>>(
    `mutation ${upper}($input: ${upper}Input!) { ${name}(input: $input) { __typename ... on UserError { message } } }`,
    { input },
  );
  succeeded(answer[name], `${upper}Success`);
}

async function deliver(courier: Ask, pickupCode: string, deliveryId: string, tell: Told): Promise<void> {
  const offers = await until(
    "an offer to the courier",
    patienceMs,
    () => courier<{ myOffers: { id: string }[] }>(`query Offers { myOffers { id } }`),
    (value) => value.myOffers.length > 0,
  );
  await mutate(courier, "respondToOffer", { offerId: offers.myOffers[0]?.id, accept: true });
  tell("courier", "takes the offer");
  await mutate(courier, "arriveAtPickup", { deliveryId });
  await mutate(courier, "pickUp", { deliveryId, code: pickupCode });
  tell("courier", "picks up with the restaurant's code");
  await mutate(courier, "arriveAtDropoff", { deliveryId });
  await mutate(courier, "deliver", { deliveryId, proof: { note: "Handed over at the door" } });
  tell("courier", "delivers");
}

/** Plays one order against the graph at `url`, at `restaurantId` (demo restaurant 0). The completion delay must be short. */
export async function playOrder(url: string, restaurantId: string, tell: Told): Promise<Outcome> {
  const [customer, owner, courier, admin] = await Promise.all([
    signIn(url, demoEmail.customer(0)),
    signIn(url, demoEmail.owner(0)),
    signIn(url, demoEmail.courier(0)),
    signIn(url, demoEmail.admin()),
  ]);
  await mutate(courier, "goOnline", { location: demoLocation("restaurant", 0) });
  const id = await place(customer, restaurantId, tell);
  const read = (ask: Ask) => async () => (await ask<OrderView>(orderQuery, { id })).order;
  const reaches = (state: string) =>
    until(`the order to be ${state}`, patienceMs, read(customer), (order) => order?.state === state);
  await reaches("PLACED");
  tell("payments", "authorizes the card");
  await mutate(owner, "acceptOrder", { orderId: id, prepMinutes: 5 });
  tell("restaurant", "accepts");
  await until(
    "the payment to be captured",
    patienceMs,
    read(customer),
    (order) => order?.payment?.state === "CAPTURED",
  );
  tell("payments", "captures");
  // The order hears of the capture by event, a moment after the payment has it.
  await until(
    "the kitchen to be let start",
    patienceMs,
    () =>
      mutate(owner, "startPreparing", { orderId: id }).then(
        () => true,
        () => false,
      ),
    Boolean,
  );
  await mutate(owner, "markReady", { orderId: id });
  tell("restaurant", "has the food ready");
  const handover = await until("the pickup code", patienceMs, read(owner), (order) =>
    Boolean(order?.delivery?.pickupCode),
  );
  await deliver(courier, handover?.delivery?.pickupCode ?? "", handover?.delivery?.id ?? "", tell);
  const done = await reaches("COMPLETED");
  tell("orders", "completes the order");
  const ledger = await settled(admin, id);
  if (!done?.payment) throw new Error("the payment cannot be read");
  return {
    order: { id, state: done.state, total: done.amounts.total, history: done.history },
    payment: done.payment,
    ...ledger,
  };
}

/** The order's entries in the ledger, once its completion is posted. */
async function settled(admin: Ask, orderId: string): Promise<{ ledgerSum: number; ledgerEntries: number }> {
  type View = {
    ledgerOfOrder: { sums: { sumMinor: number; entries: number }[]; transactions: unknown[] } | null;
    ledgerBalance: { sumMinor: number }[];
  };
  const view = await until(
    "the ledger to settle the order",
    patienceMs,
    () =>
      admin<View>(
        `query Ledger($orderId: ID!) { ledgerOfOrder(orderId: $orderId) { sums { sumMinor entries } transactions { id } } ledgerBalance { sumMinor } }`,
        { orderId },
      ),
    (value) => (value.ledgerOfOrder?.transactions.length ?? 0) >= 2,
  );
  const sums = [...(view.ledgerOfOrder?.sums ?? []), ...view.ledgerBalance];
  return {
    ledgerSum: sums.reduce((sum, each) => sum + Math.abs(each.sumMinor), 0),
    ledgerEntries: view.ledgerOfOrder?.sums.reduce((sum, each) => sum + each.entries, 0) ?? 0,
  };
}
