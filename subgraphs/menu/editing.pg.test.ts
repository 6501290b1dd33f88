import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { testNow, testSubgraph, userCaller } from "../../kit/testing/subgraph.ts";
import { demoId, demoUserId } from "../../demo/world/world.ts";
import { seed } from "./db/seed.ts";
import { env } from "./env.ts";
import { start } from "./main.ts";

/** A restaurant that may be added. */
const warung = {
  name: "Warung Baru",
  cuisines: ["Sunda"],
  currency: "IDR",
  taxInclusive: true,
  location: { latitude: -6.2, longitude: 106.8 },
  timeZone: "Asia/Jakarta",
  priceLevel: 1,
  prepSeconds: 900,
};

let menu: Awaited<ReturnType<typeof testSubgraph>>;

beforeAll(async () => {
  menu = await testSubgraph("menu", { start, env });
  await seed(menu.db, "test", testNow);
  await seed(menu.db, "test", testNow);
});
afterAll(() => menu.stop());

const owner = userCaller(demoUserId.owner(0), "customer");
const stranger = userCaller(demoUserId.owner(1), "customer");
const admin = userCaller(demoUserId.admin(), "admin");
const rst = (n: number) => demoId("rst", n);
const itm = (n: number) => demoId("itm", n);

const list = `query($near: LocationInput, $search: String, $filters: RestaurantFilters, $first: Int, $after: String) {
  restaurants(near: $near, search: $search, filters: $filters, first: $first, after: $after) {
    edges { cursor distanceMeters node { id name rating isOpen menu { name items { name } } } }
    pageInfo { hasNextPage endCursor } } }`;

