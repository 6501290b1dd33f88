/** Every end of an order, priced by orders and posted by payments: shares add up, and nobody who worked goes unpaid. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chargeOf, endedStates, faults, type EndedIn, type Fault } from "../../subgraphs/orders/domain/cancellation.ts";
import { priceOrder, type Discount, type Pricing } from "../../subgraphs/orders/domain/pricing.ts";
import { accountKinds } from "../../subgraphs/payments/domain/accounts.ts";
import {
  carriedOut,
  chargedLine,
  earnedAtEnd,
  standingAfter,
  type EarlyRefund,
  type Ending,
  type SoldLine,
} from "../../subgraphs/payments/domain/ending.ts";
import {
  courierPayAt,
  defaultCourierRates,
  nothingRefunded,
  withRefund,
  type CourierStage,
} from "../../subgraphs/payments/domain/fault-policy.ts";
import { entriesOf, refundParts, type Allocation, type Entry } from "../../subgraphs/payments/domain/postings.ts";
import { lineRefund } from "../../subgraphs/payments/domain/refund-lines.ts";

const commissionBps = 2_000;
const owners = { restaurantId: "rst_1", courierId: "cou_1" };
const rule = { shareBps: 2_500, stepMinor: 1 };
const sum = (amounts: readonly number[]): number => amounts.reduce((total, each) => total + each, 0);

/** An order as it was placed, with what the restaurant bears of its discounts. */
type Placed = { pricing: Pricing; pickup: boolean; lines: SoldLine[]; amounts: Allocation; payMinor: number };

const amount = fc.integer({ min: 0, max: 3_000_000 });
const percent = fc.constantFrom(0, 0, 7, 33, 100);
const dish = fc.record({
  quantity: fc.integer({ min: 1, max: 4 }),
  unitPriceMinor: amount,
  taxRateBps: fc.constantFrom(0, 1_000, 1_100),
});
const wish = fc.record({
  dishes: fc.array(dish, { minLength: 1, maxLength: 4 }),
  pickup: fc.boolean(),
  taxInclusive: fc.boolean(),
  onItem: percent,
  onOrder: percent,
  onDelivery: percent,
  /** The restaurant's share of the item's, the order's and the delivery's discount. */
  shares: fc.tuple(percent, percent, percent),
  fee: amount,
  tipMinor: amount,
  minimumOrderMinor: amount,
});

const off = (line: Discount["line"], amountMinor: number, sharePercent: number): Discount => ({
  line,
  amountMinor,
  restaurantMinor: Math.floor((amountMinor * sharePercent) / 100),
});
const part = (amountMinor: number, of: number) => Math.floor((amountMinor * of) / 100);

function place({
  dishes,
  pickup,
  taxInclusive,
  shares,
  ...told
}: typeof wish extends fc.Arbitrary<infer T> ? T : never) {
  const deliveryFeeMinor = pickup ? 0 : told.fee;
  const listed = dishes.map(({ quantity, unitPriceMinor }) => quantity * unitPriceMinor);
  const item = part(listed[0] ?? 0, told.onItem);
  const discounts = [
    off(0, item, shares[0]),
    off(null, part(sum(listed) - item, told.onOrder), shares[1]),
    off("DELIVERY", part(deliveryFeeMinor, told.onDelivery), shares[2]),
  ];
  const made = priceOrder({
    lines: dishes,
    discounts,
    rules: { taxInclusive, serviceFeeBps: 300, smallOrderFeeBps: 5_000, feeTaxBps: 1_100 },
    minimumOrderMinor: told.minimumOrderMinor,
    deliveryFeeMinor,
    tipMinor: pickup ? 0 : told.tipMinor,
  });
  if (!made.ok) throw new Error(made.error);
  const pricing = made.value;
  const lines = pricing.lines.map((line, index) => ({
    lineId: String(index),
    quantity: dishes[index]?.quantity ?? 1,
    netMinor: line.netMinor,
    taxMinor: line.taxMinor,
    promotedMinor: line.discountMinor - line.discountByRestaurantMinor,
    refundedQuantity: 0,
    refundedMinor: 0,
    refundedTaxMinor: 0,
    refundedPromotedMinor: 0,
  }));
  const discountByRestaurantMinor = sum(discounts.map(({ restaurantMinor = 0 }) => restaurantMinor));
  const amounts = { ...pricing.totals, discountByRestaurantMinor };
  return { pricing, pickup, lines, amounts, payMinor: part(pricing.totals.deliveryFeeMinor, 80) };
}

const anyOrder: fc.Arbitrary<Placed> = fc.oneof(wish, wish).map(place);

