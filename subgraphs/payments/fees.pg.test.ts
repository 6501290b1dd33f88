import { afterAll, beforeAll, expect, test } from "vitest";
import { startMoney, type Money } from "./testing/money.ts";

let rig: Money;
beforeAll(async () => void (rig = await startMoney()));
afterAll(() => rig.stop());

type Posted = { kind: string; entries: { account: string; amount: { amount: number } }[] };
const fees = async (orderId: string) =>
  ((await rig.ledger(orderId)).transactions as Posted[]).filter(({ kind }) => kind === "psp-fee");

test("the provider's fee of a charge is posted once, when the provider tells it", async () => {
  const { orderId } = await rig.captured();
  expect(await fees(orderId)).toMatchObject([
    {
      entries: [
        { account: "psp_fees", amount: { amount: 3_480 } },
        { account: "psp_clearing", amount: { amount: -3_480 } },
      ],
    },
  ]);
  await rig.later(3_600_000);
  expect(await fees(orderId)).toHaveLength(1);
  expect((await rig.ledger(orderId)).sums).toEqual([{ sumMinor: 0 }]);
});

test("a refund gives no fee back, and an order that was never captured has none", async () => {
  const { orderId, paymentId } = await rig.captured();
  await rig.refund(paymentId, null);
  await rig.runTimers();
  expect(await rig.balance(orderId, "psp_fees")).toBe(3_480);
  expect(await rig.balance(orderId, "psp_clearing")).toBe(-3_480);
  const held = await rig.order();
  await rig.runTimers();
  expect(await rig.ledger(held)).toBeNull();
});
