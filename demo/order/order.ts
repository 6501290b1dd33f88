/** The main job, step by step: one order from search to COMPLETED, as customer, restaurant and courier. */
import { demoEmail, demoLocation, demoPassword } from "../world/world.ts";
import { place, type Told } from "./customer.ts";
import { client, mutate, succeeded, until, type Ask, type Union } from "./graphql.ts";
import { settled } from "./ledger.ts";

/** Longest wait for any one step that other services take, milliseconds, unless told otherwise. */
const usualPatienceMs = 30_000;

/** The people of one order, signed in. */
export type People = { customer: Ask; owner: Ask; courier: Ask; admin: Ask };

/** What the courier needs at the restaurant's door. */
export type Handover = { deliveryId: string; pickupCode: string };

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

/** The courier takes the one offer that comes and stands at the restaurant's door. */
export async function takeOffer(
  courier: Ask,
  deliveryId: string,
  tell: Told,
  patienceMs = usualPatienceMs,
): Promise<void> {
  const offers = await until(
    "an offer to the courier",
    patienceMs,
    () => courier<{ myOffers: { id: string }[] }>(`query Offers { myOffers { id } }`),
    (value) => value.myOffers.length > 0,
  );
  await mutate(courier, "respondToOffer", { offerId: offers.myOffers[0]?.id, accept: true });
  tell("courier", "takes the offer");
  await mutate(courier, "arriveAtPickup", { deliveryId });
}

async function deliver(courier: Ask, { deliveryId, pickupCode }: Handover, tell: Told): Promise<void> {
  await mutate(courier, "pickUp", { deliveryId, code: pickupCode });
  tell("courier", "picks up with the restaurant's code");
  await mutate(courier, "arriveAtDropoff", { deliveryId });
  await mutate(courier, "deliver", { deliveryId, proof: { note: "Handed over at the door" } });
  tell("courier", "delivers");
}

/** Signs in the customer, the restaurant's owner, the courier and the admin of the demo's first order. */
export async function signInPeople(url: string): Promise<People> {
  const as = (email: string) => signIn(url, email);
  const [customer, owner] = await Promise.all([as(demoEmail.customer(0)), as(demoEmail.owner(0))]);
  const [courier, admin] = await Promise.all([as(demoEmail.courier(0)), as(demoEmail.admin())]);
  return { customer, owner, courier, admin };
}

const reader = (ask: Ask, id: string) => async () => (await ask<OrderView>(orderQuery, { id })).order;

/** The courier goes online, the customer orders, the restaurant accepts; gives the order's id. */
export async function placeAndAccept(
  { customer, owner, courier }: People,
  restaurantId: string,
  tell: Told,
): Promise<string> {
  await mutate(courier, "goOnline", { location: demoLocation("restaurant", 0) });
  const id = await place(customer, restaurantId, tell);
  await until("the order to be PLACED", usualPatienceMs, reader(customer, id), (order) => order?.state === "PLACED");
  tell("payments", "authorizes the card");
  await mutate(owner, "acceptOrder", { orderId: id, prepMinutes: 5 });
  tell("restaurant", "accepts");
  return id;
}

/** The card is charged and the kitchen cooks an accepted order; gives what the courier needs. */
export async function cook(
  { customer, owner }: People,
  id: string,
  tell: Told,
  patienceMs = usualPatienceMs,
): Promise<Handover> {
  const captured = (order: OrderView["order"]) => order?.payment?.state === "CAPTURED";
  await until("the payment to be captured", patienceMs, reader(customer, id), captured);
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
  const order = await until("the pickup code", patienceMs, reader(owner, id), (seen) =>
    Boolean(seen?.delivery?.pickupCode),
  );
  return { deliveryId: order?.delivery?.id ?? "", pickupCode: order?.delivery?.pickupCode ?? "" };
}

/** Takes an accepted order from the kitchen to COMPLETED and to the ledger. The completion delay must be short. */
export async function finish(people: People, id: string, tell: Told, patienceMs = usualPatienceMs): Promise<Outcome> {
  const handover = await cook(people, id, tell, patienceMs);
  await takeOffer(people.courier, handover.deliveryId, tell, patienceMs);
  await deliver(people.courier, handover, tell);
  const completed = (order: OrderView["order"]) => order?.state === "COMPLETED";
  const done = await until("the order to be COMPLETED", patienceMs, reader(people.customer, id), completed);
  tell("orders", "completes the order");
  if (!done?.payment) throw new Error("the payment cannot be read");
  const ledger = await settled(people.admin, id, patienceMs);
  return {
    order: { id, state: done.state, total: done.amounts.total, history: done.history },
    payment: done.payment,
    ...ledger,
  };
}

/** Plays one order against the graph at `url`, at `restaurantId` (demo restaurant 0). The completion delay must be short. */
export async function playOrder(url: string, restaurantId: string, tell: Told): Promise<Outcome> {
  const people = await signInPeople(url);
  return finish(people, await placeAndAccept(people, restaurantId, tell), tell);
}