const stagesOf = (endedIn: EndedIn, pickup: boolean): (CourierStage | null)[] => {
  if (pickup || ["PENDING_PAYMENT", "SCHEDULED", "PLACED"].includes(endedIn)) return [null];
  return endedIn === "PICKED_UP" ? ["PICKED_UP", "AT_DROPOFF"] : [null, "ASSIGNED", "AT_PICKUP"];
};
const takenFrom: readonly EndedIn[] = ["ACCEPTED", "PREPARING", "READY", "PICKED_UP"];

type Wanted = { pieceOf: number; share: number; byLine: boolean; fault: Fault };
const wanted: fc.Arbitrary<Wanted> = fc.record({
  pieceOf: fc.nat({ max: 3 }),
  share: fc.integer({ min: 1, max: 60 }),
  byLine: fc.boolean(),
  fault: fc.constantFrom(...faults),
});

/** Where an order stands: its lines, what was refunded of it, and what was posted. */
type Books = { lines: SoldLine[]; refunds: EarlyRefund[]; entries: Entry[]; capturedMinor: number };

function taken({ amounts, lines }: Placed, captured: boolean): Books {
  const capturedMinor = captured ? amounts.totalMinor : 0;
  const entries = entriesOf("payment-captured", { amountMinor: capturedMinor }, owners);
  return { lines, refunds: [], entries, capturedMinor };
}

const backMinor = ({ refunds }: Books): number => sum(refunds.map(({ amountMinor }) => amountMinor));

/** What a wish comes to before the end; null where nothing is left to refund. */
function refundOf({ amounts }: Placed, books: Books, { pieceOf, share, byLine, fault }: Wanted): EarlyRefund | null {
  const id = String(books.refunds.length);
  const left = books.capturedMinor - backMinor(books);
  const taxLeft = Math.max(0, amounts.taxMinor - sum(books.refunds.map(({ taxMinor }) => taxMinor)));
  const parts = { taxMinor: taxLeft, restMinor: left - taxLeft };
  const line = byLine ? books.lines[pieceOf % books.lines.length] : undefined;
  const worth = line && lineRefund(line, 1);
  if (worth && worth.amountMinor > 0 && worth.amountMinor <= left)
    return {
      ...worth,
      taxMinor: refundParts(parts, worth.amountMinor, worth.taxMinor).taxMinor,
      id,
      fault,
      lines: [{ lineId: line!.lineId, quantity: 1 }],
    };
  const amountMinor = part(left, share);
  if (byLine || amountMinor === 0) return null;
  const { taxMinor } = refundParts(parts, amountMinor);
  return { id, fault, amountMinor, taxMinor, promotedMinor: 0, lines: [] };
}

const withoutPieces = (lines: readonly SoldLine[], { lines: pieces, ...worth }: EarlyRefund): SoldLine[] =>
  lines.map((line) =>
    pieces.some(({ lineId }) => lineId === line.lineId)
      ? {
          ...line,
          refundedQuantity: line.refundedQuantity + 1,
          refundedMinor: line.refundedMinor + worth.amountMinor,
          refundedTaxMinor: line.refundedTaxMinor + worth.taxMinor,
          refundedPromotedMinor: (line.refundedPromotedMinor ?? 0) + worth.promotedMinor,
        }
      : line,
  );

function refundEarly(order: Placed, books: Books, wish_: Wanted): Books {
  const refund = refundOf(order, books, wish_);
  if (refund === null) return books;
  const entries = entriesOf("refund-requested-held", { amountMinor: refund.amountMinor }, owners);
  return {
    ...books,
    lines: withoutPieces(books.lines, refund),
    refunds: [...books.refunds, refund],
    entries: [...books.entries, ...entries],
  };
}

type End = { endedIn: EndedIn; fault: Fault; stage: CourierStage | null; returned: boolean };

/** The end, as payments posts it, with the refund of the rest. */
function end(order: Placed, books: Books, { endedIn, fault, stage, returned }: End) {
  const told: Ending = { endedIn, fault, charge: chargeOf(endedIn, fault, order.pricing, rule) };
  const captured = books.capturedMinor > 0;
  const ending = carriedOut(told, { captured, courierId: stage === null ? null : owners.courierId });
  const standing = standingAfter(ending, books.refunds, books.lines, 1);
  const ride =
    stage === null ? null : { courierId: "cou_1", stage, courierPayMinor: order.payMinor, rates: defaultCourierRates };
  const sold = {
    netMinor: sum(order.lines.map(({ netMinor }) => netMinor)),
    promotedMinor: sum(order.lines.map(({ promotedMinor }) => promotedMinor)),
  };
  const earned = earnedAtEnd(ending, sold, ride);
  const customerPays = ending.fault === "CUSTOMER";
  const facts = { charge: ending.charge, customerPays, ...earned, commissionBps };
  const posted = entriesOf(
    "order-ended",
    { ...facts, refunded: standing.refunded, refundedTaxMinor: standing.backTaxMinor },
    owners,
  );
  const keptMinor = ending.charge.totalMinor - standing.backMinor;
  const restMinor = books.capturedMinor - backMinor(books) - keptMinor;
  const rest = entriesOf("refund-requested-held", { amountMinor: restMinor }, owners);
  const again =
    returned && stage !== null ? courierPayAt("RETURNED", ending.fault, order.payMinor, defaultCourierRates) : 0;
  const compensated = entriesOf("courier-compensated", { amountMinor: again }, owners);
  const entries = [...books.entries, ...posted, ...rest, ...compensated];
  return { ending, earned, standing, keptMinor, restMinor, posted, entries };
}

