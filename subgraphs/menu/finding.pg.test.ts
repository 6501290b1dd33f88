import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { testNow, testSubgraph } from "../../kit/testing/subgraph.ts";
import { demoId, demoLocation } from "../../demo/world/world.ts";
import { seed } from "./db/seed.ts";
import { restaurants } from "./db/tables.ts";
import { env } from "./env.ts";
import { start } from "./main.ts";

let menu: Awaited<ReturnType<typeof testSubgraph>>;

beforeAll(async () => {
  menu = await testSubgraph("menu", { start, env });
  await seed(menu.db, "test", testNow);
  await seed(menu.db, "test", testNow);
});
afterAll(() => menu.stop());

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
      const { data }: Awaited<ReturnType<typeof menu.graphql>> = await menu.graphql(list, { near, first: 1, after });
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
    // A mean of 4.46 reads 4.5, so who asks for 4.5 finds it.
    const [one] = rated as [{ node: { id: string } }];
    await menu.db.update(restaurants).set({ ratingSum: 446, ratingCount: 100 }).where(eq(restaurants.id, one.node.id));
    const [shown] = (await menu.graphql(list, { filters: { minRating: 4.5 } })).data.restaurants.edges.filter(
      (edge: { node: { id: string } }) => edge.node.id === one.node.id,
    );
    expect(shown?.node.rating).toBe(4.5);
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

test.each([
  [1e300, newId("rev")],
  [0, newId("rst")],
  [-1, newId("rev")],
])("a cursor of %j is refused, not stumbled over", async (...parts) => {
  const ask = `query($id: ID!, $after: String) { restaurant(id: $id) { reviews(after: $after) { edges { cursor } } } }`;
  const after = Buffer.from(JSON.stringify(parts)).toString("base64url");
  const answer = await menu.graphql(ask, { id: rst(0), after });
  expect(answer.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
});

test("a restaurant's reviews come newest first, page by page, without their authors", async () => {
  const ask = `query($id: ID!, $first: Int!, $after: String) { restaurant(id: $id) { reviewCount
    reviews(first: $first, after: $after) { edges { node { id createdAt author { id } } } pageInfo { hasNextPage endCursor } } } }`;
  type Edge = { node: { id: string; createdAt: string; author: null } };
  const whole = (await menu.graphql(ask, { id: rst(0), first: 100 })).data.restaurant;
  const edges: Edge[] = whole.reviews.edges;
  expect(edges).toHaveLength(whole.reviewCount);
  expect(edges.length).toBeGreaterThan(1);
  expect(edges.every((edge) => edge.node.author === null)).toBe(true);
  const times = edges.map((edge) => edge.node.createdAt);
  expect(times).toEqual(times.toSorted().toReversed());
  const walked: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const { data }: Awaited<ReturnType<typeof menu.graphql>> = await menu.graphql(ask, { id: rst(0), first: 1, after });
    walked.push(...data.restaurant.reviews.edges.map((edge: Edge) => edge.node.id));
    more = data.restaurant.reviews.pageInfo.hasNextPage;
    after = data.restaurant.reviews.pageInfo.endCursor;
  }
  expect(walked).toEqual(edges.map((edge) => edge.node.id));
});