describe("editing", () => {
  const create = `mutation($input: CreateMenuItemInput!) { createMenuItem(input: $input) { __typename ... on CreateMenuItemSuccess { item { id name available } } ... on InvalidInputError { field } } }`;
  const dish = { restaurantId: rst(0), section: "Mains", name: "Nasi Uduk", priceMinor: 2_500_000, taxRateBps: 1000 };

  test("an owner adds, prices, stocks and removes a dish; each change is audited", async () => {
    const { data } = await menu.graphql(create, { input: dish }, owner);
    const { id } = data.createMenuItem.item;
    const group = {
      itemId: id,
      name: "Heat",
      minChoices: 1,
      maxChoices: 1,
      modifiers: [
        { name: "Hot", priceMinor: 0 },
        { name: "Mild", priceMinor: 0 },
      ],
    };
    const made = await menu.graphql(
      `mutation($input: CreateModifierGroupInput!) { createModifierGroup(input: $input) { ... on CreateModifierGroupSuccess { group { id } item { modifierGroups { name } } } } }`,
      { input: group },
      owner,
    );
    expect(made.data.createModifierGroup.item.modifierGroups).toEqual([{ name: "Heat" }]);
    const stocked = await menu.graphql(
      `mutation($id: ID!) { setStock(input: { itemId: $id, stock: 0 }) { ... on SetStockSuccess { item { available stock } } } }`,
      { id },
      owner,
    );
    expect(stocked.data.setStock.item).toEqual({ available: false, stock: 0 });
    const gone = await menu.graphql(
      `mutation($id: ID!) { deleteMenuItem(input: { itemId: $id }) { __typename } again: deleteMenuItem(input: { itemId: $id }) { __typename } }`,
      { id },
      owner,
    );
    expect(gone.data).toEqual({
      deleteMenuItem: { __typename: "DeleteMenuItemSuccess" },
      again: { __typename: "NotFoundError" },
    });
    const audits = (await menu.outbox()).filter((event) => event.type === "audit.recorded.v1");
    expect(audits.map((event) => (event.data as { action: string }).action)).toEqual([
      "menu.item.created",
      "menu.modifier-group.created",
      "menu.item.stock-set",
      "menu.item.deleted",
    ]);
  });

  test("another restaurant's owner finds nothing; nobody signed in is refused", async () => {
    expect((await menu.graphql(create, { input: dish }, stranger)).data.createMenuItem.__typename).toBe(
      "NotFoundError",
    );
    expect((await menu.graphql(create, { input: dish })).errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
    const suspend = `mutation($input: SuspendRestaurantInput!) { suspendRestaurant(input: $input) { __typename } }`;
    const input = { restaurantId: rst(0), reason: "revenge" };
    expect((await menu.graphql(suspend, { input }, owner)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });

  test("staff may switch an item but not price it, and nothing once they have left", async () => {
    const staff = userCaller(newId("usr"), "customer");
    const userId = staff.kind === "user" ? staff.userId : "";
    const member = { membershipId: newId("mem"), userId, restaurantId: rst(0) };
    const tell = (role: "STAFF" | null) =>
      menu.deliver({
        type: "membership.changed.v1",
        source: "users",
        aggregateId: member.membershipId,
        data: { ...member, role },
      });
    const work = async () => {
      const { data } = await menu.graphql(
        `mutation($id: ID!) { setItemAvailability(input: { itemId: $id, available: true }) { __typename } updateMenuItem(input: { itemId: $id, priceMinor: 1 }) { __typename } }`,
        { id: itm(1) },
        staff,
      );
      return [data.setItemAvailability.__typename, data.updateMenuItem.__typename];
    };
    expect(await work()).toEqual(["NotFoundError", "NotFoundError"]);
    await tell("STAFF");
    expect(await work()).toEqual(["SetItemAvailabilitySuccess", "NotFoundError"]);
    await tell(null);
    expect(await work()).toEqual(["NotFoundError", "NotFoundError"]);
  });

  test.each([
    ["input.priceMinor", { priceMinor: -1 }],
    ["input.name", { name: " " }],
    ["input.taxRateBps", { taxRateBps: 9999 }],
    ["input.stock", { stock: -1 }],
  ])("%s is checked", async (field, over) => {
    expect((await menu.graphql(create, { input: { ...dish, ...over } }, owner)).data.createMenuItem).toEqual({
      __typename: "InvalidInputError",
      field,
    });
  });

  test("opening hours are replaced whole, or refused whole", async () => {
    const set = `mutation($input: SetOpeningHoursInput!) { setOpeningHours(input: $input) { ... on SetOpeningHoursSuccess { restaurant { openingHours { weekday opens closes } } } ... on InvalidInputError { field } } }`;
    const night = { weekday: 6, opens: "18:00", closes: "02:00" };
    const owner3 = userCaller(demoUserId.owner(3), "customer");
    const good = await menu.graphql(set, { input: { restaurantId: rst(3), spans: [night] } }, owner3);
    expect(good.data.setOpeningHours.restaurant.openingHours).toEqual([night]);
    const bad = await menu.graphql(set, { input: { restaurantId: rst(3), spans: [night, night] } }, owner3);
    expect(bad.data.setOpeningHours.field).toBe("input.spans[1]");
  });

  test.each(["idr", "Idr", "XXX", "XAU", "RUB"])("no restaurant sells in %s", async (currency) => {
    const create = `mutation($input: CreateRestaurantInput!) { createRestaurant(input: $input) { __typename ... on InvalidInputError { field } } }`;
    const { data } = await menu.graphql(create, { input: { ...warung, currency } }, admin);
    expect(data.createRestaurant).toEqual({ __typename: "InvalidInputError", field: "input.currency" });
    await expect(menu.sql`update restaurants set currency = ${currency}`).rejects.toThrow("restaurants_currency");
  });

  test.each([
    ["Asia/Makassar", undefined, "ID"],
    ["Asia/Kuwait", undefined, "KW"],
    ["Etc/UTC", undefined, null],
    ["Europe/Zurich", "LI", "LI"],
  ])("a restaurant in %s, told to be in %s, is in %s", async (timeZone, country, expected) => {
    const create = `mutation($input: CreateRestaurantInput!) { createRestaurant(input: $input) { ... on CreateRestaurantSuccess { restaurant { country } } } }`;
    const { data } = await menu.graphql(create, { input: { ...warung, timeZone, country } }, admin);
    expect(data.createRestaurant.restaurant).toEqual({ country: expected });
  });

  test.each(["id", "QQ", "IDN", ""])("there is no country %j", async (country) => {
    const create = `mutation($input: CreateRestaurantInput!) { createRestaurant(input: $input) { __typename ... on InvalidInputError { field } } }`;
    const { data } = await menu.graphql(create, { input: { ...warung, country } }, admin);
    expect(data.createRestaurant).toEqual({ __typename: "InvalidInputError", field: "input.country" });
  });

  test("an admin adds and suspends a restaurant; the others are told", async () => {
    const input = { ...warung, cuisines: ["Betawi"] };
    const made = await menu.graphql(
      `mutation($input: CreateRestaurantInput!) { createRestaurant(input: $input) { ... on CreateRestaurantSuccess { restaurant { id isOpen } } } }`,
      { input },
      admin,
    );
    const { id } = made.data.createRestaurant.restaurant;
    const suspended = await menu.graphql(
      `mutation($input: SuspendRestaurantInput!) { suspendRestaurant(input: $input) { ... on SuspendRestaurantSuccess { restaurant { status } } } }`,
      { input: { restaurantId: id, reason: "no permit" } },
      admin,
    );
    expect(suspended.data.suspendRestaurant.restaurant.status).toBe("SUSPENDED");
    const told = (await menu.outbox()).filter((event) => event.aggregateId === id);
    expect(
      told.map((event) => [event.type, event.aggregateVersion, (event.data as { status: string }).status]),
    ).toEqual([
      ["restaurant.changed.v1", 1, "ACTIVE"],
      ["restaurant.changed.v1", 2, "SUSPENDED"],
    ]);
    expect((await menu.graphql(list, { search: "Betawi" })).data.restaurants.edges).toEqual([]);
  });
});