const credit = (entries: readonly Entry[], ...accounts: string[]): number =>
  0 - sum(entries.filter(({ account }) => accounts.includes(account)).map(({ amountMinor }) => amountMinor));
const income = ["commission", "delivery_fee", "service_fee"];
const expense = ["promo_expense", "refund_expense", "courier_cost"];

const situation = fc.record({
  order: anyOrder,
  endedIn: fc.constantFrom(...endedStates),
  fault: fc.constantFrom(...faults),
  pick: fc.nat({ max: 11 }),
  returned: fc.boolean(),
  captureRefused: fc.boolean(),
  early: fc.array(wanted, { maxLength: 4 }),
});

function play(told: typeof situation extends fc.Arbitrary<infer T> ? T : never) {
  const { order, fault, pick, returned, captureRefused, early } = told;
  const endedIn = order.pickup && told.endedIn === "PICKED_UP" ? "READY" : told.endedIn;
  const captured = takenFrom.includes(endedIn) && !(captureRefused && endedIn === "ACCEPTED");
  const stages = stagesOf(endedIn, order.pickup);
  const stage = stages[pick % stages.length] ?? null;
  const books = early.reduce((at, one) => refundEarly(order, at, one), taken(order, captured));
  const how = { endedIn, fault, stage, returned: returned && endedIn === "PICKED_UP" };
  return { order, books, how, captured, ...end(order, books, how) };
}

