/** Ids of other subgraphs' objects are checked before they are kept. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { startOrders, type Orders } from "./testing/harness.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders()));
afterAll(() => orders.stop());
afterEach(() => {
  orders.world.unknownItems.clear();
  orders.world.down.clear();
});

const ask = async (name: string, type: string, input: object, caller = orders.callers.customer) =>
  orders.graphql(
    `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename ... on InvalidInputError { field } } }`,
    { input },
    caller,
  );
const refused = (field: string) => ({ __typename: "InvalidInputError", field });

const known = newId("itm");
const unknown = newId("itm");
const line = (itemId: string) => ({ itemId, quantity: 1 });
const setCart = (...lines: object[]) => ask("setCart", "SetCart", { restaurantId: orders.restaurantId, lines });

test("a cart holds dishes of its restaurant's menu", async () => {
  orders.world.unknownItems.add(unknown);
  expect((await setCart(line(known))).data.setCart.__typename).toBe("SetCartSuccess");
  expect((await setCart(line(known), line(unknown))).data.setCart).toEqual(refused("input.lines[1].itemId"));
  expect((await setCart(line(newId("rst")))).data.setCart).toEqual(refused("input.lines[0].itemId"));
  const elsewhere = { restaurantId: newId("rst"), lines: [line(known)] };
  expect((await ask("setCart", "SetCart", elsewhere)).data.setCart).toEqual(refused("input.restaurantId"));
  const query = `query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { cart { lines { item { id } } } } } }`;
  const { data } = await orders.graphql(query, { id: orders.ids.customer }, orders.callers.customer);
  expect(data._entities).toEqual([{ cart: { lines: [{ item: { id: known } }] } }]);
});

test("while the menu is away nothing is put into a cart", async () => {
  orders.world.down.add("menu");
  expect((await setCart(line(known))).errors?.[0]?.extensions.code).toBe("SUBGRAPH_UNAVAILABLE");
});

const promotion = (itemIds: string[]) => ({
  restaurantId: orders.restaurantId,
  name: "Dishes",
  currency: "IDR",
  terms: { kind: "ITEM", percentBps: 1_000, itemIds },
  window: { from: "2026-06-01T00:00", timeZone: "Asia/Jakarta" },
});

test("a promotion is of dishes that there are, at its restaurant or anywhere, also when it is changed", async () => {
  orders.world.unknownItems.add(unknown);
  const { owner, admin } = { owner: orders.callers.owner, admin: { ...orders.callers.support, roles: ["admin"] } };
  const own = "createRestaurantPromotion";
  const wrong = refused("input.terms.itemIds[1]");
  const type = "CreateRestaurantPromotion";
  expect((await ask(own, type, promotion([known, unknown]), owner)).data[own]).toEqual(wrong);
  const everywhere = { ...promotion([known, unknown]), restaurantId: null };
  const platform = await ask("createPlatformPromotion", "CreatePlatformPromotion", everywhere, admin as typeof owner);
  expect(platform.data.createPlatformPromotion).toEqual(wrong);

  const create = `mutation ($input: ${type}Input!) { ${own}(input: $input) { ... on ${type}Success { promotion { id items { id } menuItems { id } } } } }`;
  const made = (await orders.graphql(create, { input: promotion([known]) }, owner)).data[own].promotion;
  expect(made).toMatchObject({ items: [{ id: known }], menuItems: [{ id: known }] });
  const { terms } = promotion([known, unknown]);
  const changed = await ask("updatePromotion", "UpdatePromotion", { promotionId: made.id, terms }, owner);
  expect(changed.data.updatePromotion).toEqual(wrong);
  const foreign = { promotionId: made.id, terms };
  const stranger = await ask("updatePromotion", "UpdatePromotion", foreign, orders.callers.stranger);
  expect(stranger.data.updatePromotion).toEqual({ __typename: "NotFoundError" });
});
