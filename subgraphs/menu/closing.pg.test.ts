/** A restaurant leaves for good: who may close it, what it becomes, and that nothing brings it back. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { testNow, testSubgraph, userCaller } from "../../kit/testing/subgraph.ts";
import { demoId, demoUserId } from "../../demo/world/world.ts";
import { seed } from "./db/seed.ts";
import { env } from "./env.ts";
import { start } from "./main.ts";

let menu: Awaited<ReturnType<typeof testSubgraph>>;
beforeAll(async () => {
  menu = await testSubgraph("menu", { start, env });
  await seed(menu.db, "test", testNow);
});
afterAll(() => menu.stop());

const owner = (restaurant: number) => userCaller(demoUserId.owner(restaurant), "customer");
const admin = userCaller(demoUserId.admin(), "admin");

const mutate = async (name: string, input: object, caller: ReturnType<typeof userCaller>) => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const query = `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename
    ... on ${type}Success { restaurant { id status isOpen } } ... on UserError { message } } }`;
  return (await menu.graphql(query, { input }, caller)).data?.[name];
};
const close = (restaurantId: string, caller: ReturnType<typeof userCaller>, reason = "Moving away") =>
  mutate("closeRestaurantPermanently", { restaurantId, reason }, caller);
const published = async (id: string) => (await menu.outbox()).filter((event) => event.aggregateId === id);

test("its owner closes it once and for all; it is listed no more, and still there to be read", async () => {
  const id = demoId("rst", 0);
  const closed = {
    __typename: "CloseRestaurantPermanentlySuccess",
    restaurant: { id, status: "PERMANENTLY_CLOSED", isOpen: false },
  };
  expect(await close(id, owner(0))).toEqual(closed);
  expect(await close(id, owner(0))).toEqual(closed);
  expect((await published(id)).map(({ type, data }) => [type, (data as { status: string }).status])).toEqual([
    ["restaurant.changed.v1", "PERMANENTLY_CLOSED"],
  ]);
  const audits = (await menu.outbox()).filter(({ type }) => type === "audit.recorded.v1");
  expect(audits.map(({ data }) => data)).toMatchObject([
    {
      action: "menu.restaurant.closed-permanently",
      subjectId: id,
      actorId: demoUserId.owner(0),
      detail: { reason: "Moving away" },
    },
  ]);
  const list = await menu.graphql("{ restaurants(first: 100) { edges { node { id } } } }");
  expect(list.data.restaurants.edges.map(({ node }: { node: { id: string } }) => node.id)).not.toContain(id);
  const read = await menu.graphql("query ($id: ID!) { restaurant(id: $id) { status menu { items { id } } } }", { id });
  expect(read.data.restaurant.status).toBe("PERMANENTLY_CLOSED");
});

test("to strangers, staff and support it is not there", async () => {
  const restaurantId = demoId("rst", 4);
  const staff = newId("usr");
  const membershipId = newId("mem");
  const data = { membershipId, userId: staff, restaurantId, role: "STAFF" };
  await menu.deliver({ type: "membership.changed.v1", source: "users", aggregateId: membershipId, data });
  const support = userCaller(demoUserId.support(), "support");
  for (const caller of [owner(0), userCaller(staff, "customer"), support])
    expect((await close(restaurantId, caller)).__typename).toBe("NotFoundError");
  expect(await published(restaurantId)).toEqual([]);
});

test("nothing brings it back", async () => {
  const restaurantId = demoId("rst", 1);
  await close(restaurantId, admin);
  for (const [name, input] of [
    ["suspendRestaurant", { restaurantId, reason: "No permit" }],
    ["reinstateRestaurant", { restaurantId }],
  ] as const)
    expect((await mutate(name, input, admin)).__typename).toBe("RestaurantPermanentlyClosedError");
  expect(await published(restaurantId)).toHaveLength(1);
});

test("a suspended one may leave; a reason is asked for; an unknown one is not there", async () => {
  const restaurantId = demoId("rst", 2);
  await mutate("suspendRestaurant", { restaurantId, reason: "No permit" }, admin);
  expect((await close(restaurantId, owner(2), "x")).__typename).toBe("InvalidInputError");
  expect((await close(restaurantId, owner(2))).__typename).toBe("CloseRestaurantPermanentlySuccess");
  expect((await close(newId("rst"), admin)).__typename).toBe("NotFoundError");
});

test("a suspension and a closing at once leave it closed", async () => {
  const restaurantId = demoId("rst", 3);
  await Promise.all([
    mutate("suspendRestaurant", { restaurantId, reason: "No permit" }, admin),
    close(restaurantId, owner(3)),
    mutate("reinstateRestaurant", { restaurantId }, admin),
  ]);
  const read = await menu.graphql("query ($id: ID!) { restaurant(id: $id) { status } }", { id: restaurantId });
  expect(read.data.restaurant.status).toBe("PERMANENTLY_CLOSED");
});
