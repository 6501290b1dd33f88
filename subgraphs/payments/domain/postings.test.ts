import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accountKinds, balanceOf } from "./accounts.ts";
import { faults, nothingRefunded, withRefund, type Fault, type Refunded } from "./fault-policy.ts";
import { entriesOf, refundParts, reversalOf, salesMinor, type Allocation, type Entry } from "./postings.ts";

const minor = (max = 100_000_000) => fc.integer({ min: 0, max });
const part = (amountMinor: number, percent: number) => Math.floor((amountMinor * percent) / 100);
const allocation: fc.Arbitrary<Allocation> = fc
  .record({
    itemsMinor: minor(),
    taxMinor: minor(),
    deliveryFeeMinor: minor(),
    serviceFeeMinor: minor(),
    smallOrderFeeMinor: minor(),
    tipMinor: minor(),
    discount: fc.nat({ max: 100 }),
    byRestaurant: fc.option(fc.nat({ max: 100 }), { nil: undefined }),
  })
  .map(({ discount, byRestaurant, ...parts }) => {
    const discountMinor = Math.floor((parts.itemsMinor * discount) / 100);
    const charged = Object.values(parts).reduce((sum, part) => sum + part, 0);
    const own = byRestaurant === undefined ? {} : { discountByRestaurantMinor: part(discountMinor, byRestaurant) };
    return { ...parts, discountMinor, ...own, totalMinor: charged - discountMinor };
  });
const terms = { commissionBps: fc.integer({ min: 0, max: 10_000 }), courierPayMinor: minor() };
/** An order's money with the refunds that it saw, each a share of what was left. */
const story = fc.record({
  amounts: allocation,
  ...terms,
  shares: fc.array(fc.record({ percent: fc.nat({ max: 100 }), fault: fc.constantFrom(...faults) }), { maxLength: 6 }),
});

type Story = { amounts: Allocation; commissionBps: number; courierPayMinor: number };
type Refund = { amountMinor: number; taxMinor: number; fault: Fault };

function refundsOf({ amounts, shares }: typeof story extends fc.Arbitrary<infer T> ? T : never): Refund[] {
  let left = { taxMinor: amounts.taxMinor, restMinor: amounts.totalMinor - amounts.taxMinor };
  return shares.map(({ percent, fault }) => {
    const amountMinor = Math.floor(((left.taxMinor + left.restMinor) * percent) / 100);
    const { taxMinor, restMinor } = refundParts(left, amountMinor);
    left = { taxMinor: left.taxMinor - taxMinor, restMinor: left.restMinor - restMinor };
    return { amountMinor, taxMinor, fault };
  });
}

const plus = (refunded: Refunded, { fault, amountMinor, taxMinor }: Refund): Refunded =>
  withRefund(refunded, { fault, restMinor: amountMinor - taxMinor });
const settledWith = ({ amounts, commissionBps, courierPayMinor }: Story, refunds: readonly Refund[]) =>
  entriesOf(
    "order-settled",
    {
      amounts,
      commissionBps,
      courierPayMinor,
      refunded: refunds.reduce(plus, nothingRefunded),
      refundedTaxMinor: refunds.reduce((total, { taxMinor }) => total + taxMinor, 0),
    },
    owners,
  );
const refundedAfter = ({ amounts, ...rest }: Story, refunds: readonly Refund[]): Entry[] => {
  let before = nothingRefunded;
  return refunds.flatMap((refund) => {
    const earned = { salesMinor: salesMinor(amounts), ...rest };
    const borneMinor = refund.amountMinor - refund.taxMinor;
    const facts = { ...refund, heldMinor: 0, borneMinor, promotedMinor: 0, customerPays: true, before, earned };
    const entries = entriesOf("refund-requested-settled", facts, owners);
    before = plus(before, refund);
    return entries;
  });
};

const owners = { restaurantId: "rst_1", courierId: "cou_1" };
const sum = (entries: readonly Entry[]) => entries.reduce((total, entry) => total + entry.amountMinor, 0);
const of = (entries: readonly Entry[], account: Entry["account"]) =>
  sum(entries.filter((entry) => entry.account === account));

