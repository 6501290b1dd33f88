/** Who may make, see, change and end which promotion. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { startOrders, type Orders } from "./testing/harness.ts";
import { admin, edit, orderWith, over, promised, seen, somebody } from "./testing/promotions.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders()));
afterAll(() => orders.stop());

const terms = { kind: "PERCENT", percentBps: 1000 };
const window = { from: "2026-01-01T00:00", timeZone: "Asia/Jakarta" };
const create = (change: object = {}, caller = orders.callers.owner) => {
  const input = { restaurantId: orders.restaurantId, name: "Lunch", currency: "IDR", terms, window, ...change };
  return edit(orders, "createRestaurantPromotion", input, caller);
};

test("an owner's promotion is borne by the restaurant; staff, strangers and admins make none there", async () => {
  const made = await create({ code: "lunch-1", limitTotal: 9 });
  expect(made.promotion).toMatchObject({ code: "LUNCH1", funding: "RESTAURANT", limitTotal: 9, redeemed: 0 });
  const staff = userCaller(newId("usr"), "customer");
  await orders.emit("membership.changed.v1", newId("mem"), {
    membershipId: newId("mem"),
    userId: (staff as { userId: string }).userId,
    restaurantId: orders.restaurantId,
    role: "STAFF",
  });
  for (const caller of [staff, orders.callers.stranger, orders.callers.support, admin])
    expect((await create({}, caller)).__typename).toBe("NotFoundError");
  expect((await create({ restaurantId: newId("rst") })).__typename).toBe("NotFoundError");
  expect((await create({ code: "LUNCH 1" })).__typename).toBe("PromotionCodeTakenError");
  await over(orders, made.promotion);
});

test("only administrators promise for the platform, and nobody shares what is for everywhere", async () => {
  const input = { name: "All", currency: "IDR", terms, window };
  for (const caller of [orders.callers.owner, orders.callers.support]) {
    const answer = await edit(orders, "createPlatformPromotion", input, caller);
    expect(answer.errors[0].extensions.code).toBe("FORBIDDEN");
  }
  const shared = await edit(orders, "createPlatformPromotion", { ...input, restaurantShareBps: 1 }, admin);
  expect(shared).toMatchObject({ __typename: "InvalidInputError", field: "input.restaurantShareBps" });
});

test.each([
  ["no name", { name: " " }, "input.name"],
  ["a short code", { code: "a-b" }, "input.code"],
  ["an impossible share", { terms: { kind: "PERCENT", percentBps: 10_001 } }, "input.terms.percentBps"],
  ["dishes that are none", { terms: { ...terms, kind: "ITEM", itemIds: ["x"] } }, "input.terms.itemIds[0]"],
  ["no time", { window: { ...window, from: "now" } }, "input.window.from"],
  ["no place", { window: { ...window, timeZone: "Nowhere" } }, "input.window.timeZone"],
  ["a limit of none", { limitPerUser: 0 }, "input.limitPerUser"],
])("a promotion is refused for %s", async (_, change, field) => {
  expect(await create(change)).toMatchObject({ __typename: "InvalidInputError", field });
});

test("its people change limits and end; another's promotion does not exist for them", async () => {
  const { promotion } = await create({ limitTotal: 3 });
  const change = (more: object, caller = orders.callers.owner) =>
    edit(orders, "updatePromotion", { promotionId: promotion.id, ...more }, caller);
  expect((await change({ name: "Mine" }, orders.callers.stranger)).__typename).toBe("NotFoundError");
  expect((await change({ limitTotal: null, until: "2026-12-31T00:00" })).promotion).toMatchObject({
    name: "Lunch",
    limitTotal: null,
    endsAt: "2026-12-30T17:00:00.000Z",
  });
  expect((await change({ active: false })).promotion).toMatchObject({ active: false, name: "Lunch" });
  expect((await change({ terms: { kind: "FIXED", amountMinor: 5 } })).promotion).toMatchObject({
    kind: "FIXED",
    percentBps: null,
    amount: { amount: 5 },
    funding: "RESTAURANT",
  });
  const end = (caller = orders.callers.owner) => edit(orders, "endPromotion", { promotionId: promotion.id }, caller);
  expect((await end(orders.callers.stranger)).__typename).toBe("NotFoundError");
  const { endedAt } = (await end()).promotion;
  orders.clock.advance(1_000);
  expect((await end()).promotion.endedAt).toBe(endedAt);
  expect((await change({ active: true })).__typename).toBe("PromotionFixedError");
  const ofPlatform = await promised(orders, { restaurantId: orders.restaurantId, restaurantShareBps: 5000 });
  const answer = await edit(orders, "endPromotion", { promotionId: ofPlatform.id }, orders.callers.owner);
  expect(answer.__typename).toBe("NotFoundError");
  await over(orders, ofPlatform);
});

test("once redeemed, what it takes off is fixed, also when that was given back; limits stay above what is redeemed", async () => {
  const { promotion } = await create({ code: "FIXED" });
  await orderWith(orders, somebody(), { promotionCode: "FIXED" });
  await orderWith(orders, somebody(), { promotionCode: "FIXED" });
  const change = (more: object) =>
    edit(orders, "updatePromotion", { promotionId: promotion.id, ...more }, orders.callers.owner);
  expect((await change({ terms: { ...terms, percentBps: 1 } })).__typename).toBe("PromotionFixedError");
  expect(await change({ limitTotal: 1 })).toMatchObject({ __typename: "InvalidInputError", field: "input.limitTotal" });
  expect((await change({ limitTotal: 2 })).promotion).toMatchObject({ limitTotal: 2, redeemed: 2 });
  orders.clock.advance(10 * 60_000);
  await orders.runTimers();
  expect(await seen(orders, promotion.id)).toMatchObject({ redeemed: 0 });
  expect((await change({ terms: { ...terms, percentBps: 1 } })).__typename).toBe("PromotionFixedError");
  await over(orders, promotion);
});

test("everybody sees what applies by itself, without counts; codes and counts are its people's", async () => {
  const coded = (await create({ code: "SECRET", name: "Coded" })).promotion;
  const open = (await create({ name: "Open", limitTotal: 5 })).promotion;
  const pausedOne = (await create({ name: "Paused" })).promotion;
  await edit(orders, "updatePromotion", { promotionId: pausedOne.id, active: false }, orders.callers.owner);
  const ask = (caller: Orders["callers"]["customer"]) =>
    orders.graphql(
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Restaurant { promotions { name limitTotal redeemed }
        allPromotions(first: 2) { edges { node { name code redeemed } } pageInfo { hasNextPage } } } } }`,
      { of: [{ __typename: "Restaurant", id: orders.restaurantId }] },
      caller,
    );
  const [stranger] = (await ask(orders.callers.stranger)).data?._entities ?? [];
  expect(stranger).toEqual({ promotions: [{ name: "Open", limitTotal: null, redeemed: null }], allPromotions: null });
  const [owner] = (await ask(orders.callers.owner)).data?._entities ?? [];
  expect(owner.promotions).toEqual([{ name: "Open", limitTotal: 5, redeemed: 0 }]);
  expect(owner.allPromotions.edges).toHaveLength(2);
  expect(owner.allPromotions.pageInfo.hasNextPage).toBe(true);
  expect(await seen(orders, coded.id, orders.callers.stranger)).toBeNull();
  expect(await seen(orders, coded.id, orders.callers.owner)).toMatchObject({ code: "SECRET" });
  expect(await seen(orders, open.id, orders.callers.stranger)).toMatchObject({ name: "Open", funding: null });
  expect(await seen(orders, pausedOne.id, orders.callers.stranger)).toBeNull();
  const list = await orders.graphql(`{ promotions(first: 1) { edges { node { id } } } }`, {}, orders.callers.owner);
  expect(list.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  for (const one of [coded, open, pausedOne]) await over(orders, one);
});
