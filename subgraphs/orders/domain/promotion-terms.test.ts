import fc from "fast-check";
import { expect, test } from "vitest";
import { checkMoneyTerms, checkOffer, isCode, normaliseCode, windowOf, type MoneyTerms } from "./promotion-terms.ts";

const percent: MoneyTerms = {
  kind: "PERCENT",
  percentBps: 1000,
  amountMinor: null,
  capMinor: null,
  itemIds: null,
  minimumBasketMinor: 0,
  firstOrderOnly: false,
  restaurantShareBps: 0,
};

test("a code is the same however somebody types it, and once normalised stays so", () => {
  expect(["makan-20", " Makan 20 ", "ＭＡＫＡＮ２０"].map(normaliseCode)).toEqual(["MAKAN20", "MAKAN20", "MAKAN20"]);
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9 -]{0,30}$/), (text) => {
      expect(normaliseCode(normaliseCode(text))).toBe(normaliseCode(text));
      expect(normaliseCode(text.toLowerCase())).toBe(normaliseCode(text));
    }),
  );
  expect(["MAKAN20", "ABCD"].every(isCode)).toBe(true);
  expect(["ABC", "A".repeat(21), "CAFÉ", "", "DROP'X"].some(isCode)).toBe(false);
});

test.each([
  ["no share", { percentBps: null }, "percentBps"],
  ["a share of nothing", { percentBps: 0 }, "percentBps"],
  ["more than all", { percentBps: 10_001 }, "percentBps"],
  ["an amount beside a share", { amountMinor: 5 }, "amountMinor"],
  ["dishes of a basket's promotion", { itemIds: ["itm_a"] }, "itemIds"],
  ["an item promotion of no dishes", { kind: "ITEM", itemIds: [] }, "itemIds"],
  ["a cap on an amount", { kind: "FIXED", percentBps: null, amountMinor: 5, capMinor: 5 }, "capMinor"],
  ["a negative amount", { kind: "FIXED", percentBps: null, amountMinor: -5 }, "amountMinor"],
  ["a share of the delivery fee", { kind: "FREE_DELIVERY" }, "percentBps"],
  ["a cap of nothing", { capMinor: 0 }, "capMinor"],
  ["a negative minimum", { minimumBasketMinor: -1 }, "minimumBasketMinor"],
  ["half a unit", { minimumBasketMinor: 0.5 }, "minimumBasketMinor"],
  ["too much of the restaurant", { restaurantShareBps: 10_001 }, "restaurantShareBps"],
] as const)("terms are refused: %s", (_, change, field) => {
  expect(checkMoneyTerms({ ...percent, ...change } as MoneyTerms)?.field).toBe(field);
});

test("names and limits are looked at", () => {
  const offer = { name: "Lunch", limitTotal: null, limitPerUser: 1 };
  expect(checkOffer(offer)).toBeNull();
  expect(checkOffer({ ...offer, name: "" })?.field).toBe("name");
  expect(checkOffer({ ...offer, name: "x".repeat(81) })?.field).toBe("name");
  expect(checkOffer({ ...offer, limitTotal: 0 })?.field).toBe("limitTotal");
  expect(checkOffer({ ...offer, limitPerUser: -1 })?.field).toBe("limitPerUser");
});

const jakarta = { from: "2026-06-01T18:00", until: "2026-06-30T23:59", timeZone: "Asia/Jakarta" };
test("a window is read by the clocks of its place", () => {
  expect(windowOf(jakarta)).toEqual({
    ok: true,
    value: { startsAt: new Date("2026-06-01T11:00:00Z"), endsAt: new Date("2026-06-30T16:59:00Z") },
  });
  expect(windowOf({ ...jakarta, until: null })).toMatchObject({ ok: true, value: { endsAt: null } });
});

test("where clocks change, a skipped hour moves on and a repeated hour is all in it", () => {
  const berlin = { timeZone: "Europe/Berlin", from: "2026-03-29T02:30", until: "2026-10-25T02:30" };
  expect(windowOf(berlin)).toEqual({
    ok: true,
    value: { startsAt: new Date("2026-03-29T01:30:00Z"), endsAt: new Date("2026-10-25T01:30:00Z") },
  });
  const repeated = windowOf({ timeZone: "Europe/Berlin", from: "2026-10-25T02:30", until: "2026-10-25T02:30" });
  expect(repeated).toEqual({
    ok: true,
    value: { startsAt: new Date("2026-10-25T00:30:00Z"), endsAt: new Date("2026-10-25T01:30:00Z") },
  });
});

test.each([
  ["no zone", { timeZone: "Mars/Olympus" }, "timeZone"],
  ["an offset", { timeZone: "+07:00" }, "timeZone"],
  ["no time", { from: "tomorrow" }, "from"],
  ["a day that is not", { from: "2026-02-30T00:00" }, "from"],
  ["an instant", { until: "2026-06-30T23:59Z" }, "until"],
  ["an end before the beginning", { until: "2026-05-30T23:59" }, "until"],
])("windows are refused: %s", (_, change, field) => {
  expect(windowOf({ ...jakarta, ...change })).toMatchObject({ ok: false, error: { field } });
});
