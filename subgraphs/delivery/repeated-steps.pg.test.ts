/** A step that the courier takes again, with the same input, changes nothing and succeeds. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import {
  acceptOrder,
  assigned,
  deliveryHarness,
  mutate,
  newOrder,
  nextBatch,
  offersOf,
  onlineCourier,
  orderEvent,
  pickupCode,
  type Harness,
} from "./testing/story.ts";

let harness: Harness;
beforeEach(async () => void (harness = await deliveryHarness()));
afterEach(() => harness.stop());

const support = userCaller(newId("usr"), "support");

async function traces(deliveryId: string) {
  const query = `query ($id: ID!) { delivery(id: $id) { state history { state at } deliveredAt pickedUpAt } }`;
  const { delivery } = (await harness.graphql(query, { id: deliveryId }, support)).data;
  return { delivery, published: (await harness.outbox()).map(({ id }) => id) };
}

type Caller = Parameters<typeof mutate>[1];

/** Takes the step twice, with a pause between; then as a stranger and with another input. */
async function repeat(
  caller: Caller,
  name: string,
  input: Record<string, unknown> & { deliveryId: string },
  other?: object,
) {
  const fields = `... on ${name[0]?.toUpperCase()}${name.slice(1)}Success { delivery { id state } }`;
  const first = await mutate(harness, caller, name, input, fields);
  expect(first.__typename).toMatch(/Success$/);
  const before = await traces(input.deliveryId);
  harness.clock.advance(1_000);
  expect(await mutate(harness, caller, name, input, fields)).toEqual(first);
  const stranger = userCaller(newId("usr"), "courier");
  expect((await mutate(harness, stranger, name, input)).__typename).toBe("NotFoundError");
  if (other)
    expect((await mutate(harness, caller, name, { ...input, ...other })).__typename).toBe("WrongDeliveryStateError");
  expect(await traces(input.deliveryId)).toEqual(before);
}

test("from the restaurant to the customer's door", async () => {
  const { order, courier, deliveryId } = await assigned(harness);
  await repeat(courier.caller, "arriveAtPickup", { deliveryId });
  await orderEvent(harness, order, "preparing");
  const code = await pickupCode(harness, order, deliveryId);
  await repeat(courier.caller, "pickUp", { deliveryId, code }, { code: code === "0000" ? "0001" : "0000" });
  await repeat(courier.caller, "arriveAtDropoff", { deliveryId });
  const proof = { note: "At the door.", photoUrl: "https://photos.test/1.jpg" };
  await repeat(courier.caller, "deliver", { deliveryId, proof }, { proof: { ...proof, note: "Elsewhere." } });
  const early = await mutate(harness, courier.caller, "arriveAtPickup", { deliveryId });
  expect(early.__typename).toBe("WrongDeliveryStateError");
});

test("a failure and the way back", async () => {
  const { order, courier, deliveryId } = await assigned(harness);
  await mutate(harness, courier.caller, "arriveAtPickup", { deliveryId });
  await orderEvent(harness, order, "preparing");
  const code = await pickupCode(harness, order, deliveryId);
  await mutate(harness, courier.caller, "pickUp", { deliveryId, code });
  const reason = { reason: "CUSTOMER_UNREACHABLE" };
  await repeat(courier.caller, "failDelivery", { deliveryId, ...reason }, { reason: "FOOD_DAMAGED" });
  await repeat(courier.caller, "returnDelivery", { deliveryId });
  const bySupport = await mutate(harness, support, "returnDelivery", { deliveryId });
  expect(bySupport.__typename).toBe("WrongDeliveryStateError");
});

test("the answer to an offer, yes or no, and never the other one afterwards", async () => {
  const courier = await onlineCourier(harness);
  const fields =
    "... on RespondToOfferSuccess { offer { id state } delivery { id state } } ... on OfferClosedError { state }";
  const answer = (offerId: string, accept: boolean) =>
    mutate(harness, courier.caller, "respondToOffer", { offerId, accept }, fields);
  for (const accept of [false, true]) {
    await acceptOrder(harness, await newOrder(harness));
    await nextBatch(harness);
    const [offerId = ""] = await offersOf(harness, courier);
    const first = await answer(offerId, accept);
    expect(first).toMatchObject({ offer: { state: accept ? "ACCEPTED" : "DECLINED" } });
    const published = (await harness.outbox()).length;
    expect(await answer(offerId, accept)).toEqual(first);
    expect(await answer(offerId, !accept)).toMatchObject({ state: accept ? "ACCEPTED" : "DECLINED" });
    const stranger = await onlineCourier(harness, { latitude: 10, longitude: 10 });
    const foreign = await mutate(harness, stranger.caller, "respondToOffer", { offerId, accept }, fields);
    expect(foreign.__typename).toBe("NotFoundError");
    // The stranger's own beginning is told; nothing else is.
    expect((await harness.outbox()).length).toBe(published + 1);
  }
});
