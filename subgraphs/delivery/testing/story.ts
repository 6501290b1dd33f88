/** What the tests of delivery share: people, an accepted order, and the answers of orders. */
import { newId } from "../../../kit/id.ts";
import { testSubgraph, userCaller } from "../../../kit/testing/subgraph.ts";
import { zones } from "../db/tables.ts";
import { env } from "../env.ts";
import { start } from "../main.ts";

/** Where couriers wait and restaurants cook. */
export const centre = { latitude: -6.2, longitude: 106.8167 };
/** Where the customer lives. */
export const home = { latitude: -6.21, longitude: 106.82 };

/** A started delivery subgraph whose orders answers for every order (its `pickups` say where, else the centre), with one zone around the centre. */
export async function deliveryHarness(settings: Record<string, string> = {}) {
  const instructions = {
    pickupName: "Warung Sari",
    dropoff: home,
    dropoffAddress: "Jalan Mawar 1",
    recipientName: "Budi",
    phone: "+62 811",
    notes: null,
    zoneId: null,
    distanceMeters: 1_500,
    feeMinor: 1_100_000,
    currency: "IDR",
    readyAt: null,
  };
  const pickups = new Map<string, typeof centre>();
  const pickupOf = (orderId: string) => pickups.get(orderId) ?? centre;
  const calls = {
    orders: (_query: string, { orderId }: { orderId: string }) => ({
      deliveryInstructions: { ...instructions, pickup: pickupOf(orderId) },
    }),
  };
  const harness = await testSubgraph("delivery", { start, env, settings, calls });
  await harness.db.insert(zones).values({
    id: newId("zon"),
    name: "Centre",
    area: { kind: "CIRCLE", center: centre, radiusMeters: 8_000 },
    currency: "IDR",
    baseFeeMinor: 700_000,
    perKmFeeMinor: 200_000,
  });
  return { ...harness, pickups };
}

/** A started delivery subgraph. */
export type Harness = Awaited<ReturnType<typeof deliveryHarness>>;

/** An order's ids and the callers around it; the owner is a member of the restaurant. */
export async function newOrder(harness: Harness) {
  const ids = { orderId: newId("ord"), customerId: newId("usr"), restaurantId: newId("rst") };
  const ownerId = newId("usr");
  const membershipId = newId("mem");
  const membership = { membershipId, userId: ownerId, restaurantId: ids.restaurantId, role: "OWNER" };
  await harness.deliver({
    type: "membership.changed.v1",
    source: "users",
    aggregateId: membershipId,
    data: membership,
  });
  return { ...ids, customer: userCaller(ids.customerId, "customer"), owner: userCaller(ownerId, "customer") };
}

/** An order with the people around it. */
export type Order = Awaited<ReturnType<typeof newOrder>>;

/** Feeds an event of the order. */
export const orderEvent = (harness: Harness, order: Order, type: string, more: object = {}) =>
  harness.deliver({
    type: `order.${type}.v1`,
    source: "orders",
    aggregateId: order.orderId,
    data: { orderId: order.orderId, customerId: order.customerId, restaurantId: order.restaurantId, ...more },
  });

/** The restaurant accepts; the delivery is described. */
export async function acceptOrder(harness: Harness, order: Order, fulfilment = "DELIVERY") {
  const readyAt = new Date(harness.clock.now().getTime() + 600_000).toISOString();
  await orderEvent(harness, order, "accepted", { fulfilment, prepSeconds: 600, readyAt });
  await harness.runTimers();
}

/** A courier who is online, at the centre unless told otherwise. */
export async function onlineCourier(harness: Harness, location = centre) {
  const caller = userCaller(newId("usr"), "courier");
  const answer = await harness.graphql(
    `mutation Go($location: LocationInput!) { goOnline(input: { location: $location }) { __typename ... on GoOnlineSuccess { courier { id } } } }`,
    { location },
    caller,
  );
  const id: string = answer.data.goOnline.courier.id;
  return { caller, id };
}

/** Runs the next matching batch. */
export async function nextBatch(harness: Harness) {
  harness.clock.advance(3_000);
  await harness.runTimers();
}

/** The ids of the caller's open offers. */
export async function offersOf(
  harness: Harness,
  courier: { caller: Parameters<Harness["graphql"]>[2] },
): Promise<string[]> {
  const answer = await harness.graphql(`{ myOffers { id } }`, {}, courier.caller);
  return answer.data.myOffers.map((offer: { id: string }) => offer.id);
}

/** Sends a mutation with one `input`; answers the member of the union that came back. */
export async function mutate(
  harness: Harness,
  caller: Parameters<Harness["graphql"]>[2],
  name: string,
  input: object,
  fields = "",
) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
  const answer = await harness.graphql(
    `mutation M($input: ${type}) { ${name}(input: $input) { __typename ... on UserError { message } ${fields} } }`,
    { input },
    caller,
  );
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data[name];
}

/** A delivery that `courier` has accepted. */
export async function assigned(harness: Harness) {
  const order = await newOrder(harness);
  const courier = await onlineCourier(harness);
  await acceptOrder(harness, order);
  await nextBatch(harness);
  const [offerId] = await offersOf(harness, courier);
  const answer = await mutate(
    harness,
    courier.caller,
    "respondToOffer",
    { offerId, accept: true },
    "... on RespondToOfferSuccess { delivery { id state } }",
  );
  const deliveryId: string = answer.delivery.id;
  return { order, courier, deliveryId };
}

/** The code as the restaurant reads it. */
export async function pickupCode(harness: Harness, order: Order, deliveryId: string): Promise<string> {
  const answer = await harness.graphql(
    `query Q($id: ID!) { delivery(id: $id) { pickupCode } }`,
    { id: deliveryId },
    order.owner,
  );
  return answer.data.delivery.pickupCode;
}
