import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { testNow, testSubgraph, userCaller } from "../../kit/testing/subgraph.ts";
import { demoId, demoLocation, demoUserId } from "../../schema/demo.ts";
import { demoOrder } from "../../schema/demo-orders.ts";
import { seed } from "./db/seed.ts";
import { env } from "./env.ts";
import { start } from "./main.ts";

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
const orders = { kind: "service", service: "orders" } as const;
const users = { kind: "service", service: "users" } as const;
const rst = (n: number) => demoId("rst", n);
const itm = (n: number) => demoId("itm", n);

const list = `query($near: LocationInput, $search: String, $filters: RestaurantFilters, $first: Int, $after: String) {
  restaurants(near: $near, search: $search, filters: $filters, first: $first, after: $after) {
    edges { cursor distanceMeters node { id name rating isOpen menu { name items { name } } } }
    pageInfo { hasNextPage endCursor } } }`;

describe("finding restaurants", () => {
  test("near a point, nearest first, page by page, without a sign-in", async () => {
    const near = demoLocation("customer", 0);
    const whole = await menu.graphql(list, { near });
    const edges = whole.data.restaurants.edges;
    expect(edges.map((edge: { node: { id: string } }) => edge.node.id).toSorted()).toEqual(
      [0, 1, 2, 3].map(rst).toSorted(),
    );
    const distances = edges.map((edge: { distanceMeters: number }) => edge.distanceMeters);
    expect(distances).toEqual(distances.toSorted((a: number, b: number) => a - b));
    const walked: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { data }: { data?: any } = await menu.graphql(list, { near, first: 1, after });
      walked.push(...data.restaurants.edges.map((edge: { node: { id: string } }) => edge.node.id));
      more = data.restaurants.pageInfo.hasNextPage;
      after = data.restaurants.pageInfo.endCursor;
    }
    expect(walked).toEqual(edges.map((edge: { node: { id: string } }) => edge.node.id));
  });

  test.each(["padang", "rendang", "rendnag", "Rumah Makan"])(
    "search %s finds the Padang kitchen first",
    async (search) => {
      const { data } = await menu.graphql(list, { search, near: demoLocation("restaurant", 1) });
      expect(data.restaurants.edges[0].node.id).toBe(rst(1));
    },
  );

  test("what looks like query syntax is only text", async () => {
    for (const search of ["':* & |", '"unbalanced', "100%_", "a); drop table restaurants; --", "\\'"]) {
      expect((await menu.graphql(list, { search })).errors).toBeUndefined();
    }
  });

  test("filters hold together", async () => {
    const ids = async (filters: object) =>
      (await menu.graphql(list, { filters })).data.restaurants.edges
        .map((edge: { node: { id: string } }) => edge.node.id)
        .toSorted();
    expect(await ids({ priceLevels: [1] })).toEqual([rst(0), rst(4)].toSorted());
    expect(await ids({ cuisines: ["PADANG"] })).toEqual([rst(1)]);
    const rated = (await menu.graphql(list, {})).data.restaurants.edges.filter(
      (edge: { node: { rating: number | null } }) => (edge.node.rating ?? 0) >= 4.2,
    );
    expect(await ids({ minRating: 4.2 })).toEqual(
      rated.map((edge: { node: { id: string } }) => edge.node.id).toSorted(),
    );
    expect(await ids({ openNow: true, priceLevels: [1, 2, 3, 4] })).toEqual([0, 1, 2, 4].map(rst).toSorted());
  });

  test.each([
    { first: 0 },
    { first: 101 },
    { after: "nonsense" },
    { search: "x" },
    { search: "y".repeat(101) },
    { near: { latitude: 91, longitude: 0 } },
    { filters: { minRating: 9 } },
    { filters: { priceLevels: [0] } },
    { filters: { maxDistanceMeters: 100 } },
  ])("%j is refused", async (variables) => {
    expect((await menu.graphql(list, variables)).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });
});