describe("postings", () => {
  test("each sums to 0 whatever its facts, and so does its reversal", () => {
    const simple = [
      "payment-captured",
      "cancellation-fee",
      "courier-compensated",
      "refund-requested-held",
      "refund-requested-fee",
      "refund-paid",
      "dispute-opened",
      "dispute-won",
      "dispute-lost-held",
      "psp-fee",
      "dispute-fee",
    ] as const;
    fc.assert(
      fc.property(minor(), story, fc.constantFrom(...simple), (amountMinor, told, kind) => {
        const refunds = refundsOf(told);
        const all = [
          entriesOf(kind, { amountMinor }, owners),
          settledWith(told, refunds),
          ...refunds.map((refund) => refundedAfter(told, [refund])),
          entriesOf("balance-written-off", { restaurantMinor: amountMinor, courierMinor: 0 }, owners),
          entriesOf("balance-written-off", { restaurantMinor: 0, courierMinor: amountMinor }, owners),
        ];
        for (const entries of all) {
          expect(sum(entries)).toBe(0);
          expect(sum([...entries, ...reversalOf(entries)])).toBe(0);
          expect(entries.every((entry) => entry.amountMinor !== 0)).toBe(true);
        }
      }),
    );
  });

  test("a completed order leaves nothing held, and costs each party the same whenever its refunds came", () => {
    fc.assert(
      fc.property(story, fc.nat({ max: 6 }), (told, cut) => {
        const { amounts } = told;
        const refunds = refundsOf(told);
        const captured = entriesOf("payment-captured", { amountMinor: amounts.totalMinor }, owners);
        const held = (early: readonly Refund[]) =>
          early.flatMap(({ amountMinor }) => entriesOf("refund-requested-held", { amountMinor }, owners));
        const early = refunds.slice(0, cut);
        const some = [
          ...captured,
          ...held(early),
          ...settledWith(told, early),
          ...refundedAfter(told, refunds).slice(refundedAfter(told, early).length),
        ];
        const none = [...captured, ...settledWith(told, []), ...refundedAfter(told, refunds)];
        expect(of(some, "orders_held")).toBe(0);
        for (const kind of Object.keys(accountKinds) as (keyof typeof accountKinds)[]) {
          expect(of(some, kind)).toBe(of(none, kind));
        }
      }),
    );
  });

  test("a refund of everything gives back all of the tax, whatever was refunded before", () => {
    fc.assert(
      fc.property(story, ({ amounts, shares, ...rest }) => {
        const all = [...shares, { percent: 100, fault: "PLATFORM" as const }];
        const refunds = refundsOf({ amounts, shares: all, ...rest });
        const whole = [...settledWith({ amounts, ...rest }, []), ...refundedAfter({ amounts, ...rest }, refunds)];
        expect(of(whole, "tax_payable")).toBe(0);
        expect(of(whole, "refunds_pending")).toBe(-amounts.totalMinor);
      }),
    );
  });

  test("a restaurant at fault never gives back more than its sale, a courier never more than the pay", () => {
    fc.assert(
      fc.property(story, (told) => {
        const refunds = refundsOf(told);
        const entries = [...settledWith(told, []), ...refundedAfter(told, refunds)];
        expect(of(entries, "restaurant_payable")).toBeLessThanOrEqual(0);
        expect(of(entries, "courier_payable")).toBeLessThanOrEqual(0);
        expect(of(entries, "commission")).toBeLessThanOrEqual(0);
        expect(of(entries, "tips_held")).toBe(-told.amounts.tipMinor || 0);
      }),
    );
  });

  test("what the restaurant bears of a discount lowers what it is owed, less the commission on it, and nobody else's money", () => {
    fc.assert(
      fc.property(story, (told) => {
        const { discountByRestaurantMinor: own = 0, ...amounts } = told.amounts;
        const shared = settledWith(told, []);
        const alone = settledWith({ ...told, amounts }, []);
        expect(of(shared, "promo_expense")).toBe(amounts.discountMinor - own);
        const moved = (account: Entry["account"]) => of(shared, account) - of(alone, account);
        expect(moved("restaurant_payable") + moved("commission")).toBe(own);
        expect(moved("commission")).toBeLessThanOrEqual(own);
        const touched = ["restaurant_payable", "commission", "promo_expense"];
        for (const kind of (Object.keys(accountKinds) as Entry["account"][]).filter((one) => !touched.includes(one)))
          expect(moved(kind)).toBe(0);
      }),
    );
  });

  test("a restaurant that gives away more than its dishes cost owes the rest, and no commission is taken of less than nothing", () => {
    const amounts = {
      itemsMinor: 10_000,
      discountMinor: 15_000,
      discountByRestaurantMinor: 15_000,
      taxMinor: 0,
      deliveryFeeMinor: 15_000,
      serviceFeeMinor: 0,
      smallOrderFeeMinor: 0,
      tipMinor: 0,
      totalMinor: 10_000,
    };
    const entries = settledWith({ amounts, commissionBps: 2_000, courierPayMinor: 0 }, []);
    expect(Object.fromEntries(entries.map((entry) => [entry.account, entry.amountMinor]))).toEqual({
      orders_held: 10_000,
      restaurant_payable: 5_000,
      delivery_fee: -15_000,
    });
  });

  test("the restaurant bears neither the platform's discount nor its fees", () => {
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
    const entries = settledWith({ amounts, commissionBps: 2_000, courierPayMinor: 16_000 }, []);
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

  test("giving up a debt moves nothing but the owner's own account, and costs the platform as much", () => {
    fc.assert(
      fc.property(minor(), fc.boolean(), (debtMinor, isRestaurant) => {
        const facts = { restaurantMinor: isRestaurant ? debtMinor : 0, courierMinor: isRestaurant ? 0 : debtMinor };
        const entries = entriesOf("balance-written-off", facts, owners);
        const account = isRestaurant ? "restaurant_payable" : "courier_payable";
        expect([of(entries, "write_off"), of(entries, account)]).toEqual([debtMinor, 0 - debtMinor]);
        const touched = entries.map((entry) => [entry.account, entry.owner]);
        const whose = isRestaurant ? "rst_1" : "cou_1";
        expect(touched).toEqual(
          debtMinor === 0
            ? []
            : [
                ["write_off", ""],
                [account, whose],
              ],
        );
      }),
    );
  });

  test("balances are positive on an account's normal side", () => {
    expect([balanceOf("psp_clearing", 5), balanceOf("restaurant_payable", -5), balanceOf("commission", 0)]).toEqual([
      5, 5, 0,
    ]);
  });
});
