import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maxAmountMinor } from "./pricing.ts";
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

describe("what a refusal says, and the last value that is taken", () => {
  const say = (refused: { field: string; message: string } | null) => refused && `${refused.field}: ${refused.message}`;
  const terms = (change: Partial<MoneyTerms>) => say(checkMoneyTerms({ ...percent, ...change }));
  const item: Partial<MoneyTerms> = { kind: "ITEM", itemIds: ["itm_a"] };
  const fixed: Partial<MoneyTerms> = { kind: "FIXED", percentBps: null, amountMinor: 5 };
  const free: Partial<MoneyTerms> = { kind: "FREE_DELIVERY", percentBps: null };
  const ids = (count: number) => Array.from({ length: count }, (_, n) => `itm_${n}`);

  test("every kind takes what it needs, and nothing else", () => {
    expect([terms({}), terms(item), terms(fixed), terms(free)]).toEqual([null, null, null, null]);
    expect([terms({ capMinor: 1 }), terms({ ...item, capMinor: 1 }), terms({ ...free, capMinor: 1 })]).toEqual([
      null,
      null,
      null,
    ]);
    expect([terms({ percentBps: null }), terms({ ...item, percentBps: null })]).toEqual(
      Array(2).fill("percentBps: Say which share."),
    );
    expect([terms({ ...fixed, percentBps: 1 }), terms({ ...free, percentBps: 1 })]).toEqual(
      Array(2).fill("percentBps: This kind takes no share."),
    );
    expect(terms({ ...fixed, amountMinor: null })).toBe("amountMinor: Say which amount.");
    expect([{}, item, free].map((kind) => terms({ ...kind, amountMinor: 1 }))).toEqual(
      Array(3).fill("amountMinor: This kind takes no amount."),
    );
    expect(terms({ ...item, itemIds: null })).toBe("itemIds: Say which dishes.");
    expect([{}, fixed, free].map((kind) => terms({ ...kind, itemIds: ["itm_a"] }))).toEqual(
      Array(3).fill("itemIds: This kind takes no dishes."),
    );
    expect(terms({ ...fixed, capMinor: 1 })).toBe("capMinor: This kind takes no cap.");
  });

  test("amounts lie between their bounds, both included", () => {
    const bounds = [
      ["percentBps", {}, 1, 10_000, "From 1 to 10,000 basis points."],
      ["amountMinor", fixed, 1, maxAmountMinor, "The amount is out of range."],
      ["capMinor", {}, 1, maxAmountMinor, "The cap is out of range."],
      ["minimumBasketMinor", {}, 0, maxAmountMinor, "The minimum is out of range."],
      ["restaurantShareBps", {}, 0, 10_000, "From 0 to 10,000 basis points."],
    ] as const;
    for (const [field, kind, least, most, message] of bounds) {
      expect([field, ...[least, most].map((value) => terms({ ...kind, [field]: value }))]).toEqual([field, null, null]);
      const refused = `${field}: ${message}`;
      expect([least - 1, most + 1, least + 0.5].map((value) => terms({ ...kind, [field]: value }))).toEqual(
        Array(3).fill(refused),
      );
    }
    expect([1, 50].map((count) => terms({ ...item, itemIds: ids(count) }))).toEqual([null, null]);
    expect([0, 51].map((count) => terms({ ...item, itemIds: ids(count) }))).toEqual(
      Array(2).fill("itemIds: From 1 to 50 dishes."),
    );
  });

  test("offers and codes", () => {
    const offer = (change: object) => say(checkOffer({ name: "x", limitTotal: null, limitPerUser: null, ...change }));
    expect([offer({}), offer({ name: "x".repeat(80) }), offer({ limitTotal: 1, limitPerUser: 1_000_000_000 })]).toEqual(
      [null, null, null],
    );
    expect([offer({ name: "" }), offer({ name: "x".repeat(81) })]).toEqual(
      Array(2).fill("name: From 1 to 80 characters."),
    );
    for (const field of ["limitTotal", "limitPerUser"])
      expect([0, 1_000_000_001, 1.5].map((value) => offer({ [field]: value }))).toEqual(
        Array(3).fill(`${field}: From 1 to 1,000,000,000.`),
      );
    expect(["ABCD", "A".repeat(20)].map(isCode)).toEqual([true, true]);
    expect(["abcd", "ABC", "A".repeat(21), " ABCD", "ABCD ", "AB-CD"].map(isCode)).toEqual(Array(6).fill(false));
    expect(normaliseCode(`${"a".repeat(99)}bc`)).toBe(`${"A".repeat(99)}B`);
  });

  test("windows", () => {
    const window = (change: object) => {
      const read = windowOf({ ...jakarta, ...change });
      return read.ok ? null : say(read.error);
    };
    expect([{ timeZone: "Mars/Olympus" }, { timeZone: "+07:00" }, { timeZone: "" }].map(window)).toEqual(
      Array(3).fill("timeZone: That is no IANA time zone."),
    );
    const bad = [
      "tomorrow",
      "2026-02-30T00:00",
      "x2026-06-01T00:00",
      "2026-06-01T00:00x",
      "1999-06-01T00:00",
      "2026-06-01T24:00",
      "2026-6-01T00:00",
    ];
    for (const text of bad) {
      expect([text, window({ from: text })]).toEqual([text, "from: Write the time as 2026-12-31T18:00."]);
      expect([text, window({ until: text })]).toEqual([text, "until: Write the time as 2026-12-31T18:00."]);
    }
    expect([window({ until: jakarta.from }), window({ until: "2026-06-01T18:01" })]).toEqual([
      "until: The end comes after the beginning.",
      null,
    ]);
  });
});
