import { describe, expect, test } from "vitest";
import {
  endingOf,
  orderA,
  orderB,
  pickupA,
  rideOf,
  sharesOf,
  type Shares,
  type StoryOrder,
} from "../testing/stories.ts";
import { noCharge } from "./charge.ts";
import { carriedOut, chargedLine, earnedAtEnd, standingAfter, wholeEnding, type Ending } from "./ending.ts";
import {
  addedBurden,
  courierPayAt,
  defaultCourierRates,
  nothingRefunded,
  type CourierStage,
  type EndedIn,
  type Fault,
} from "./fault-policy.ts";
import { entriesOf, salesMinor, type Entry } from "./postings.ts";

const owners = { restaurantId: "rst_1", courierId: "cou_1" };
const commissionBps = 2_000;

const captured = ({ amounts }: StoryOrder): Entry[] =>
  entriesOf("payment-captured", { amountMinor: amounts.totalMinor }, owners);

const soldOf = ({ lines }: StoryOrder) => ({
  netMinor: lines.reduce((sum, { netMinor }) => sum + netMinor, 0),
  promotedMinor: lines.reduce((sum, { promotedMinor }) => sum + promotedMinor, 0),
});

/** The end alone, of an order whose money was taken and of which nothing was refunded. */
function ended(order: StoryOrder, ending: Ending, stage: CourierStage | null): Entry[] {
  const ride = stage === null ? null : rideOf(order, "cou_1", stage);
  const { charge, fault } = ending;
  const facts = {
    charge,
    customerPays: fault === "CUSTOMER",
    commissionBps,
    refunded: nothingRefunded,
    refundedTaxMinor: 0,
    ...earnedAtEnd(ending, soldOf(order), ride),
  };
  return entriesOf("order-ended", facts, owners);
}

function story(order: StoryOrder, endedIn: EndedIn, fault: Fault, stage: CourierStage | null): Entry[] {
  const ending = endingOf(order, endedIn, fault);
  const amountMinor = order.amounts.totalMinor - ending.charge.totalMinor;
  const back = entriesOf("refund-requested-held", { amountMinor }, owners);
  return [...captured(order), ...ended(order, ending, stage), ...back];
}

const delivered = ({ amounts, courierPayMinor }: StoryOrder): Entry[] =>
  entriesOf(
    "order-settled",
    { amounts, commissionBps, courierPayMinor, refunded: nothingRefunded, refundedTaxMinor: 0 },
    owners,
  );

const compensated = (amountMinor: number) => entriesOf("courier-compensated", { amountMinor }, owners);
const paid = (stage: CourierStage, fault: Fault, payMinor: number) =>
  courierPayAt(stage, fault, payMinor, defaultCourierRates);

const shares = (C: number, R: number, K: number, P: number, X: number): Shares => ({ C, R, K, P, X });

