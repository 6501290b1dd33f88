/** What delivery tells of a courier's work when it is taken from them: payments pays them by it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import {
  assigned,
  deliveryHarness,
  mutate,
  onlineCourier,
  orderEvent,
  pickupCode,
  type Harness,
} from "./testing/story.ts";

let harness: Harness;
beforeEach(async () => void (harness = await deliveryHarness()));
afterEach(() => harness.stop());

const payMinor = 880_000;
const support = userCaller(newId("usr"), "support");

type Held = Awaited<ReturnType<typeof assigned>>;

/** The data of the delivery's events of this type. */
const told = async ({ deliveryId }: Held, type: string) =>
  (await harness.outbox())
    .filter((event) => event.type === type && event.aggregateId === deliveryId)
    .map((e) => e.data);

const arrive = ({ courier, deliveryId }: Held) => mutate(harness, courier.caller, "arriveAtPickup", { deliveryId });
const cancel = ({ order }: Held) =>
  orderEvent(harness, order, "cancelling", { reason: "SUPPORT_CANCELLED", feeMinor: 0 });

/** A delivery that its courier carries. */
async function carried(): Promise<Held> {
  const held = await assigned(harness);
  await orderEvent(harness, held.order, "ready");
  await arrive(held);
  const { order, courier, deliveryId } = held;
  const code = await pickupCode(harness, order, deliveryId);
  await mutate(harness, courier.caller, "pickUp", { deliveryId, code });
  return held;
}
const fail = ({ courier, deliveryId }: Held) =>
  mutate(harness, courier.caller, "failDelivery", { deliveryId, reason: "CUSTOMER_UNREACHABLE" });

describe("an order that is called off", () => {
  test("tells who held its delivery, how far they were and the whole pay, once", async () => {
    const held = await assigned(harness);
    await cancel(held);
    await cancel(held);
    const [first, second] = await told(held, "delivery.cancelled.v1");
    expect(first).toMatchObject({ courierId: held.courier.id, stage: "ASSIGNED", courierPayMinor: payMinor });
    expect(second).toEqual({ deliveryId: held.deliveryId, orderId: held.order.orderId });
  });

  test("at the restaurant, says so", async () => {
    const there = await assigned(harness);
    await arrive(there);
    await cancel(there);
    expect(await told(there, "delivery.cancelled.v1")).toMatchObject([
      { courierId: there.courier.id, stage: "AT_PICKUP", courierPayMinor: payMinor },
    ]);
  });

  test("names nobody where nobody held it", async () => {
    const held = await assigned(harness);
    const { deliveryId, courier } = held;
    await mutate(harness, courier.caller, "handBackDelivery", { deliveryId, reason: "OTHER" });
    await cancel(held);
    expect(await told(held, "delivery.cancelled.v1")).toEqual([{ deliveryId, orderId: held.order.orderId }]);
  });

  test("too late, is refused with who carries it", async () => {
    const held = await carried();
    await cancel(held);
    const carrier = { courierId: held.courier.id, courierPayMinor: payMinor };
    expect(await told(held, "delivery.picked-up.v1")).toMatchObject([carrier]);
    expect(await told(held, "delivery.withdrawal-refused.v1")).toMatchObject([carrier]);
    await fail(held);
    expect(await told(held, "delivery.failed.v1")).toMatchObject([{ ...carrier, reason: "CUSTOMER_UNREACHABLE" }]);
  });
});

