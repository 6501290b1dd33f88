import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId, toUuid } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { burdenOf, faults, nothingRefunded, withRefund, type Fault } from "./domain/fault-policy.ts";
import { startMoney, type Money } from "./testing/money.ts";

let rig: Money;
beforeAll(async () => void (rig = await startMoney()));
afterAll(() => rig.stop());

const admin = userCaller(newId("usr"), "admin");

type Step =
  | { do: "LINES"; position: number; quantity: number; fault: Fault }
  | { do: "AMOUNT"; amountMinor: number; fault: Fault };

const fault = fc.constantFrom(...faults);
const refund: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("LINES" as const),
    position: fc.nat({ max: 1 }),
    quantity: fc.integer({ min: 1, max: 3 }),
    fault,
  }),
  fc.record({ do: fc.constant("AMOUNT" as const), amountMinor: fc.integer({ min: 1, max: 70_000 }), fault }),
);
const story = fc.record({
  card: fc.constantFrom("pm_card_visa", "pm_card_refundRefusedTwice"),
  /** Refunds of one burst are asked for at once. */
  bursts: fc.array(fc.array(refund, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
  completeAfter: fc.nat({ max: 4 }),
  providerAfter: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
});

const take = (orderId: string, paymentId: string, step: Step): Promise<unknown> => {
  const { fault: whose } = step;
  if (step.do === "AMOUNT") return rig.refundOf(paymentId, { amountMinor: step.amountMinor, fault: whose }, admin);
  const lines = [{ orderLineId: `${orderId}.${step.position}`, quantity: step.quantity }];
  return rig.refundOf(paymentId, { lines, fault: whose }, admin);
};

async function play({
  card,
  bursts,
  completeAfter,
  providerAfter,
}: typeof story extends fc.Arbitrary<infer T> ? T : never) {
  const { orderId, paymentId } = await rig.captured(card);
  const courierId = newId("cou");
  let completed = false;
  for (const [index, burst] of bursts.entries()) {
    if (index === completeAfter) {
      await rig.complete(orderId, courierId);
      completed = true;
    }
    await Promise.all(burst.map((step) => take(orderId, paymentId, step)));
    if (providerAfter[index]) await rig.runTimers();
  }
  if (!completed) await rig.complete(orderId, courierId);
  await rig.runTimers();
  return { orderId, paymentId };
}

type Refunded = { state: string; fault: Fault; amount: { amount: number }; tax: { amount: number } };

test("whatever is refunded when, by line and amount, at once and refused, every side has paid what the sums say", async () => {
  await fc.assert(
    fc.asyncProperty(story, async (told) => {
      const { orderId, paymentId } = await play(told);
      const seen = await rig.seen(orderId);
      const paid = (seen.refunds as Refunded[]).filter(({ state }) => state !== "FAILED");
      expect(paid.every(({ state }) => state === "SUCCEEDED")).toBe(true);
      const sum = (of: (one: Refunded) => number) => paid.reduce((total, one) => total + of(one), 0);
      expect(sum(({ amount }) => amount.amount)).toBe(seen.refunded.amount);
      expect(seen.refunded.amount).toBeLessThanOrEqual(120_000);
      const atProvider = (await rig.stripe.refunds.list({ payment_intent: (await rig.intents(orderId))[0]!.id })).data;
      expect(atProvider.reduce((total, { amount }) => total + amount, 0)).toBe(seen.refunded.amount);
      let refunded = nothingRefunded;
      for (const { fault: whose, amount, tax } of paid)
        refunded = withRefund(refunded, { fault: whose, restMinor: amount.amount - tax.amount });
      const borne = burdenOf(refunded, { salesMinor: 80_000, commissionBps: 2_000, courierPayMinor: 16_000 });
      const accounts = ["orders_held", "refunds_pending", "restaurant_payable", "commission", "courier_payable"];
      const balances = await Promise.all(
        [...accounts, "refund_expense", "tax_payable"].map((each) => rig.balance(orderId, each)),
      );
      expect(balances).toEqual([
        0,
        0,
        borne.restaurantMinor - 64_000,
        borne.commissionMinor - 16_000,
        borne.courierMinor - 16_000,
        borne.platformMinor,
        sum(({ tax }) => tax.amount) - 10_000,
      ]);
      const lines = await rig.sql`select l.refunded_quantity - coalesce(sum(r.quantity), 0) as pieces,
          l.refunded_minor - coalesce(sum(r.amount_minor), 0) as money from payment_lines l
        left join (refund_lines r join refunds f on f.id = r.refund_id and f.state <> 'FAILED') on r.payment_id = l.payment_id and r.line_id = l.line_id
        where l.payment_id = ${toUuid(paymentId)} group by l.payment_id, l.line_id`;
      expect(lines.map(({ pieces, money }) => [Number(pieces), Number(money)])).toEqual([
        [0, 0],
        [0, 0],
      ]);
    }),
    { numRuns: 25, seed: 2_026 },
  );
});
