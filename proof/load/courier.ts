/** A courier: takes what is offered, rides, and looks again where things stand whenever an answer does not come. */
import { demoEmail, demoLocation } from "../../demo/world/world.ts";
import { live, pause, type City } from "./city.ts";
import { person, type Person } from "./person.ts";

type Held = { id: string; state: string; returnRequestedAt: string | null; order: { id: string } | null };
type Seen = { myOffers: { id: string }[] | null; myDeliveries: { edges: { node: Held }[] } | null };

// Newest order first, which need not be the one in hand: a later order can have been brought before.
const query = `query Work { myOffers { id } myDeliveries(first: 10) { edges { node { id state returnRequestedAt order { id } } } } }`;
const inHand = ["ASSIGNED", "AT_PICKUP", "PICKED_UP", "AT_DROPOFF"];
const heardOfMs = 15_000;

/** The next thing to do with the delivery in hand: mutation, input, and the state that it leads to. */
function nextStep(
  city: City,
  { id: deliveryId, state, order }: Held,
): [name: string, input: object, to: string] | null {
  const code = city.codes.get(deliveryId);
  const trouble = city.troubles.get(order?.id ?? "");
  if (trouble?.kind === "FAILED" && trouble.at === state)
    return ["failDelivery", { deliveryId, reason: "CUSTOMER_UNREACHABLE" }, "FAILED"];
  switch (state) {
    case "ASSIGNED":
      return ["arriveAtPickup", { deliveryId }, "AT_PICKUP"];
    case "AT_PICKUP":
      return code ? ["pickUp", { deliveryId, code }, "PICKED_UP"] : null;
    case "PICKED_UP":
      return ["arriveAtDropoff", { deliveryId }, "AT_DROPOFF"];
    case "AT_DROPOFF":
      return ["deliver", { deliveryId, proof: { note: "At the door" } }, "DELIVERED"];
    default:
      return null;
  }
}

/** Goes as far as answers come; the rest waits for another look. */
async function ride(city: City, courier: Person, held: Held): Promise<void> {
  for (let state = held.state; !city.over;) {
    const step = nextStep(city, { ...held, state });
    if (!step) return;
    const [name, input, to] = step;
    const { __typename } = await courier.change(name, input);
    if (!__typename.endsWith("Success")) return;
    state = to;
    await pause(50);
  }
}

/** Food that could not be handed over is brought back when support asks for it, or now and then without being asked. */
async function bringBack(city: City, courier: Person, deliveries: readonly Held[]): Promise<void> {
  for (const { id: deliveryId, state, returnRequestedAt, order } of deliveries) {
    const trouble = city.troubles.get(order?.id ?? "");
    if (state !== "FAILED" || trouble?.kind !== "FAILED") continue;
    if (returnRequestedAt !== null || trouble.back === "UNASKED")
      await courier.change("returnDelivery", { deliveryId });
  }
}

/** Works as courier `number` of the demo world until everybody goes home. */
export async function deliver(city: City, number: number): Promise<void> {
  const courier = person(city.graphqlUrl, demoEmail.courier(number));
  const location = demoLocation("courier", number);
  let online = false;
  let heardAt = 0;
  await live(city, async () => {
    if (!online || Date.now() - heardAt > heardOfMs) {
      const told = await courier.change(online ? "updateLocation" : "goOnline", { location });
      online = told.__typename.endsWith("Success");
      heardAt = Date.now();
    }
    const { myOffers, myDeliveries } = await courier.read<Seen>(query);
    const deliveries = myDeliveries?.edges.map(({ node }) => node) ?? [];
    await bringBack(city, courier, deliveries);
    const held = deliveries.find(({ state }) => inHand.includes(state));
    if (held) {
      await ride(city, courier, held);
      return 600;
    }
    for (const offer of myOffers ?? []) await courier.change("respondToOffer", { offerId: offer.id, accept: true });
    return myOffers?.length ? 50 : 2_500;
  });
}
