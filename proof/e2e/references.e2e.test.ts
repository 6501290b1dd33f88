/** Objects that do not exist, or are not known everywhere yet, through the public door: null or refused, never an error of ours. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../demo/order/graphql.ts";
import { placeAndAccept, signInPeople } from "../../demo/order/order.ts";
import { demoEmail, demoId, demoUserId } from "../../demo/world/world.ts";
import { act, knock, tokenOf } from "./door.ts";
import { dataFolder, startTestSystem, type TestSystem } from "./system.ts";

const restaurantId = demoId("rst", 0);
const none = (prefix: string) => demoId(prefix, 99_999_999);
let folder: Awaited<ReturnType<typeof dataFolder>>;
let system: TestSystem;
let token: Record<"customer" | "owner" | "courier" | "admin", string>;

beforeAll(async () => {
  folder = await dataFolder();
  system = await startTestSystem(folder.path);
  const of = (email: string) => tokenOf(system.url, email);
  token = {
    customer: await of(demoEmail.customer(0)),
    owner: await of(demoEmail.owner(0)),
    courier: await of(demoEmail.courier(0)),
    admin: await of(demoEmail.admin()),
  };
});
afterAll(() => system?.stop().then(() => folder.remove()));

test("a courier who takes an offer and asks for its order gets the delivery, and of the order what is known", async () => {
  const people = await signInPeople(system.url);
  const orderId = await placeAndAccept(people, restaurantId, () => {});
  const { myOffers } = await until(
    "an offer to the courier",
    30_000,
    () => people.courier<{ myOffers: { id: string }[] }>(`query Offers { myOffers { id } }`),
    (value) => value.myOffers.length > 0,
  );
  type Took = { delivery: { state: string; order: { id: string; restaurantName: string } | null } };
  const take = `mutation Take($input: RespondToOfferInput!) { respondToOffer(input: $input) { __typename
    ... on RespondToOfferSuccess { delivery { state order { id restaurantName lines { name } amounts { total { amount } } } } } } }`;
  const input = { offerId: myOffers[0]?.id, accept: true };
  const { errors, data } = await knock<{ respondToOffer: Took }>(system.url, take, { input }, token.courier);
  expect(errors).toEqual([]);
  expect(data?.respondToOffer.delivery.state).toBe("ASSIGNED");
  // Whether orders has heard of the courier by now is a race; either answer is whole.
  expect([null, orderId]).toContain(data?.respondToOffer.delivery.order?.id ?? null);
  const mine = `query Mine { myDeliveries(first: 1) { edges { node { order { id restaurantName } } } } }`;
  const seen = await until(
    "the order to know its courier",
    30_000,
    () => knock<{ myDeliveries: { edges: { node: Took["delivery"] }[] } }>(system.url, mine, {}, token.courier),
    (answer) => answer.data?.myDeliveries.edges[0]?.node.order?.restaurantName !== undefined,
  );
  expect(seen.errors).toEqual([]);
});

test("a dish that does not exist gets into no cart and no promotion, and a cart is read as before", async () => {
  const menu = `query Menu($id: ID!) { restaurant(id: $id) { menu { items { id } } } }`;
  type Menu = { restaurant: { menu: { items: { id: string }[] }[] } };
  const { data } = await knock<Menu>(system.url, menu, { id: restaurantId });
  const dish = data?.restaurant.menu[0]?.items[0]?.id ?? "";
  const setCart = (...itemIds: string[]) => {
    const lines = itemIds.map((itemId) => ({ itemId, quantity: 1 }));
    return act(system.url, token.customer, "setCart", { restaurantId, lines });
  };
  expect((await setCart(dish)).__typename).toBe("SetCartSuccess");
  for (const itemId of [none("itm"), "itm_1", "x"])
    expect((await setCart(dish, itemId)).__typename).toBe("InvalidInputError");
  const cart = `query Cart { me { cart { lines { item { id name } quantity } } } }`;
  const read = await knock<{ me: { cart: unknown } }>(system.url, cart, {}, token.customer);
  expect(read.errors).toEqual([]);
  expect(read.data?.me.cart).toEqual({ lines: [{ item: { id: dish, name: expect.any(String) }, quantity: 1 }] });

  const promotion = {
    restaurantId,
    name: "Nothing",
    currency: "IDR",
    terms: { kind: "ITEM", percentBps: 1_000, itemIds: [dish, none("itm")] },
    window: { from: "2026-01-01T00:00", timeZone: "Asia/Jakarta" },
  };
  const made = await act(system.url, token.owner, "createRestaurantPromotion", promotion);
  expect(made.__typename).toBe("InvalidInputError");
  const shown = `query Shown($id: ID!) { restaurant(id: $id) { name promotions { name menuItems { id name } } } }`;
  expect((await knock(system.url, shown, { id: restaurantId })).errors).toEqual([]);
});

test("nobody becomes the owner of a restaurant that does not exist", async () => {
  const grant = (where: string) =>
    act(system.url, token.admin, "grantOwnership", { userId: demoUserId.customer(3), restaurantId: where });
  for (const where of [none("rst"), "rst_1", demoId("itm", 0)])
    expect((await grant(where)).__typename).toBe("InvalidInputError");
  expect((await grant(demoId("rst", 1))).__typename).toBe("GrantOwnershipSuccess");
});
