import fc from "fast-check";
import { expect, test } from "vitest";
import { faults, withRefund, type Refunded, type RefundedByFault } from "./fault-policy.ts";
import { entriesOf, salesMinor, type Allocation, type Entry } from "./postings.ts";
import { addAmounts, amountsOfPosting, emptyAmounts, type StatementAmounts } from "./statement.ts";

const minor = (max = 1_000_000) => fc.integer({ min: 0, max });
const amounts: fc.Arbitrary<Allocation> = fc
  .record({
    itemsMinor: minor(),
    taxMinor: minor(),
    deliveryFeeMinor: minor(),
    serviceFeeMinor: minor(),
    smallOrderFeeMinor: minor(),
    tipMinor: minor(),
    discount: fc.nat({ max: 100 }),
    own: fc.nat({ max: 100 }),
  })
  .map(({ discount, own, ...parts }) => {
    const discountMinor = Math.floor(((parts.itemsMinor + parts.deliveryFeeMinor) * discount) / 100);
    const charged = Object.values(parts).reduce((sum, part) => sum + part, 0);
    const discountByRestaurantMinor = Math.floor((discountMinor * own) / 100);
    return { ...parts, discountMinor, discountByRestaurantMinor, totalMinor: charged - discountMinor };
  });
const refunded = fc.tuple(...faults.map(() => minor(300_000))).map((parts): Refunded => ({
  byFault: Object.fromEntries(faults.map((fault, index) => [fault, parts[index]])) as RefundedByFault,
  promotedMinor: 0,
}));
const sold = fc.record({
  amounts,
  commissionBps: fc.integer({ min: 0, max: 10_000 }),
  courierPayMinor: minor(),
  early: refunded,
  late: refunded,
});

const owners = { restaurantId: "rst_1", courierId: "cou_1" };
const own = { restaurant: ["restaurant_payable"], courier: ["courier_payable", "tips_held"] } as const;

/** A posting as the owner's statement reads it. */
function read(kind: string, entries: readonly Entry[], whose: keyof typeof own, discountMinor: number) {
  const of = (accounts: readonly string[], side: 1 | -1) =>
    entries
      .filter(({ account, amountMinor }) => accounts.includes(account) && Math.sign(amountMinor) === side)
      .reduce((sum, { amountMinor }) => sum + Math.abs(amountMinor), 0);
  const payable = own[whose].filter((account) => account !== "tips_held");
  const sells = whose === "restaurant";
  return amountsOfPosting({
    kind,
    debitMinor: of(payable, 1),
    creditMinor: of(payable, -1),
    tipsMinor: sells ? 0 : of(["tips_held"], -1) - of(["tips_held"], 1),
    commissionCreditMinor: sells ? of(["commission"], -1) : 0,
    commissionDebitMinor: sells ? of(["commission"], 1) : 0,
    taxMinor: 0,
    restaurantDiscountMinor: sells ? discountMinor : 0,
  });
}

const netOf = (line: StatementAmounts): number =>
  line.grossMinor +
  line.tipsMinor -
  line.commissionMinor -
  line.promoShareMinor -
  line.refundsMinor -
  line.payoutsMinor +
  line.otherMinor;

test("a line's columns add up to what its postings did to the owner's accounts, whatever was sold and refunded when", () => {
  fc.assert(
    fc.property(sold, fc.constantFrom("restaurant", "courier"), ({ early, late, ...facts }, whose) => {
      const { amounts: sale, commissionBps, courierPayMinor } = facts;
      const posted: [string, Entry[]][] = [
        ["order-settled", entriesOf("order-settled", { ...facts, refunded: early, refundedTaxMinor: 0 }, owners)],
      ];
      let before = early;
      const earned = { salesMinor: salesMinor(sale), commissionBps, courierPayMinor };
      for (const fault of faults) {
        const amountMinor = late.byFault[fault];
        const parts = { amountMinor, heldMinor: 0, taxMinor: 0, borneMinor: amountMinor, promotedMinor: 0 };
        const refund = { ...parts, fault, customerPays: true, before, earned };
        posted.push(["refund-requested-settled", entriesOf("refund-requested-settled", refund, owners)]);
        before = withRefund(before, { fault, restMinor: amountMinor });
      }
      const discountMinor = sale.discountByRestaurantMinor ?? 0;
      const line = posted
        .map(([kind, entries]) => read(kind, entries, whose, kind === "order-settled" ? discountMinor : 0))
        .reduce(addAmounts, emptyAmounts);
      const moved = posted
        .flatMap(([, entries]) => entries)
        .filter(({ account }) => (own[whose] as readonly string[]).includes(account))
        .reduce((sum, { amountMinor }) => sum - amountMinor, 0);
      expect(line.netMinor).toBe(moved);
      expect(netOf(line)).toBe(line.netMinor);
      expect(line.grossMinor).toBe(whose === "restaurant" ? sale.itemsMinor : courierPayMinor);
      expect(line.promoShareMinor).toBe(whose === "restaurant" ? discountMinor : 0);
      const total = (fault: "RESTAURANT" | "COURIER") => early.byFault[fault] + late.byFault[fault];
      const borne =
        whose === "restaurant"
          ? Math.min(total("RESTAURANT"), Math.max(0, salesMinor(sale)))
          : Math.min(total("COURIER"), courierPayMinor);
      expect(line.refundsMinor).toBe(borne);
    }),
  );
});

test("a payout and its return, and what is neither sale nor refund, have columns of their own", () => {
  const out: Entry[] = [{ account: "restaurant_payable", owner: "rst_1", amountMinor: 700 }];
  const back: Entry[] = [{ account: "restaurant_payable", owner: "rst_1", amountMinor: -700 }];
  expect(read("payout-requested", out, "restaurant", 0)).toMatchObject({ payoutsMinor: 700, netMinor: -700 });
  expect(read("payout-reversed", back, "restaurant", 0)).toMatchObject({ payoutsMinor: -700, netMinor: 700 });
  expect(read("loan-repaid", out, "restaurant", 0)).toMatchObject({ otherMinor: -700, netMinor: -700 });
  const givenUp = entriesOf("balance-written-off", { restaurantMinor: 700, courierMinor: 0 }, owners);
  expect(read("balance-written-off", givenUp, "restaurant", 0)).toMatchObject({ otherMinor: 700, netMinor: 700 });
});

test("what an order's end leaves is a sale, of which the restaurant's own promotions are no part any more", () => {
  const posting = {
    debitMinor: 0,
    creditMinor: 900,
    tipsMinor: 0,
    commissionCreditMinor: 100,
    commissionDebitMinor: 0,
    taxMinor: 10,
    restaurantDiscountMinor: 50,
  };
  const line = { ...emptyAmounts, commissionMinor: 100, taxMinor: 10, netMinor: 900 };
  expect(amountsOfPosting({ ...posting, kind: "order-ended" })).toEqual({ ...line, grossMinor: 1000 });
  expect(amountsOfPosting({ ...posting, kind: "order-settled" })).toEqual({
    ...line,
    grossMinor: 1050,
    promoShareMinor: 50,
  });
  expect(amountsOfPosting({ ...posting, kind: "courier-compensated" })).toEqual({
    ...emptyAmounts,
    grossMinor: 900,
    taxMinor: 10,
    netMinor: 900,
  });
  expect(amountsOfPosting({ ...posting, kind: "anything-else" })).toMatchObject({ otherMinor: 900, grossMinor: 0 });
});
