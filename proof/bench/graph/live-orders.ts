/** What the demo world lacks: orders in a kitchen, and couriers with an offer each. */
import { placeQuoted, quote } from "../../../demo/order/customer.ts";
import { mutate, until, type Ask } from "../../../demo/order/graphql.ts";
import { demoLocation } from "../../../demo/world/world.ts";

const patienceMs = 60_000;

/** One order by the customer, accepted by the restaurant and offered to the courier; gives its id. */
async function placeOne(people: { customer: Ask; owner: Ask; courier: Ask }, restaurantId: string): Promise<string> {
  const { customer, owner, courier } = people;
  await mutate(courier, "goOnline", { location: demoLocation("restaurant", 0) });
  const quoteId = await quote(customer, restaurantId, () => {});
  const id = await placeQuoted(customer, quoteId, crypto.randomUUID());
  await until(
    "an order to be PLACED",
    patienceMs,
    () => customer<{ order: { state: string } }>(`query State($id: ID!) { order(id: $id) { state } }`, { id }),
    ({ order }) => order.state === "PLACED",
  );
  await mutate(owner, "acceptOrder", { orderId: id, prepMinutes: 30 });
  await until(
    "an offer to the courier",
    patienceMs,
    () => courier<{ myOffers: unknown[] }>(`query Offers { myOffers { id } }`),
    ({ myOffers }) => myOffers.length > 0,
  );
  return id;
}

/** As many orders at the owner's restaurant as there are customers and couriers, one after the other; gives their ids. */
export async function placeLiveOrders(
  people: { customers: readonly Ask[]; couriers: readonly Ask[]; owner: Ask },
  restaurantId: string,
): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, customer] of people.customers.entries()) {
    const courier = people.couriers[index];
    if (courier) ids.push(await placeOne({ customer, owner: people.owner, courier }, restaurantId));
  }
  return ids;
}
