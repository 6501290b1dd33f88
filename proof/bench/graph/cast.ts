/** The people of a run: signs them in and gives them something to look at. */
import { client, succeeded, type Ask, type Union } from "../../../demo/order/graphql.ts";
import { demoEmail, demoId, demoPassword } from "../../../demo/world/world.ts";
import { placeLiveOrders } from "./live-orders.ts";
import type { Cast } from "./operations.ts";

/** Customers, couriers and live orders; more do not change the figures. */
const people = 8;

async function signIn(url: string, email: string): Promise<{ accessToken: string; ask: Ask }> {
  const { signIn: result } = await client(url)<{ signIn: Union & { accessToken: string } }>(
    `mutation SignIn($input: SignInInput!) { signIn(input: $input) { __typename ... on SignInSuccess { accessToken } ... on UserError { message } } }`,
    { input: { email, password: demoPassword } },
  );
  const { accessToken } = succeeded(result, "SignInSuccess");
  return { accessToken, ask: client(url, accessToken) };
}

type Item = {
  id: string;
  available: boolean;
  stock: number | null;
  modifierGroups: { minChoices: number; modifiers: { id: string; available: boolean }[] }[];
};

/** One each of the first three dishes that are to be had. */
async function linesAt(ask: Ask, id: string): Promise<object[]> {
  const query = `query Dishes($id: ID!) { restaurant(id: $id) { menu { items { id available stock modifierGroups { minChoices modifiers { id available } } } } } }`;
  const { restaurant } = await ask<{ restaurant: { menu: { items: Item[] }[] } }>(query, { id });
  const items = restaurant.menu.flatMap((section) => section.items);
  return items
    .filter((item) => item.available && item.stock === null)
    .slice(0, 3)
    .map((item) => ({
      itemId: item.id,
      quantity: 1,
      modifierIds: item.modifierGroups.flatMap(({ minChoices, modifiers }) =>
        modifiers
          .filter((each) => each.available)
          .slice(0, minChoices)
          .map((each) => each.id),
      ),
    }));
}

const addressOf = async (ask: Ask): Promise<string> => {
  const { me } = await ask<{ me: { addresses: { id: string }[] } }>(`query Addresses { me { addresses { id } } }`);
  const [first] = me.addresses;
  if (!first) throw new Error("a demo customer has no address");
  return first.id;
};

/** The demo's customers of Jakarta, where restaurant 0 delivers; every fifth lives elsewhere. */
const jakarta = Array.from({ length: 2 * people }, (_, n) => n)
  .filter((n) => n % 5 !== 4)
  .slice(0, people);

/** Signs everybody in at `url` and places their orders. Access tokens hold for ten minutes; `refreshed` signs in again. */
export async function gather(url: string): Promise<{ cast: Cast; refreshed(): Promise<Cast> }> {
  const everybody = async () => ({
    customers: await Promise.all(jakarta.map((n) => signIn(url, demoEmail.customer(n)))),
    couriers: await Promise.all(jakarta.map((n) => signIn(url, demoEmail.courier(n)))),
    owner: await signIn(url, demoEmail.owner(0)),
  });
  const restaurantId = demoId("rst", 0);
  const first = await everybody();
  const asks = { customers: first.customers.map(({ ask }) => ask), couriers: first.couriers.map(({ ask }) => ask) };
  const addressIds = await Promise.all(asks.customers.map(addressOf));
  const lines = await linesAt(first.owner.ask, restaurantId);
  const orderIds = await placeLiveOrders({ ...asks, owner: first.owner.ask }, restaurantId);
  const castOf = ({ customers, couriers, owner }: typeof first): Cast => ({
    customers: customers.map(({ accessToken }, n) => ({ accessToken, addressId: addressIds[n] ?? "" })),
    couriers,
    owner,
    restaurantId,
    orderIds,
    lines,
  });
  return { cast: castOf(first), refreshed: async () => castOf(await everybody()) };
}
