/** A restaurant: looks at its queue, accepts, cooks, hands over; now and then it rejects. */
import { demoEmail, demoId } from "../../demo/world/world.ts";
import { live, type City } from "./city.ts";
import { person, type Person } from "./person.ts";

type Queued = {
  id: string;
  state: string;
  fulfilment: "DELIVERY" | "PICKUP";
  payment: { state: string } | null;
  delivery: { id: string; pickupCode: string | null } | null;
};

const queueQuery = `query Queue($id: ID!) { restaurant(id: $id) { orderQueue(first: 50) { edges { node {
  id state fulfilment payment { state } delivery { id pickupCode } } } } } }`;

/** About one order in 32 is rejected, told from its id. */
const rejects = (orderId: string) => orderId.endsWith("0");

function nextStep(city: City, queued: Queued): [name: string, input: object] | null {
  const { id: orderId, state, fulfilment, payment } = queued;
  const trouble = city.troubles.get(orderId);
  if (trouble?.kind === "LATE" && trouble.at === state) return null;
  if (state === "PLACED")
    return rejects(orderId) && trouble === undefined
      ? ["rejectOrder", { orderId, reason: "The oven is cold." }]
      : ["acceptOrder", { orderId, prepMinutes: 1 }];
  // The kitchen's button is there once the money is.
  if (state === "ACCEPTED" && payment?.state === "CAPTURED") return ["startPreparing", { orderId }];
  if (state === "PREPARING") return ["markReady", { orderId }];
  const code = city.codes.get(orderId);
  return state === "READY" && fulfilment === "PICKUP" && code ? ["confirmCollection", { orderId, code }] : null;
}

async function look(owner: Person, restaurantId: string): Promise<Queued[]> {
  type Seen = { restaurant: { orderQueue: { edges: { node: Queued }[] } | null } | null };
  const { restaurant } = await owner.read<Seen>(queueQuery, { id: restaurantId });
  return restaurant?.orderQueue?.edges.map(({ node }) => node) ?? [];
}

/** Runs the kitchen of demo restaurant `number` until everybody goes home. */
export async function cook(city: City, number: number): Promise<void> {
  const owner = person(city.graphqlUrl, demoEmail.owner(number));
  await live(city, async () => {
    const queue = await look(owner, demoId("rst", number));
    // What is to be called off is not handed over.
    for (const { id, delivery } of queue)
      if (delivery?.pickupCode && city.troubles.get(id)?.kind !== "LATE")
        city.codes.set(delivery.id, delivery.pickupCode);
    const steps = queue.map((queued) => nextStep(city, queued)).filter((step) => step !== null);
    // Unanswered ones are seen again in the queue.
    await Promise.allSettled(steps.map(([name, input]) => owner.change(name, input)));
    return queue.length > 0 ? 1_000 : 2_000;
  });
}
