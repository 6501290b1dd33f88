import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accountKinds, balanceOf } from "./accounts.ts";
import { entriesOf, reversalOf, type Allocation, type Entry } from "./postings.ts";

const minor = (max = 100_000_000) => fc.integer({ min: 0, max });
const allocation: fc.Arbitrary<Allocation> = fc
  .record({
    itemsMinor: minor(),
    taxMinor: minor(),
    deliveryFeeMinor: minor(),
    serviceFeeMinor: minor(),
    smallOrderFeeMinor: minor(),
    tipMinor: minor(),
    discount: fc.nat({ max: 100 }),
  })
  .map(({ discount, ...parts }) => {
    const discountMinor = Math.floor((parts.itemsMinor * discount) / 100);
    const charged = Object.values(parts).reduce((sum, part) => sum + part, 0);
    return { ...parts, discountMinor, totalMinor: charged - discountMinor };
  });
const settlement = fc
  .record({
    amounts: allocation,
    commissionBps: fc.integer({ min: 0, max: 10_000 }),
    courierPayMinor: minor(),
    part: fc.nat({ max: 100 }),
  })
  .map(({ part, ...facts }) => ({ ...facts, refundedMinor: Math.floor((facts.amounts.totalMinor * part) / 100) }));

const owners = { restaurantId: "rst_1", courierId: "cou_1" };
const sum = (entries: readonly Entry[]) => entries.reduce((total, entry) => total + entry.amountMinor, 0);
const of = (entries: readonly Entry[], account: Entry["account"]) =>
  sum(entries.filter((entry) => entry.account === account));

describe("postings", () => {
  test("each sums to 0 whatever its facts, and so does its reversal", () => {
    const simple = [
      "payment-captured",
      "cancellation-fee",
      "refund-requested-held",
      "refund-requested-fee",
      "refund-paid",
      "dispute-opened",
      "dispute-won",
      "dispute-lost-held",
    ] as const;
    fc.assert(
      fc.property(minor(), settlement, fc.constantFrom(...simple), (amountMinor, facts, kind) => {
        const all = [
          entriesOf(kind, { amountMinor }, owners),
          entriesOf("order-settled", facts, owners),
          entriesOf("refund-requested-settled", { amountMinor: facts.refundedMinor, amounts: facts.amounts }, owners),
        ];
        for (const entries of all) {
          expect(sum(entries)).toBe(0);
          expect(sum([...entries, ...reversalOf(entries)])).toBe(0);
          expect(entries.every((entry) => entry.amountMinor !== 0)).toBe(true);
        }
      }),
    );
  });

  test("a completed order leaves nothing held, and pays the parties the same whether a refund came before or after", () => {
    fc.assert(
      fc.property(settlement, (facts) => {
        const { amounts, refundedMinor } = facts;
        const captured = entriesOf("payment-captured", { amountMinor: amounts.totalMinor }, owners);
        const before = [
          ...captured,
          ...entriesOf("refund-requested-held", { amountMinor: refundedMinor }, owners),
          ...entriesOf("order-settled", facts, owners),
        ];
        const after = [
          ...captured,
          ...entriesOf("order-settled", { ...facts, refundedMinor: 0 }, owners),
          ...entriesOf("refund-requested-settled", { amountMinor: refundedMinor, amounts }, owners),
        ];
        expect(of(before, "orders_held")).toBe(0);
        for (const kind of Object.keys(accountKinds) as (keyof typeof accountKinds)[]) {
          expect(of(before, kind)).toBe(of(after, kind));
        }
      }),
    );
  });

  test("the restaurant bears neither the discount nor the platform's fees", () => {
    const amounts = {
      itemsMinor: 80_000,
      discountMinor: 5_000,
      taxMinor: 10_000,
      deliveryFeeMinor: 20_000,
      serviceFeeMinor: 5_000,
      smallOrderFeeMinor: 0,
      tipMinor: 10_000,
      totalMinor: 120_000,
    };
    const entries = entriesOf(
      "order-settled",
      { amounts, commissionBps: 2_000, courierPayMinor: 16_000, refundedMinor: 0 },
      owners,
    );
    expect(Object.fromEntries(entries.map((entry) => [entry.account, entry.amountMinor]))).toEqual({
      orders_held: 120_000,
      promo_expense: 5_000,
      courier_cost: 16_000,
      restaurant_payable: -64_000,
      commission: -16_000,
      delivery_fee: -20_000,
      service_fee: -5_000,
      tax_payable: -10_000,
      courier_payable: -16_000,
      tips_held: -10_000,
    });
    expect(entries.find((entry) => entry.account === "tips_held")?.owner).toBe("cou_1");
  });

  test("balances are positive on an account's normal side", () => {
    expect([balanceOf("psp_clearing", 5), balanceOf("restaurant_payable", -5), balanceOf("commission", 0)]).toEqual([
      5, 5, 0,
    ]);
  });
});