test("unknown and malformed ids answer null; entities are resolved in one batch", async () => {
  const { data } = await menu.graphql(
    `query($a: ID!, $b: ID!) { a: restaurant(id: $a) { id } b: restaurant(id: "junk") { id } c: menuItem(id: $b) { id } }`,
    { a: newId("rst"), b: newId("itm") },
  );
  expect(data).toEqual({ a: null, b: null, c: null });
  const representations = [
    { __typename: "MenuItem", id: itm(0) },
    { __typename: "MenuItem", id: "junk" },
    { __typename: "Restaurant", id: rst(0) },
  ];
  const entities = await menu.graphql(
    `query($representations: [_Any!]!) { _entities(representations: $representations) {
       ... on MenuItem { id taxRateBps price { currency } modifierGroups { minChoices modifiers { price { amount } } } } ... on Restaurant { location { latitude } } } }`,
    { representations },
  );
  expect(entities.errors).toBeUndefined();
  expect(entities.data._entities).toMatchObject([
    { id: itm(0), taxRateBps: 1000 },
    null,
    { location: { latitude: demoLocation("restaurant", 0).latitude } },
  ]);
});

describe("for orders alone", () => {
  const priceItems = `query($input: PriceItemsInput!) { priceItems(input: $input) { open currency status lines { itemId unitPriceMinor problem } } }`;
  const line = (n: number, quantity: number, modifierIds: string[] = []) => ({ itemId: itm(n), quantity, modifierIds });

  test("prices and problems of every line", async () => {
    const lines = [
      line(0, 2, [demoId("mod", 10)]),
      line(2, 1),
      line(2, 1, [demoId("mod", 201)]),
      line(5, 41),
      line(100, 1),
      line(1, -1),
    ];
    const { data } = await menu.graphql(
      priceItems,
      { input: { restaurantId: rst(0), at: testNow.toISOString(), lines } },
      orders,
    );
    expect(data.priceItems).toMatchObject({ open: true, currency: "IDR", status: "ACTIVE" });
    expect(data.priceItems.lines.map((each: { problem: string }) => each.problem)).toEqual([
      null,
      "MODIFIER_LIMITS",
      null,
      "OUT_OF_STOCK",
      "UNKNOWN_ITEM",
      "BAD_QUANTITY",
    ]);
  });

  test.each([[owner], [admin], [users], [{ kind: "anonymous" } as const]])("%j may not ask", async (caller) => {
    const input = { restaurantId: rst(0), at: testNow.toISOString(), lines: [line(0, 1)] };
    const answer = await menu.graphql(priceItems, { input }, caller);
    expect(["FORBIDDEN", "UNAUTHENTICATED"]).toContain(answer.errors?.[0]?.extensions.code);
  });

  test("a hold follows its order's events, and its timer", async () => {
    const reserve = `mutation($input: ReserveStockInput!) { reserveStock(input: $input) { ok problems { itemId problem } } }`;
    const stock = async () =>
      (await menu.graphql(`query($id: ID!) { menuItem(id: $id) { stock } }`, { id: itm(5) })).data.menuItem.stock;
    const hold = async () => {
      const orderId = newId("ord");
      const expiresAt = new Date(menu.clock.now().getTime() + 60_000).toISOString();
      const input = {
        orderId,
        restaurantId: rst(0),
        at: testNow.toISOString(),
        expiresAt,
        lines: [{ itemId: itm(5), quantity: 2 }],
      };
      expect((await menu.graphql(reserve, { input }, orders)).data.reserveStock).toEqual({ ok: true, problems: [] });
      return orderId;
    };
    const tell = (type: string, orderId: string, extra: object) =>
      menu.deliver({
        type,
        source: "orders",
        aggregateId: orderId,
        data: { orderId, customerId: demoUserId.customer(0), restaurantId: rst(0), ...extra },
      });
    const before = await stock();
    const [rejected, accepted] = [await hold(), await hold()];
    await hold();
    expect(await stock()).toBe(before - 6);
    expect(await tell("order.rejected.v1", rejected, { reason: "closing" })).toBe("applied");
    await tell("order.accepted.v1", accepted, {
      fulfilment: "PICKUP",
      prepSeconds: 600,
      readyAt: testNow.toISOString(),
    });
    menu.clock.advance(61_000);
    await menu.runTimers();
    expect(await stock()).toBe(before - 2);
  });
});

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
    expect(bad.data.setOpeningHours.field).toBe("input.spans.1");
  });

  test("an admin adds and suspends a restaurant; the others are told", async () => {
    const input = {
      name: "Warung Baru",
      cuisines: ["Betawi"],
      currency: "IDR",
      taxInclusive: true,
      location: { latitude: -6.2, longitude: 106.8 },
      timeZone: "Asia/Jakarta",
      priceLevel: 1,
      prepSeconds: 900,
    };
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

describe("people", () => {
  const review = `mutation($input: ReviewOrderInput!) { reviewOrder(input: $input) { __typename ... on ReviewOrderSuccess { review { id author { id } restaurant { reviewCount } } } } }`;
  const unreviewed = Array.from({ length: 40 }, (_, n) => demoOrder(n, "test", testNow)).find(
    (order) => order.index % 5 > 1 && order.state === "COMPLETED",
  );
  if (!unreviewed) throw new Error("no order to review");
  const customer = userCaller(unreviewed.customerId, "customer");

  test("ten reviews of one order at once: one counts", async () => {
    const input = { orderId: unreviewed.id, rating: 5, comment: "Enak!" };
    expect((await menu.graphql(review, { input: { ...input, rating: 6 } }, customer)).data.reviewOrder.__typename).toBe(
      "InvalidInputError",
    );
    expect((await menu.graphql(review, { input }, admin)).data.reviewOrder.__typename).toBe("NotFoundError");
    const count = async () =>
      (await menu.graphql(`query($id: ID!) { restaurant(id: $id) { reviewCount } }`, { id: unreviewed.restaurantId }))
        .data.restaurant.reviewCount;
    const before = await count();
    const answers = await Promise.all(Array.from({ length: 10 }, () => menu.graphql(review, { input }, customer)));
    const names = answers.map((answer) => answer.data.reviewOrder.__typename);
    expect(names.filter((name) => name === "ReviewOrderSuccess")).toHaveLength(1);
    expect(names.filter((name) => name === "AlreadyReviewedError")).toHaveLength(9);
    expect(await count()).toBe(before + 1);
  });

  test("an order's reviews and a person's favourites are for their own eyes; erasing forgets both", async () => {
    await menu.graphql(
      `mutation($id: ID!) { addFavourite(input: { restaurantId: $id }) { __typename } }`,
      { id: rst(2) },
      customer,
    );
    const look = async (caller: Parameters<typeof menu.graphql>[2]) =>
      (
        await menu.graphql(
          `query($r: [_Any!]!) { _entities(representations: $r) { ... on User { favourites { id } } ... on Order { reviews { rating } } } }`,
          {
            r: [
              { __typename: "User", id: unreviewed.customerId },
              { __typename: "Order", id: unreviewed.id },
            ],
          },
          caller,
        )
      ).data._entities;
    const [mine, told] = await look(customer);
    expect(mine.favourites.map((each: { id: string }) => each.id)).toContain(rst(2));
    expect(told.reviews).toEqual([{ rating: 5 }]);
    const outsider = userCaller(newId("usr"), "customer");
    expect(await look(outsider)).toEqual([{ favourites: null }, { reviews: null }]);
    expect(await look({ kind: "anonymous" })).toEqual([{ favourites: null }, { reviews: null }]);
    const data = await menu.graphql(
      `query($id: ID!) { menuPersonalData(userId: $id) }`,
      { id: unreviewed.customerId },
      users,
    );
    expect(data.data.menuPersonalData.reviews.map((each: { comment: string }) => each.comment)).toContain("Enak!");
    await menu.deliver({
      type: "user.erased.v1",
      source: "users",
      aggregateId: unreviewed.customerId,
      data: { userId: unreviewed.customerId },
    });
    const after = await menu.graphql(
      `query($id: ID!) { menuPersonalData(userId: $id) }`,
      { id: unreviewed.customerId },
      users,
    );
    expect(after.data.menuPersonalData).toEqual({ favourites: [], reviews: [], completedOrders: [], memberships: [] });
  });
});
