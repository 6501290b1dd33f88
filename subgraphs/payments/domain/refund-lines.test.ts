import fc from "fast-check";
import { expect, test } from "vitest";
import { lineRefund, type LineStanding } from "./refund-lines.ts";

const line = fc
  .record({
    quantity: fc.integer({ min: 1, max: 99 }),
    netMinor: fc.nat(),
    taxMinor: fc.nat(),
    promotedMinor: fc.nat(),
  })
  .map((bought): LineStanding => ({ ...bought, refundedQuantity: 0, refundedMinor: 0, refundedTaxMinor: 0 }));

type Worth = { quantity: number; amountMinor: number; taxMinor: number; promotedMinor: number };
const moved = (
  at: LineStanding,
  { quantity, amountMinor, taxMinor, promotedMinor }: Worth,
  sign: 1 | -1,
): LineStanding => ({
  ...at,
  refundedQuantity: at.refundedQuantity + sign * quantity,
  refundedMinor: at.refundedMinor + sign * amountMinor,
  refundedTaxMinor: at.refundedTaxMinor + sign * taxMinor,
  refundedPromotedMinor: (at.refundedPromotedMinor ?? 0) + sign * promotedMinor,
});

test("never more pieces nor more money than was paid, and all of it for all pieces, also when refunds failed between", () => {
  const steps = fc.array(
    fc.record({ quantity: fc.integer({ min: 1, max: 40 }), fails: fc.boolean(), which: fc.nat() }),
  );
  fc.assert(
    fc.property(line, steps, (bought, plan) => {
      let at = bought;
      const standing: Worth[] = [];
      const take = (quantity: number) => {
        const worth = lineRefund(at, quantity);
        if (!worth) return expect(at.refundedQuantity + quantity).toBeGreaterThan(at.quantity);
        expect(worth.taxMinor).toBeGreaterThanOrEqual(0);
        expect(worth.amountMinor).toBeGreaterThanOrEqual(worth.taxMinor);
        expect(worth.promotedMinor).toBeGreaterThanOrEqual(0);
        standing.push({ quantity, ...worth });
        at = moved(at, { quantity, ...worth }, 1);
      };
      for (const { quantity, fails, which } of plan) {
        take(quantity);
        if (!fails || standing.length === 0) continue;
        const [failed] = standing.splice(which % standing.length, 1);
        at = moved(at, failed!, -1);
      }
      expect(at.refundedMinor).toBeLessThanOrEqual(at.netMinor + at.taxMinor);
      if (at.refundedQuantity < at.quantity) take(at.quantity - at.refundedQuantity);
      expect(at).toMatchObject({
        refundedMinor: at.netMinor + at.taxMinor,
        refundedTaxMinor: at.taxMinor,
        ...(standing.length > 0 ? { refundedPromotedMinor: at.promotedMinor } : {}),
      });
    }),
  );
});

test("pieces that failed and others that did not, of a line that costs less than a unit a piece", () => {
  const cheap = { quantity: 19, netMinor: 3, taxMinor: 0, refundedQuantity: 0, refundedMinor: 0, refundedTaxMinor: 0 };
  expect(lineRefund(cheap, 16)).toMatchObject({ amountMinor: 3, taxMinor: 0 });
  // The first 16 and then the last 3 failed, one was paid between.
  expect(lineRefund({ ...cheap, refundedQuantity: 3 }, 1)).toMatchObject({ amountMinor: 1, taxMinor: 0 });
  expect(lineRefund({ ...cheap, refundedQuantity: 1, refundedMinor: 1 }, 18)).toMatchObject({
    amountMinor: 2,
    taxMinor: 0,
  });
});

test("a piece costs its share, the odd minor unit goes with the first", () => {
  const three = {
    quantity: 3,
    netMinor: 100,
    taxMinor: 10,
    refundedQuantity: 0,
    refundedMinor: 0,
    refundedTaxMinor: 0,
  };
  expect(lineRefund(three, 1)).toMatchObject({ amountMinor: 38, taxMinor: 4 });
  expect(lineRefund(three, 3)).toMatchObject({ amountMinor: 110, taxMinor: 10 });
  expect(lineRefund({ ...three, promotedMinor: 20 }, 1)).toEqual({ amountMinor: 38, taxMinor: 4, promotedMinor: 7 });
  expect(lineRefund(three, 4)).toBeNull();
  expect(lineRefund(three, 0)).toBeNull();
});

test("the last pieces take all the tax that is left, and its odd units with them", () => {
  const five = { quantity: 5, netMinor: 503, taxMinor: 52, refundedQuantity: 0, refundedMinor: 0, refundedTaxMinor: 0 };
  const first = lineRefund(five, 2);
  expect(first).toMatchObject({ amountMinor: 224, taxMinor: 22 });
  const rest = lineRefund({ ...five, refundedQuantity: 2, refundedMinor: 224, refundedTaxMinor: 22 }, 3);
  expect(rest).toMatchObject({ amountMinor: 331, taxMinor: 30 });
  // More tax was paid back before than pieces stand for: what is left of it, and no more.
  const uneven = { ...five, refundedQuantity: 4, refundedMinor: 400, refundedTaxMinor: 51 };
  expect(lineRefund(uneven, 1)).toMatchObject({ amountMinor: 155, taxMinor: 1 });
});

test("in steps each refund can be paid, and what is left after all pieces is less than a step of net and of tax", () => {
  const bought = {
    quantity: 3,
    netMinor: 1007,
    taxMinor: 104,
    refundedQuantity: 0,
    refundedMinor: 0,
    refundedTaxMinor: 0,
  };
  expect(lineRefund(bought, 3, 10)).toMatchObject({ amountMinor: 1100, taxMinor: 100 });
  expect(lineRefund(bought, 1, 10)).toMatchObject({ amountMinor: 380, taxMinor: 40 });
  expect(lineRefund({ ...bought, refundedQuantity: 1, refundedMinor: 380, refundedTaxMinor: 40 }, 2, 10)).toMatchObject(
    {
      amountMinor: 720,
      taxMinor: 60,
    },
  );
});