describe("every end of every order", () => {
  test("leaves nothing held, charges only who is at fault, and adds up", () => {
    fc.assert(
      fc.property(situation, (told) => {
        const { order, books, how, captured, entries, keptMinor, restMinor, ending } = play(told);
        expect(sum(entries.map(({ amountMinor }) => amountMinor))).toBe(0);
        for (const { account, owner, amountMinor } of entries) {
          expect(amountMinor).not.toBe(0);
          expect(owner !== "").toBe(accountKinds[account].owner !== "PLATFORM");
        }
        expect(credit(entries, "orders_held")).toBe(0);
        // What the customer paid in the end, and what the platform bore, is what was earned and taxed.
        const paidMinor = books.capturedMinor - credit(entries, "refunds_pending");
        expect(paidMinor).toBe(keptMinor);
        const borneMinor = 0 - credit(entries, ...income, ...expense);
        expect(paidMinor + borneMinor).toBe(
          credit(entries, "restaurant_payable", "courier_payable", "tips_held", "tax_payable"),
        );
        expect(restMinor).toBeGreaterThanOrEqual(0);
        expect(credit(entries, "refunds_pending")).toBeLessThanOrEqual(books.capturedMinor);
        expect(ending.charge.totalMinor).toBeLessThanOrEqual(order.amounts.totalMinor);
        expect(keptMinor).toBeGreaterThanOrEqual(0);
        if (how.fault !== "CUSTOMER" || !captured) expect(paidMinor).toBe(0);
        expect(credit(entries, "tax_payable")).toBeGreaterThanOrEqual(0);
        if (paidMinor === 0) expect(credit(entries, "tax_payable")).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test("pays whoever worked and was not at fault, and never takes more back than was earned", () => {
    fc.assert(
      fc.property(situation, (told) => {
        const { order, books, how, entries, earned } = play(told);
        const { endedIn, fault, stage, returned } = how;
        const pay = credit(entries, "courier_payable");
        const rates: Partial<Record<CourierStage, number>> = { ASSIGNED: 0.25, AT_PICKUP: 0.5 };
        const earnedRate = stage === null ? 0 : (rates[stage] ?? 1);
        const rate = (amountMinor: number, of: number) => Math.floor(amountMinor * of + 0.5);
        const ridden = fault === "COURIER" ? 0 : rate(order.payMinor, earnedRate);
        const home = returned && fault !== "COURIER" && stage !== null ? rate(order.payMinor, 0.5) : 0;
        const givenByCourier = sum(
          books.refunds.filter((one) => one.fault === "COURIER").map(({ amountMinor }) => amountMinor),
        );
        expect(pay).toBeLessThanOrEqual(ridden + home);
        expect(pay).toBeGreaterThanOrEqual(home);
        if (givenByCourier === 0) expect(pay).toBe(ridden + home);

        const cooked = ["PREPARING", "READY", "PICKED_UP"].includes(endedIn);
        const items = sum(order.lines.map(({ netMinor, promotedMinor }) => netMinor + promotedMinor));
        const owed = credit(entries, "restaurant_payable") + credit(entries, "commission");
        const givenByRestaurant = books.refunds.some((one) => one.fault === "RESTAURANT");
        if (earned.salesMinor >= 0) expect(owed).toBeGreaterThanOrEqual(0);
        expect(owed).toBeLessThanOrEqual(items);
        if (fault === "RESTAURANT" || !takenFrom.includes(endedIn)) expect(owed).toBe(0);
        const delivered = fault === "CUSTOMER" && endedIn === "PICKED_UP";
        const own = order.pricing.fees.find(({ kind }) => kind === "DELIVERY")?.discountByRestaurantMinor ?? 0;
        if (cooked && fault !== "RESTAURANT" && !givenByRestaurant) expect(owed).toBe(items - (delivered ? own : 0));
        if (endedIn === "ACCEPTED" && (fault !== "CUSTOMER" || books.capturedMinor === 0)) expect(owed).toBe(0);
        if (endedIn === "ACCEPTED" && fault === "CUSTOMER" && books.capturedMinor > 0 && !givenByRestaurant)
          expect(Math.abs(owed - items / 4)).toBeLessThanOrEqual(order.lines.length + 1);
      }),
      { numRuns: 2_000 },
    );
  });

  test("the tip lands once: with the courier who carried it to a customer at fault, else back", () => {
    fc.assert(
      fc.property(situation, (told) => {
        const { order, how, captured, entries } = play(told);
        const earned = how.fault === "CUSTOMER" && how.endedIn === "PICKED_UP" && captured && how.stage !== null;
        expect(credit(entries, "tips_held")).toBe(earned ? order.amounts.tipMinor : 0);
      }),
    );
  });

  test("charged in full it is the settlement of a delivered order", () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        fc.pre(!order.pickup && order.amounts.totalMinor > 0);
        const how = { endedIn: "PICKED_UP", fault: "CUSTOMER", stage: "AT_DROPOFF", returned: false } as const;
        const { posted } = end(order, taken(order, true), how);
        const { amounts, payMinor: courierPayMinor } = order;
        const facts = { amounts, commissionBps, courierPayMinor, refunded: nothingRefunded, refundedTaxMinor: 0 };
        const settled = entriesOf("order-settled", facts, owners);
        for (const account of Object.keys(accountKinds)) expect(credit(posted, account)).toBe(credit(settled, account));
      }),
    );
  });

  test("refunds of before the end and the same ones after it cost each side the same", () => {
    fc.assert(
      fc.property(situation, (told) => {
        const { order, books, how, captured, entries, ending } = play({ ...told, fault: "CUSTOMER" });
        fc.pre(captured && ending.charge.totalMinor > 0);
        const after = refundLate(order, how, ending, books.refunds);
        for (const account of Object.keys(accountKinds)) expect(credit(entries, account)).toBe(credit(after, account));
      }),
      { numRuns: 1_000 },
    );
  });
});

/** The same refunds, asked for once the order has ended: pieces at the charged price, amounts while something is left. */
function refundLate(order: Placed, how: End, { charge }: Ending, refunds: readonly EarlyRefund[]): Entry[] {
  const { entries, earned } = end(order, taken(order, true), how);
  const left = { taxMinor: charge.taxMinor, restMinor: charge.totalMinor - charge.taxMinor };
  let lines = order.lines;
  let before = nothingRefunded;
  const late = refunds.flatMap((refund) => {
    const [piece] = refund.lines;
    const line = lines.find(({ lineId }) => lineId === piece?.lineId);
    const worth = line && lineRefund(chargedLine(line, charge.itemsBps, 1), 1);
    const asked = worth?.amountMinor ?? refund.amountMinor;
    const amountMinor = Math.min(asked, left.taxMinor + left.restMinor);
    const { taxMinor, restMinor } = refundParts(left, amountMinor, worth?.taxMinor ?? null);
    left.taxMinor -= taxMinor;
    left.restMinor -= restMinor;
    const { fault } = refund;
    const promotedMinor = worth?.promotedMinor ?? 0;
    if (worth) lines = withoutPieces(lines, { ...refund, ...worth });
    const facts = {
      amountMinor,
      heldMinor: 0,
      taxMinor,
      fault,
      borneMinor: restMinor,
      promotedMinor,
      customerPays: true,
      before,
      earned: { ...earned, commissionBps },
    };
    before = withRefund(before, { fault, restMinor, promotedMinor });
    return entriesOf("refund-requested-settled", facts, owners);
  });
  return [...entries, ...late];
}