describe("the stories", () => {
  test.each<[string, Entry[], Shares]>([
    [
      "1: A delivered",
      [...captured(orderA), ...delivered(orderA)],
      shares(-13_998_000, 8_000_000, 2_200_000, 2_600_000, 1_198_000),
    ],
    [
      "1: A failed after pickup, the customer's fault",
      story(orderA, "PICKED_UP", "CUSTOMER", "AT_DROPOFF"),
      shares(-13_998_000, 8_000_000, 2_200_000, 2_600_000, 1_198_000),
    ],
    [
      "2: A accepted, the customer's fault, its courier on the way",
      story(orderA, "ACCEPTED", "CUSTOMER", "ASSIGNED"),
      shares(-2_750_000, 2_000_000, 300_000, 200_000, 250_000),
    ],
    [
      "3: B the same",
      story(orderB, "ACCEPTED", "CUSTOMER", "ASSIGNED"),
      shares(-1_762_499, 1_481_818, 240_000, -119_546, 160_227),
    ],
    [
      "4: A ready, the customer's fault, its courier there",
      story(orderA, "READY", "CUSTOMER", "AT_PICKUP"),
      shares(-11_333_000, 8_000_000, 600_000, 1_700_000, 1_033_000),
    ],
    [
      "5: the same, the restaurant's fault",
      story(orderA, "READY", "RESTAURANT", "AT_PICKUP"),
      shares(0, 0, 600_000, -600_000, 0),
    ],
    ["6: A ready, no courier", story(orderA, "READY", "PLATFORM", "SEARCHING"), shares(0, 8_000_000, 0, -8_000_000, 0)],
    [
      "7: A failed and returned on request, the customer's fault",
      [...story(orderA, "PICKED_UP", "CUSTOMER", "PICKED_UP"), ...compensated(paid("RETURNED", "CUSTOMER", 1_200_000))],
      shares(-13_998_000, 8_000_000, 2_800_000, 2_000_000, 1_198_000),
    ],
    [
      "7: A delivered by a second courier, the first left a kitchen too slow",
      [...captured(orderA), ...compensated(paid("AT_PICKUP", "PLATFORM", 1_200_000)), ...delivered(orderA)],
      shares(-13_998_000, 8_000_000, 2_800_000, 2_000_000, 1_198_000),
    ],
    [
      "8: A failed, the courier's fault",
      story(orderA, "PICKED_UP", "COURIER", "PICKED_UP"),
      shares(0, 8_000_000, 0, -8_000_000, 0),
    ],
    [
      "9: A failed by accident",
      story(orderA, "PICKED_UP", "NOBODY", "PICKED_UP"),
      shares(0, 8_000_000, 1_200_000, -9_200_000, 0),
    ],
    [
      "10: A never fetched by its customer",
      story(pickupA, "READY", "CUSTOMER", null),
      shares(-11_333_000, 8_000_000, 0, 2_300_000, 1_033_000),
    ],
    [
      "12: B delivered",
      [...captured(orderB), ...delivered(orderB)],
      shares(-8_961_500, 5_927_273, 1_460_000, 793_440, 780_787),
    ],
    [
      "13: 12, dish 2 missing, the restaurant's fault",
      [...captured(orderB), ...delivered(orderB), ...dishRefunded()],
      shares(-6_553_115, 3_902_428, 1_460_000, 628_844, 561_843),
    ],
  ])("%s", (_, entries, expected) => {
    expect(sharesOf(entries)).toEqual(expected);
    expect(expected.C + expected.R + expected.K + expected.P + expected.X).toBe(0);
    const held = entries.filter(({ account }) => account === "orders_held");
    expect(held.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(0);
  });

  test("returned on the courier's own account earns nothing more, nor does a return for the courier's fault", () => {
    expect(paid("RETURNED", "COURIER", 1_200_000)).toBe(0);
    expect(paid("PICKED_UP", "NOBODY", 1_200_000)).toBe(1_200_000);
  });
});

function dishRefunded(): Entry[] {
  const { netMinor, taxMinor, promotedMinor } = orderB.lines[1]!;
  const { amounts, courierPayMinor } = orderB;
  const facts = {
    amountMinor: netMinor + taxMinor,
    heldMinor: 0,
    taxMinor,
    borneMinor: netMinor,
    promotedMinor,
    fault: "RESTAURANT" as const,
    customerPays: true,
    before: nothingRefunded,
    earned: {
      salesMinor: salesMinor(amounts),
      commissionBps,
      courierPayMinor,
    },
  };
  return entriesOf("refund-requested-settled", facts, owners);
}

describe("an end charged in full", () => {
  test.each([
    ["A", orderA],
    ["B", orderB],
  ])("is a settlement with its courier: %s", (_, order) => {
    const whole = wholeEnding(order.amounts, "CUSTOMER");
    expect(ended(order, whole, "PICKED_UP")).toEqual(delivered(order));
  });
});

describe("an end that cannot be carried out as it was decided", () => {
  const decided = endingOf(orderA, "PICKED_UP", "CUSTOMER");

  test("charges nobody whose money was never taken: it is the platform's fault then", () => {
    const known = { captured: false, courierId: "cou_1" };
    expect(carriedOut(decided, known)).toEqual({ endedIn: "PICKED_UP", fault: "PLATFORM", charge: noCharge });
    const other = endingOf(orderA, "READY", "RESTAURANT");
    expect(carriedOut(other, known)).toEqual(other);
  });

  test("gives a tip without a courier back", () => {
    const { charge, fault } = carriedOut(decided, { captured: true, courierId: null });
    expect([charge.tipMinor, charge.totalMinor, fault]).toEqual([0, 12_998_000, "CUSTOMER"]);
    expect(carriedOut(decided, { captured: true, courierId: "cou_1" })).toEqual(decided);
  });
});

describe("refunds of before the end", () => {
  const lines = orderB.lines.map((line, index) => ({
    ...line,
    lineId: `line ${index}`,
    quantity: 2,
    refundedQuantity: 0,
    refundedMinor: 0,
    refundedTaxMinor: 0,
  }));
  const piece = { id: "one", fault: "RESTAURANT" as const, lines: [{ lineId: "line 1", quantity: 1 }] };
  const early = { ...piece, amountMinor: 1_204_193, taxMinor: 109_472, promotedMinor: 170_808 };

  test("of pieces count at the price that the end charges for them", () => {
    const ending = endingOf(orderB, "ACCEPTED", "CUSTOMER");
    const standing = standingAfter(ending, [early], lines, 1);
    // A quarter of the dish is 547,360 with 54,736 tax and 85,404 of the platform's discount; a piece is half of it.
    expect(standing.refunds).toEqual([
      { heldMinor: 1_204_193 - 301_048, taxMinor: 27_368, borneMinor: 273_680, promotedMinor: 42_702 },
    ]);
    expect([standing.backMinor, standing.backTaxMinor]).toEqual([301_048, 27_368]);
    expect(standing.refunded.promotedMinor).toBe(42_702);
  });

  test("of amounts count up to what is left of the charge", () => {
    const ending = endingOf(orderB, "ACCEPTED", "CUSTOMER");
    const amounts = [1_000_000, 1_000_000, 1_000_000].map((amountMinor, index) => ({
      id: String(index),
      fault: "PLATFORM" as const,
      amountMinor,
      taxMinor: 87_127,
      promotedMinor: 0,
      lines: [],
    }));
    const { refunds, backMinor, backTaxMinor } = standingAfter(ending, amounts, lines, 1);
    expect(refunds.map(({ heldMinor }) => heldMinor)).toEqual([0, 237_501, 1_000_000]);
    expect([backMinor, backTaxMinor]).toEqual([1_762_499, 160_227]);
  });

  test("fall on whoever was at fault though the customer pays nothing anyway", () => {
    const standing = standingAfter(endingOf(orderB, "READY", "PLATFORM"), [early], lines, 1);
    const borneMinor = 1_204_193 - 109_472;
    expect(standing.refunds).toEqual([{ heldMinor: 1_204_193, taxMinor: 0, borneMinor, promotedMinor: 170_808 }]);
    expect([standing.backMinor, standing.backTaxMinor]).toEqual([0, 0]);
    const earned = { salesMinor: 7_409_091, commissionBps, courierPayMinor: 0 };
    const added = addedBurden(
      nothingRefunded,
      { fault: "RESTAURANT", restMinor: borneMinor, promotedMinor: 170_808 },
      earned,
    );
    expect(added.restaurantMinor + added.commissionMinor).toBe(borneMinor + 170_808);
  });

  test("a line is priced as charged, with what was refunded of it at that price", () => {
    const line = { ...lines[0]!, refundedQuantity: 1, refundedMinor: 1_445_031, refundedTaxMinor: 131_367 };
    expect(chargedLine(line, 10_000, 1)).toBe(line);
    expect(chargedLine(line, 2_500, 1)).toMatchObject({
      netMinor: 656_832,
      taxMinor: 65_683,
      promotedMinor: 102_485,
      refundedMinor: 328_416 + 32_842,
      refundedTaxMinor: 32_842,
      refundedPromotedMinor: 51_243,
    });
  });
});
