import { afterAll, beforeAll, expect, test } from "vitest";
import {
  cooking,
  deliveryOf,
  mutate,
  paymentOf,
  placed,
  published,
  see,
  startOrders,
  type Orders,
} from "./testing/harness.ts";

let orders: Orders;
beforeAll(async () => void (orders = await startOrders()));
afterAll(() => orders.stop());

async function pass(minutes: number) {
  orders.clock.advance(minutes * 60_000);
  await orders.runTimers();
}

const attentionOf = async (id: string) => (await see(orders, id)).attention;

async function search(filter: object): Promise<string[]> {
  const query = `query ($filter: OrderSearchInput!) { searchOrders(filter: $filter) { edges { node { id } } } }`;
  const answer = await orders.graphql(query, { filter }, orders.callers.support);
  return answer.data.searchOrders.edges.map((edge: { node: { id: string } }) => edge.node.id);
}

const queue = async (late: boolean) => {
  const query = `query ($id: ID!, $late: Boolean) { _entities(representations: [{ __typename: "Restaurant", id: $id }]) {
    ... on Restaurant { orderQueue(late: $late) { edges { node { id lateSince } } } } } }`;
  const answer = await orders.graphql(query, { id: orders.restaurantId, late }, orders.callers.owner);
  return answer.data._entities[0].orderQueue.edges.map((edge: { node: object }) => edge.node);
};

test.each(["ACCEPTED", "PREPARING"] as const)(
  "a kitchen past its promise is late while %s, once, and seen",
  async (until) => {
    const { id, handle } = await cooking(orders, until);
    const { readyAt } = await see(orders, id);
    await pass(19);
    expect(await see(orders, id)).toMatchObject({ lateSince: null, attention: [] });
    await pass(1);
    expect(await see(orders, id)).toMatchObject({ lateSince: readyAt, attention: ["LATE"] });
    expect((await see(orders, id, orders.callers.owner)).lateSince).toBe(readyAt);
    expect((await see(orders, id, orders.callers.owner)).attention).toBeNull();
    expect(await queue(true)).toEqual([{ id, lateSince: readyAt }]);
    const late = (await orders.outbox()).filter((event) => event.aggregateId === id && event.type === "order.late.v1");
    expect(late.map((event) => event.data)).toMatchObject([{ orderId: id, readyAt }]);
    await pass(60);
    expect((await published(orders, id)).filter((type) => type === "order.late.v1")).toHaveLength(1);
    if (until === "ACCEPTED") await handle("startPreparing");
    await handle("markReady");
    // It was late, and that stays known; support has nothing to do any more.
    expect(await see(orders, id)).toMatchObject({ lateSince: readyAt, attention: [] });
    await mutate(
      orders,
      "cancelOrderForFault",
      { orderId: id, fault: "PLATFORM", reason: "test over" },
      orders.callers.support,
    );
  },
);

test("a kitchen that is ready in time is never late", async () => {
  const { id } = await cooking(orders, "READY");
  await pass(15);
  expect((await see(orders, id)).lateSince).toBeNull();
  expect(await published(orders, id)).not.toContain("order.late.v1");
});

test("a ready order without a courier comes to support's attention, until one takes it", async () => {
  const { id, delivery } = await cooking(orders, "READY");
  await pass(20);
  expect(await attentionOf(id)).toEqual(["NO_COURIER"]);
  expect((await see(orders, id, orders.callers.customer)).attention).toBeNull();
  expect(await search({ needsAttention: true })).toContain(id);
  expect(await search({ attention: ["NO_COURIER", "LATE"] })).toContain(id);
  expect(await search({ attention: ["LATE"] })).not.toContain(id);
  await delivery.assigned();
  expect(await attentionOf(id)).toEqual([]);
  expect(await search({ needsAttention: true })).not.toContain(id);
});

test("a courier who does not fetch it is another matter than none", async () => {
  const { id, delivery } = await cooking(orders, "READY");
  await delivery.assigned();
  await pass(20);
  expect(await attentionOf(id)).toEqual(["NOT_COLLECTED"]);
  await delivery.pickedUp();
  expect(await attentionOf(id)).toEqual([]);
});

test("a courier who took it late has as long to fetch it as anybody", async () => {
  const { id, delivery } = await cooking(orders, "READY");
  await pass(20);
  await delivery.assigned();
  await pass(19);
  expect(await attentionOf(id)).toEqual([]);
  await pass(1);
  expect(await attentionOf(id)).toEqual(["NOT_COLLECTED"]);
});

test("a pickup order that nobody fetches comes to support's attention an hour after it is promised and ready", async () => {
  const early = await cooking(orders, "READY", { fulfilment: "PICKUP", addressId: null });
  // Promised in 15 minutes, and ready at once.
  await pass(74);
  expect(await attentionOf(early.id)).toEqual([]);
  await pass(1);
  expect(await attentionOf(early.id)).toEqual(["NOT_COLLECTED"]);
  const late = await cooking(orders, "PREPARING", { fulfilment: "PICKUP", addressId: null });
  await pass(30);
  await late.handle("markReady");
  await pass(59);
  expect(await attentionOf(late.id)).toEqual([]);
  await pass(1);
  expect(await attentionOf(late.id)).toEqual(["NOT_COLLECTED"]);
});

test("food that is on its way for long comes to support's attention, until it arrives", async () => {
  const { id, delivery } = await cooking(orders, "READY");
  await delivery.pickedUp();
  await pass(59);
  expect(await attentionOf(id)).toEqual([]);
  await pass(1);
  expect(await attentionOf(id)).toEqual(["NOT_DELIVERED"]);
  await delivery.delivered();
  expect(await attentionOf(id)).toEqual([]);
});

test("delivery's call for support is seen beside a late kitchen, and neither hides the other", async () => {
  const { id, delivery } = await cooking(orders, "PREPARING");
  await delivery.supportNeeded();
  await pass(20);
  expect((await attentionOf(id)).toSorted()).toEqual(["LATE", "NO_COURIER"]);
  await delivery.assigned();
  expect(await attentionOf(id)).toEqual(["LATE"]);
});

test("a call for support that comes when the order has ended changes nothing", async () => {
  const id = await placed(orders);
  await paymentOf(orders, id).failed();
  await deliveryOf(orders, id).supportNeeded();
  expect(await attentionOf(id)).toEqual([]);
  expect(await search({ needsAttention: true })).not.toContain(id);
});

test("a cancellation that does not end comes to support's attention, until it does", async () => {
  const { id, payment, delivery } = await cooking(orders, "ACCEPTED");
  const input = { orderId: id, maxFeeMinor: 100_000_000 };
  await mutate(orders, "cancelOrder", input, orders.callers.customer);
  await delivery.cancelled();
  await pass(15);
  expect(await attentionOf(id)).toEqual(["CANCELLATION_STUCK"]);
  await payment.refunded({ full: false, cause: "CANCELLATION" });
  expect(await see(orders, id)).toMatchObject({ state: "CANCELLED", attention: [] });
});
