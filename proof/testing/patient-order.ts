/** One order as people place it whose app keeps trying: each step is asked for again until the graph shows that it took effect. */
import { placeQuoted, quote } from "../../demo/order/customer.ts";
import { mutate, type Ask } from "../../demo/order/graphql.ts";
import { settled } from "../../demo/order/ledger.ts";
import { signInPeople, type Outcome, type People } from "../../demo/order/order.ts";
import { demoId, demoLocation } from "../../demo/world/world.ts";

/** Points of an order's life, in their order, at which something may happen to the system. */
export type Stage = "signed-in" | "placed" | "authorized" | "accepted" | "captured" | "assigned" | "picked-up";

/** Longest wait for one step, milliseconds. */
const patienceMs = 60_000;
const states = ["PENDING_PAYMENT", "PLACED", "ACCEPTED", "PREPARING", "READY", "PICKED_UP", "DELIVERED", "COMPLETED"];
const rides = ["ASSIGNED", "AT_PICKUP", "PICKED_UP", "AT_DROPOFF", "DELIVERED"];
const quiet = () => {};

type View = {
  id: string;
  state: string;
  amounts: { total: { amount: number; currency: string } };
  history: { to: string }[];
  payment: Outcome["payment"] | null;
  delivery: { id: string; state: string; pickupCode: string | null } | null;
};

/** Asks until there is an answer; what fails meanwhile is told only when patience ends. */
async function keepTrying<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
  const giveUp = Date.now() + patienceMs;
  let last: unknown = "no answer yet";
  while (Date.now() < giveUp) {
    try {
      const value = await attempt();
      if (value !== undefined) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`in vain for ${patienceMs} ms: ${what}`, { cause: last });
}

/** The order as `ask` sees it. */
async function look(ask: Ask, id: string): Promise<View> {
  const { order } = await ask<{ order: View | null }>(
    `query Order($id: ID!) { order(id: $id) { id state amounts { total { amount currency } } history { to }
      payment { id state captured { amount } } delivery { id state pickupCode } } }`,
    { id },
  );
  if (!order) throw new Error("the order cannot be read");
  return order;
}

/** Acts again and again until the order, as its customer sees it, is as it should be. */
const insist = (
  people: People,
  id: string,
  what: string,
  act: () => Promise<unknown>,
  holds: (view: View) => boolean,
) =>
  keepTrying(what, async () => {
    if (holds(await look(people.customer, id))) return true;
    await act();
    return undefined;
  });

const reached = (state: string) => (view: View) => states.indexOf(view.state) >= states.indexOf(state);
const rode = (state: string) => (view: View) => rides.indexOf(view.delivery?.state ?? "") >= rides.indexOf(state);

async function order({ customer, courier }: People): Promise<string> {
  await keepTrying("the courier goes online", async () => {
    await mutate(courier, "goOnline", { location: demoLocation("restaurant", 0) });
    return true;
  });
  const quoteId = await keepTrying("a quote", () => quote(customer, demoId("rst", 0), quiet));
  const key = crypto.randomUUID();
  return keepTrying("the order is placed", () => placeQuoted(customer, quoteId, key));
}

async function cook(people: People, id: string, at: (stage: Stage) => Promise<void>): Promise<void> {
  const step = (name: string, input: object, state: string) =>
    insist(people, id, name, () => mutate(people.owner, name, input), reached(state));
  await insist(people, id, "the card is authorized", async () => {}, reached("PLACED"));
  await at("authorized");
  await step("acceptOrder", { orderId: id, prepMinutes: 5 }, "ACCEPTED");
  await at("accepted");
  await insist(
    people,
    id,
    "the payment is captured",
    async () => {},
    (view) => view.payment?.state === "CAPTURED",
  );
  await at("captured");
  await step("startPreparing", { orderId: id }, "PREPARING");
  await step("markReady", { orderId: id }, "READY");
}

async function ride(people: People, id: string, at: (stage: Stage) => Promise<void>): Promise<void> {
  const { courier, owner } = people;
  const takeOffer = async () => {
    const { myOffers } = await courier<{ myOffers: { id: string }[] }>(`query Offers { myOffers { id } }`);
    for (const offer of myOffers) await mutate(courier, "respondToOffer", { offerId: offer.id, accept: true });
  };
  await insist(people, id, "the courier takes the offer", takeOffer, rode("ASSIGNED"));
  await at("assigned");
  const delivery = await keepTrying("the pickup code", async () => {
    const seen = (await look(owner, id)).delivery;
    return seen?.pickupCode ? seen : undefined;
  });
  const step = (name: string, input: object, state: string) =>
    insist(people, id, name, () => mutate(courier, name, { deliveryId: delivery.id, ...input }), rode(state));
  await step("arriveAtPickup", {}, "AT_PICKUP");
  await step("pickUp", { code: delivery.pickupCode }, "PICKED_UP");
  await at("picked-up");
  await step("arriveAtDropoff", {}, "AT_DROPOFF");
  await step("deliver", { proof: { note: "Handed over at the door" } }, "DELIVERED");
}

/** Signs the demo's people in, however long the door stays closed. */
export const signInPatiently = (url: string): Promise<People> => keepTrying("signing in", () => signInPeople(url));

/** Takes one order of the demo restaurant to COMPLETED; `at` is awaited at each stage. The completion delay must be short. */
export async function playPatiently(people: People, at: (stage: Stage) => Promise<void>): Promise<Outcome> {
  await at("signed-in");
  const id = await order(people);
  await at("placed");
  await cook(people, id, at);
  await ride(people, id, at);
  const done = await keepTrying("the order is COMPLETED", async () => {
    const view = await look(people.customer, id);
    return view.state === "COMPLETED" && view.payment ? { ...view, payment: view.payment } : undefined;
  });
  const ledger = await keepTrying("the ledger settles the order", () => settled(people.admin, id, patienceMs));
  return {
    order: { id, state: done.state, total: done.amounts.total, history: done.history },
    payment: done.payment,
    ...ledger,
  };
}
