import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addedBurden,
  burdenOf,
  courierEarns,
  courierPayAt,
  courierStages,
  defaultCourierRates,
  endedStates,
  faultPolicy,
  faults,
  nothingRefunded,
  restaurantEarns,
  restaurantShareBps,
  withRefund,
  type Refunded,
} from "./fault-policy.ts";

const minor = fc.nat({ max: 10_000_000 });

describe("what a restaurant earns of an order that ended", () => {
  test("is the table of the rules", () => {
    const none = {
      CUSTOMER: "NOTHING",
      COURIER: "NOTHING",
      RESTAURANT: "NOTHING",
      PLATFORM: "NOTHING",
      NOBODY: "NOTHING",
    };
    const cooked = { CUSTOMER: "ALL", COURIER: "ALL", RESTAURANT: "NOTHING", PLATFORM: "ALL", NOBODY: "ALL" };
    expect(restaurantEarns).toEqual({
      PENDING_PAYMENT: none,
      SCHEDULED: none,
      PLACED: none,
      ACCEPTED: { ...none, CUSTOMER: "AS_CHARGED" },
      PREPARING: cooked,
      READY: cooked,
      PICKED_UP: cooked,
    });
  });

  test("in basis points: nothing, all, or what the customer is charged", () => {
    for (const state of endedStates)
      for (const fault of faults) {
        const bps = { NOTHING: 0, AS_CHARGED: 1_234, ALL: 10_000 }[restaurantEarns[state][fault]];
        expect(restaurantShareBps(state, fault, 1_234)).toBe(bps);
      }
  });
});

describe("what a courier earns", () => {
  test("by the stage, unless at fault", () => {
    const shares = courierStages.map((stage) => courierPayAt(stage, "PLATFORM", 1_000, defaultCourierRates));
    expect(shares).toEqual([0, 0, 250, 500, 1_000, 1_000, 500]);
    const rates = { assignedBps: 1, atPickupBps: 2, returnBps: 3 };
    expect(courierStages.map((stage) => courierPayAt(stage, "NOBODY", 10_000, rates))).toEqual([
      0, 0, 1, 2, 10_000, 10_000, 3,
    ]);
  });

  test("is nothing at the courier's own fault, and something for every stage with work in it", () => {
    for (const stage of courierStages) {
      expect(courierPayAt(stage, "COURIER", 1_000, defaultCourierRates)).toBe(0);
      const works = courierEarns[stage] !== "NOTHING";
      for (const fault of faults.filter((one) => one !== "COURIER"))
        expect(courierPayAt(stage, fault, 1_000, defaultCourierRates) > 0).toBe(works);
    }
  });
});

describe("who bears a refund", () => {
  const refunded: fc.Arbitrary<Refunded> = fc
    .record({ CUSTOMER: minor, COURIER: minor, RESTAURANT: minor, PLATFORM: minor, NOBODY: minor, promoted: minor })
    .map(({ promoted: promotedMinor, ...byFault }) => ({ byFault, promotedMinor }));
  const earned = fc.record({ salesMinor: minor, commissionBps: fc.nat({ max: 10_000 }), courierPayMinor: minor });

  test("the parts add up, and nobody bears more than they earned", () => {
    fc.assert(
      fc.property(refunded, earned, (back, had) => {
        const { restaurantMinor, commissionMinor, courierMinor, platformMinor, promotionMinor } = burdenOf(back, had);
        const rest = Object.values(back.byFault).reduce((sum, part) => sum + part, 0);
        expect(restaurantMinor + commissionMinor + courierMinor + platformMinor - promotionMinor).toBe(rest);
        const asked = back.byFault.RESTAURANT + back.promotedMinor;
        expect(restaurantMinor + commissionMinor).toBe(Math.min(asked, had.salesMinor));
        expect(courierMinor).toBe(Math.min(back.byFault.COURIER, had.courierPayMinor));
        expect(promotionMinor).toBe(back.promotedMinor);
        expect(platformMinor).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("an accident is borne like our own fault", () => {
    expect(faultPolicy.NOBODY).toMatchObject({
      bearer: faultPolicy.PLATFORM.bearer,
      atMost: faultPolicy.PLATFORM.atMost,
    });
    const had = { salesMinor: 1_000, commissionBps: 2_000, courierPayMinor: 100 };
    const ours = burdenOf(withRefund(nothingRefunded, { fault: "PLATFORM", restMinor: 700 }), had);
    expect(burdenOf(withRefund(nothingRefunded, { fault: "NOBODY", restMinor: 700 }), had)).toEqual(ours);
    expect(ours).toEqual({
      restaurantMinor: 0,
      commissionMinor: 0,
      courierMinor: 0,
      platformMinor: 700,
      promotionMinor: 0,
    });
  });

  test("the platform's discount counts for the restaurant's fault alone", () => {
    for (const fault of faults) {
      const { promotedMinor, byFault } = withRefund(nothingRefunded, { fault, restMinor: 10, promotedMinor: 3 });
      expect([promotedMinor, byFault[fault]]).toEqual([fault === "RESTAURANT" ? 3 : 0, 10]);
    }
    expect(withRefund(nothingRefunded, { fault: "RESTAURANT", restMinor: 10 }).promotedMinor).toBe(0);
  });

  test("what one more refund adds is the difference that it makes", () => {
    const fault = fc.constantFrom(...faults);
    fc.assert(
      fc.property(refunded, earned, fault, minor, minor, (before, had, whose, restMinor, promotedMinor) => {
        const one = { fault: whose, restMinor, promotedMinor };
        const [was, is] = [burdenOf(before, had), burdenOf(withRefund(before, one), had)];
        const added = addedBurden(before, one, had);
        for (const side of Object.keys(added) as (keyof typeof added)[]) expect(was[side] + added[side]).toBe(is[side]);
      }),
    );
  });
});
