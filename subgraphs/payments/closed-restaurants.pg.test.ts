/** A restaurant leaves: nothing is paid out until two weeks after its last order, then all of it, however little. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { earned, startPayouts, type Payee, type Payouts } from "./testing/payouts.ts";

const day = 86_400_000;
let rig: Payouts;
beforeAll(async () => void (rig = await startPayouts({ settings: { PAYOUT_MINIMUM_MINOR: "IDR=1000000" } })));
afterAll(() => rig.stop());

const place = { currency: "IDR", latitude: -6.2, longitude: 106.8 };
const leaves = ({ id: restaurantId }: Payee, status = "PERMANENTLY_CLOSED") =>
  rig.deliver({
    type: "restaurant.changed.v1",
    source: "menu",
    aggregateId: restaurantId,
    data: { restaurantId, status, ...place },
  });
const inDays = (count: number) => new Date(rig.clock.now().getTime() + count * day).toISOString();
const paid = async (payee: Payee) =>
  rig.until(async () => expect((await rig.payouts(payee))[0]).toMatchObject({ kind: "FINAL", state: "PAID" }));

test("what is left is paid out after 14 days, below the minimum and for nothing; nothing before", async () => {
  const payee = await rig.restaurant();
  await rig.earn(payee);
  await leaves(payee);
  const due = inDays(14);
  expect(await rig.account(payee)).toMatchObject({
    status: "CLOSING",
    reason: "restaurant_closed",
    nextPayoutAt: due,
    finalPayoutAt: due,
  });
  expect(await rig.instant(payee)).toMatchObject({ __typename: "PayoutAccountNotActiveError", status: "CLOSING" });
  for (let passed = 0; passed < 13; passed += 1) await rig.days(1);
  expect(await rig.payouts(payee)).toEqual([]);
  await rig.days(1);
  await paid(payee);
  expect((await rig.payouts(payee))[0]).toMatchObject({
    amount: { amount: earned.restaurant },
    fee: { amount: 0 },
  });
  expect(await rig.account(payee)).toMatchObject({ status: "ACTIVE", balance: { amount: 0 } });
});

test("an order in hand is finished, and moves the last payout on; the event again does not", async () => {
  const payee = await rig.restaurant();
  await rig.earn(payee);
  const inHand = await rig.sold(payee);
  await leaves(payee);
  await rig.days(2);
  await rig.complete(inHand, (await rig.courier()).id);
  const due = inDays(14);
  expect((await rig.account(payee)).finalPayoutAt).toBe(due);
  await rig.days(3);
  await leaves(payee);
  expect((await rig.account(payee)).finalPayoutAt).toBe(due);
  for (let passed = 0; passed < 11; passed += 1) await rig.days(1);
  await paid(payee);
  expect((await rig.provider(payee)).paid).toBe(2 * earned.restaurant);
});

test("the first earnings may come after the restaurant has left", async () => {
  const payee = await rig.restaurant();
  const inHand = await rig.sold(payee);
  await leaves(payee);
  await rig.complete(inHand, (await rig.courier()).id);
  expect(await rig.account(payee)).toMatchObject({ finalPayoutAt: inDays(14) });
});

test("a payout that waits to be sent when the restaurant leaves is taken back, and paid with the rest", async () => {
  const payee = await rig.restaurant();
  for (let sold = 0; sold < 16; sold += 1) await rig.earn(payee);
  for (let passed = 0; passed < 3; passed += 1) await rig.days(1);
  const asked = await rig.instant(payee);
  expect(asked).toMatchObject({ __typename: "RequestInstantPayoutSuccess" });
  await leaves(payee);
  await rig.runTimers();
  expect((await rig.payouts(payee))[0]).toMatchObject({ state: "FAILED", failureReason: "restaurant_closed" });
  expect((await rig.account(payee)).balance.amount).toBe(16 * earned.restaurant);
  for (let passed = 0; passed < 14; passed += 1) await rig.days(1);
  await paid(payee);
  expect((await rig.provider(payee)).paid).toBe(16 * earned.restaurant);
});

test("a suspension is not a leaving", async () => {
  const payee = await rig.restaurant();
  await rig.earn(payee);
  await leaves(payee, "SUSPENDED");
  expect(await rig.account(payee)).toMatchObject({ status: "ACTIVE", finalPayoutAt: null });
});
