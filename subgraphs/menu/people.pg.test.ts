import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { testNow, testSubgraph, userCaller } from "../../kit/testing/subgraph.ts";
import { demoId, demoUserId } from "../../demo/world/world.ts";
import { demoOrder } from "../../demo/world/orders.ts";
import { seed } from "./db/seed.ts";
import { completedOrders, restaurants } from "./db/tables.ts";
import { env } from "./env.ts";
import { start } from "./main.ts";

let menu: Awaited<ReturnType<typeof testSubgraph>>;

beforeAll(async () => {
  menu = await testSubgraph("menu", { start, env });
  await seed(menu.db, "test", testNow);
  await seed(menu.db, "test", testNow);
});
afterAll(() => menu.stop());

const admin = userCaller(demoUserId.admin(), "admin");
const users = { kind: "service", service: "users" } as const;
const rst = (n: number) => demoId("rst", n);

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

  test("reviews of many orders at once: the rating is exact", async () => {
    const restaurantId = rst(3);
    const told = Array.from({ length: 20 }, (_, n) => ({
      orderId: newId("ord"),
      customerId: newId("usr"),
      rating: 1 + (n % 5),
    }));
    const rating = async () =>
      (await menu.graphql(`query($id: ID!) { restaurant(id: $id) { rating reviewCount } }`, { id: restaurantId })).data
        .restaurant;
    const sumOf = async () => {
      const [row] = await menu.db.select().from(restaurants).where(eq(restaurants.id, restaurantId));
      return row?.ratingSum ?? 0;
    };
    const [before, sumBefore] = [await rating(), await sumOf()];
    await menu.db
      .insert(completedOrders)
      .values(told.map(({ orderId, customerId }) => ({ orderId, customerId, restaurantId, completedAt: testNow })));
    await Promise.all(
      told.map(({ orderId, rating: stars, customerId }) =>
        menu.graphql(review, { input: { orderId, rating: stars } }, userCaller(customerId, "customer")),
      ),
    );
    const after = await rating();
    expect(after.reviewCount).toBe(before.reviewCount + 20);
    expect(await sumOf()).toBe(sumBefore + 60);
    expect(after.rating).toBeCloseTo((sumBefore + 60) / after.reviewCount, 1);
    expect(String(after.rating)).toMatch(/^\d(\.\d)?$/);
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