describe("a courier who is replaced", () => {
  test.each([
    ["VEHICLE_TROUBLE", 0, true],
    ["OTHER", 0, true],
    ["RESTAURANT_CLOSED", 0, false],
    ["EMERGENCY", 0, false],
    ["KITCHEN_TOO_SLOW", 599_999, true],
    ["KITCHEN_TOO_SLOW", 600_000, false],
  ] as const)("by handing back for %s after %i ms at the restaurant: own fault %s", async (reason, waitMs, atFault) => {
    const held = await assigned(harness);
    await arrive(held);
    harness.clock.advance(waitMs);
    const { courier, deliveryId } = held;
    await mutate(harness, courier.caller, "handBackDelivery", { deliveryId, reason });
    expect(await told(held, "delivery.unassigned.v1")).toEqual([
      {
        deliveryId,
        orderId: held.order.orderId,
        courierId: courier.id,
        stage: "AT_PICKUP",
        courierPayMinor: payMinor,
        atFault,
      },
    ]);
  });

  test("who never reached a restaurant that is too slow is at fault, and so is one who waited at another time", async () => {
    const held = await assigned(harness);
    harness.clock.advance(60_000);
    const { courier, deliveryId } = held;
    await mutate(harness, courier.caller, "handBackDelivery", { deliveryId, reason: "KITCHEN_TOO_SLOW" });
    expect(await told(held, "delivery.unassigned.v1")).toMatchObject([{ stage: "ASSIGNED", atFault: true }]);
  });

  test.each([
    ["by support", {}, false],
    ["by support, to blame", { courierAtFault: true }, true],
  ])("%s", async (_, more, atFault) => {
    const held = await assigned(harness);
    const { deliveryId, courier } = held;
    const other = await onlineCourier(harness);
    await mutate(harness, support, "reassignDelivery", { deliveryId, courierId: other.id, ...more });
    const [unassigned] = await told(held, "delivery.unassigned.v1");
    expect(unassigned).toMatchObject({ courierId: courier.id, stage: "ASSIGNED", atFault });
    expect(await told(held, "delivery.assigned.v1")).toMatchObject([
      { courierId: courier.id },
      { courierId: other.id },
    ]);
  });

  test("by falling silent is at fault", async () => {
    const held = await assigned(harness);
    harness.clock.advance(2 * 60_000);
    await harness.runTimers();
    expect(await told(held, "delivery.unassigned.v1")).toMatchObject([{ courierId: held.courier.id, atFault: true }]);
  });
});

describe("food that could not be handed over", () => {
  const request = ({ deliveryId }: Held, caller = support) =>
    mutate(
      harness,
      caller,
      "requestReturn",
      { deliveryId },
      "... on RequestReturnSuccess { delivery { state returnRequestedAt } } ... on WrongDeliveryStateError { state }",
    );
  const bringBack = ({ deliveryId }: Held, caller: typeof support) =>
    mutate(harness, caller, "returnDelivery", { deliveryId });

  test("comes back on support's request, which its courier sees and which can be repeated", async () => {
    const held = await carried();
    expect(await request(held)).toMatchObject({ __typename: "WrongDeliveryStateError", state: "PICKED_UP" });
    await fail(held);
    const { delivery } = await request(held);
    expect(delivery).toMatchObject({ state: "FAILED", returnRequestedAt: expect.any(String) });
    harness.clock.advance(60_000);
    expect((await request(held)).delivery).toEqual(delivery);
    const query = "query ($id: ID!) { delivery(id: $id) { returnRequestedAt } }";
    const seen = async (caller: typeof support) =>
      (await harness.graphql(query, { id: held.deliveryId }, caller)).data?.delivery?.returnRequestedAt;
    expect(await seen(held.courier.caller)).toBe(delivery.returnRequestedAt);
    expect(await seen(held.order.customer)).toBeNull();
    await bringBack(held, held.courier.caller);
    expect(await told(held, "delivery.returned.v1")).toMatchObject([
      { courierId: held.courier.id, courierPayMinor: payMinor, askedBySupport: true },
    ]);
    const audits = (await harness.outbox()).filter((event) => event.type === "audit.recorded.v1");
    const mine = audits.filter(({ data }) => (data as { subjectId: string }).subjectId === held.deliveryId);
    expect(mine.map(({ data }) => (data as { action: string }).action)).toEqual(["delivery.request-return"]);
  });

  test.each([
    ["its courier unasked", false],
    ["support itself", true],
  ])("comes back as %s notes it", async (_, asked) => {
    const held = await carried();
    await fail(held);
    await bringBack(held, asked ? support : held.courier.caller);
    expect(await told(held, "delivery.returned.v1")).toMatchObject([{ askedBySupport: asked }]);
  });

  test("is asked for by nobody but support", async () => {
    const held = await carried();
    await fail(held);
    await expect(request(held, held.courier.caller)).rejects.toThrow(/FORBIDDEN/);
    expect((await request({ ...held, deliveryId: newId("dlv") })).__typename).toBe("NotFoundError");
    expect((await request({ ...held, deliveryId: "nonsense" })).__typename).toBe("NotFoundError");
  });

  test("is given up with its order: the failure names the courier and the pay", async () => {
    const held = await carried();
    await orderEvent(harness, held.order, "delivery-failed", { fault: "NOBODY" });
    expect(await told(held, "delivery.failed.v1")).toMatchObject([
      { courierId: held.courier.id, courierPayMinor: payMinor, reason: "GIVEN_UP" },
    ]);
  });
});
