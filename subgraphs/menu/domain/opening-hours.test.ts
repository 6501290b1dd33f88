import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dayMinutes,
  formatClock,
  isOpenAt,
  isTimeZone,
  nextOpening,
  openIntervals,
  parseSpans,
  writeSpan,
  type Span,
} from "./opening-hours.ts";

const at = (text: string) => new Date(text);
const everyDay = (opens: number, closes: number): Span[] =>
  [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens, closes }));

describe("reading a week", () => {
  test("a close at or before the opening lies on the next day", () => {
    const parsed = parseSpans([
      { weekday: 6, opens: "17:00", closes: "02:30" },
      { weekday: 1, opens: "00:00", closes: "00:00" },
    ]);
    expect(parsed).toEqual({
      ok: true,
      value: [
        { weekday: 1, opens: 0, closes: dayMinutes },
        { weekday: 6, opens: 1020, closes: dayMinutes + 150 },
      ],
    });
  });

  test.each([
    ["BAD_WEEKDAY", [{ weekday: 0, opens: "10:00", closes: "12:00" }]],
    ["BAD_WEEKDAY", [{ weekday: 8, opens: "10:00", closes: "12:00" }]],
    ["BAD_TIME", [{ weekday: 1, opens: "24:00", closes: "12:00" }]],
    ["BAD_TIME", [{ weekday: 1, opens: "9:00", closes: "12:00" }]],
    [
      "OVERLAP",
      [
        { weekday: 1, opens: "10:00", closes: "12:00" },
        { weekday: 1, opens: "11:59", closes: "13:00" },
      ],
    ],
    [
      "OVERLAP",
      [
        { weekday: 7, opens: "20:00", closes: "03:00" },
        { weekday: 1, opens: "02:00", closes: "05:00" },
      ],
    ],
    ["TOO_MANY", Array.from({ length: 29 }, () => ({ weekday: 1, opens: "10:00", closes: "12:00" }))],
  ])("%s is refused", (tag, spans) => {
    expect(parseSpans(spans)).toMatchObject({ ok: false, error: { tag } });
  });

  test("spans that only touch do not overlap", () => {
    expect(
      parseSpans([
        { weekday: 7, opens: "20:00", closes: "02:00" },
        { weekday: 1, opens: "02:00", closes: "05:00" },
      ]).ok,
    ).toBe(true);
  });

  test("what is written is read again", () => {
    const minute = fc.integer({ min: 0, max: dayMinutes - 1 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), minute, minute, (weekday, opens, closes) => {
        const parsed = parseSpans([{ weekday, opens: formatClock(opens), closes: formatClock(closes) }]);
        if (!parsed.ok) throw new Error("refused");
        expect(parsed.value.map(writeSpan)).toEqual([
          { weekday, opens: formatClock(opens), closes: formatClock(closes) },
        ]);
      }),
    );
  });
});

describe("open or closed", () => {
  test("a span past midnight holds on the day after, to the minute", () => {
    const saturdayNight: Span[] = [{ weekday: 6, opens: 1020, closes: dayMinutes + 120 }];
    const open = (text: string) => isOpenAt(saturdayNight, "Asia/Jakarta", at(text));
    expect(open("2026-06-06T17:00:00+07:00")).toBe(true);
    expect(open("2026-06-07T01:59:59+07:00")).toBe(true);
    expect(open("2026-06-07T02:00:00+07:00")).toBe(false);
    expect(open("2026-06-06T16:59:59+07:00")).toBe(false);
    expect(open("2026-06-06T01:00:00+07:00")).toBe(false);
  });

  test("24 hours on every day never closes, in any zone, also when clocks change", () => {
    const instants = fc.date({ min: at("2025-01-01T00:00:00Z"), max: at("2028-01-01T00:00:00Z"), noInvalidDate: true });
    const zones = fc.constantFrom(
      "Asia/Jakarta",
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "America/Santiago",
    );
    fc.assert(
      fc.property(instants, zones, (instant, zone) => {
        expect(isOpenAt(everyDay(0, dayMinutes), zone, instant)).toBe(true);
      }),
    );
  });

  test("where clocks never change, Temporal agrees with plain arithmetic", () => {
    const spans = fc.array(
      fc
        .record({
          weekday: fc.integer({ min: 1, max: 7 }),
          opens: fc.integer({ min: 0, max: 1439 }),
          length: fc.integer({ min: 1, max: dayMinutes }),
        })
        .map(({ weekday, opens, length }) => ({ weekday, opens, closes: opens + length })),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(spans, fc.integer({ min: 0, max: 7 * dayMinutes - 1 }), (week, minuteOfWeek) => {
        const monday = at("2026-06-01T00:00:00+07:00").getTime();
        const expected = week.some(({ weekday, opens, closes }) => {
          const since = (minuteOfWeek - ((weekday - 1) * dayMinutes + opens) + 7 * dayMinutes) % (7 * dayMinutes);
          return since < closes - opens;
        });
        expect(isOpenAt(week, "Asia/Jakarta", new Date(monday + minuteOfWeek * 60_000))).toBe(expected);
      }),
    );
  });
});

describe("daylight saving, Europe/Berlin", () => {
  const zone = "Europe/Berlin";
  const night = (opens: number, closes: number): Span[] => [{ weekday: 7, opens, closes }];

  test("gap: an opening at 02:30 that does not exist becomes 03:30", () => {
    // 2026-03-29: 02:00 CET jumps to 03:00 CEST.
    const [interval] = openIntervals(night(150, 300), zone, at("2026-03-29T12:00:00Z"), 0, 0);
    expect(interval).toEqual({ from: at("2026-03-29T01:30:00Z").getTime(), to: at("2026-03-29T03:00:00Z").getTime() });
  });

  test("gap: a night across it is an hour shorter", () => {
    const saturday: Span[] = [{ weekday: 6, opens: 1320, closes: dayMinutes + 240 }];
    const [interval] = openIntervals(saturday, zone, at("2026-03-28T12:00:00Z"), 0, 0);
    expect(interval && (interval.to - interval.from) / 3_600_000).toBe(5);
  });

  test("gap: a span of which nothing is left is no opening", () => {
    // Both begin at 03:30 on the day of the change: one ended before, the other ends then.
    const nextOf = (closes: number) => nextOpening(night(150, closes), zone, at("2026-03-28T20:00:00Z"))?.toISOString();
    expect([nextOf(180), nextOf(210), nextOf(211)]).toEqual([
      "2026-04-05T00:30:00.000Z",
      "2026-04-05T00:30:00.000Z",
      "2026-03-29T01:30:00.000Z",
    ]);
  });

  test("overlap: an end at 02:30 that comes twice means the first", () => {
    // 2026-10-25: 03:00 CEST falls back to 02:00 CET.
    const week = night(0, 150);
    expect(isOpenAt(week, zone, at("2026-10-25T00:29:59Z"))).toBe(true);
    expect(isOpenAt(week, zone, at("2026-10-25T00:30:00Z"))).toBe(false);
    expect(isOpenAt(week, zone, at("2026-10-25T01:15:00Z"))).toBe(false);
  });

  test("overlap: a night across it is an hour longer", () => {
    const saturday: Span[] = [{ weekday: 6, opens: 1320, closes: dayMinutes + 240 }];
    const [interval] = openIntervals(saturday, zone, at("2026-10-24T12:00:00Z"), 0, 0);
    expect(interval && (interval.to - interval.from) / 3_600_000).toBe(7);
  });
});

describe("next opening", () => {
  test("null while open and without hours, else the nearest start", () => {
    const lunch = everyDay(600, 840);
    const next = (text: string) => nextOpening(lunch, "Asia/Jakarta", at(text))?.toISOString() ?? null;
    expect(next("2026-06-01T11:00:00+07:00")).toBeNull();
    expect(next("2026-06-01T09:00:00+07:00")).toBe("2026-06-01T03:00:00.000Z");
    expect(next("2026-06-01T14:00:00+07:00")).toBe("2026-06-02T03:00:00.000Z");
    expect(nextOpening([], "Asia/Jakarta", at("2026-06-01T00:00:00Z"))).toBeNull();
  });

  test("a restaurant is open at its next opening, and was closed a moment before", () => {
    const instants = fc.date({ min: at("2026-01-01T00:00:00Z"), max: at("2027-01-01T00:00:00Z"), noInvalidDate: true });
    const day = fc.integer({ min: 1, max: 7 });
    fc.assert(
      fc.property(
        instants,
        day,
        fc.integer({ min: 0, max: 1439 }),
        fc.integer({ min: 180, max: 600 }),
        (instant, weekday, opens, length) => {
          const week = [{ weekday, opens, closes: opens + length }];
          const next = nextOpening(week, "Europe/Berlin", instant);
          if (next === null) {
            expect(isOpenAt(week, "Europe/Berlin", instant)).toBe(true);
            return;
          }
          expect(isOpenAt(week, "Europe/Berlin", next)).toBe(true);
          expect(isOpenAt(week, "Europe/Berlin", new Date(next.getTime() - 1))).toBe(false);
        },
      ),
    );
  });
});

test("zones are IANA names", () => {
  expect(["Asia/Jakarta", "Europe/Berlin", "UTC"].map(isTimeZone)).toEqual([true, true, true]);
  expect(["+07:00", "Mars/Olympus", "", "Asia/Jakarta; drop"].map(isTimeZone)).toEqual([false, false, false, false]);
});

describe("edges of a week", () => {
  const span = (weekday: number, opens: string, closes: string) => ({ weekday, opens, closes });
  const read = (...spans: ReturnType<typeof span>[]) => {
    const parsed = parseSpans(spans);
    return parsed.ok ? parsed.value : parsed.error;
  };

  test("28 spans are a week, of which none is too many", () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, n) =>
        span((n % 7) + 1, `0${Math.floor(n / 7)}:00`, `0${Math.floor(n / 7)}:30`),
      );
    expect(read(...many(28))).toHaveLength(28);
    expect(read(...many(29))).toEqual({ tag: "TOO_MANY", index: 28 });
  });

  test("the span at fault is named", () => {
    const good = span(1, "10:00", "12:00");
    for (const weekday of [0, 8, 1.5])
      expect(read(good, span(weekday, "10:00", "12:00"))).toEqual({ tag: "BAD_WEEKDAY", index: 1 });
    for (const bad of ["24:00", "9:00", "10:60", "x10:00", "10:00x", "1000", ""]) {
      expect([bad, read(good, span(2, bad, "12:00"))]).toEqual([bad, { tag: "BAD_TIME", index: 1 }]);
      expect([bad, read(good, span(2, "10:00", bad))]).toEqual([bad, { tag: "BAD_TIME", index: 1 }]);
    }
    expect(read(good, span(2, "10:00", "12:00"), span(1, "11:00", "13:00"))).toEqual({ tag: "OVERLAP", index: 2 });
    expect(read(good, span(1, "09:00", "13:00"))).toEqual({ tag: "OVERLAP", index: 1 });
    expect(read(good, good)).toEqual({ tag: "OVERLAP", index: 1 });
  });

  test("spans are sorted by day and time, and touch on either side", () => {
    const sorted = read(
      span(2, "08:00", "09:00"),
      span(1, "12:00", "14:00"),
      span(1, "10:00", "12:00"),
      span(1, "14:00", "15:00"),
    );
    expect(sorted).toEqual([
      { weekday: 1, opens: 600, closes: 720 },
      { weekday: 1, opens: 720, closes: 840 },
      { weekday: 1, opens: 840, closes: 900 },
      { weekday: 2, opens: 480, closes: 540 },
    ]);
  });

  test("two spans overlap exactly if they share a minute of the week", () => {
    const minute = fc.integer({ min: 0, max: dayMinutes - 1 });
    const any = fc.record({ weekday: fc.integer({ min: 1, max: 7 }), opens: minute, closes: minute });
    const minutes = ({ weekday, opens, closes }: Span) => {
      const length = closes <= opens ? closes + dayMinutes - opens : closes - opens;
      return Array.from({ length }, (_, n) => ((weekday - 1) * dayMinutes + opens + n) % (7 * dayMinutes));
    };
    fc.assert(
      fc.property(any, any, fc.integer({ min: 0, max: 2 }), (a, other, near) => {
        const b = { ...other, weekday: ((a.weekday - 1 + near) % 7) + 1 };
        const taken = new Set(minutes(a));
        const written = [a, b].map(({ weekday, opens, closes }) =>
          span(weekday, formatClock(opens), formatClock(closes)),
        );
        expect(parseSpans(written).ok).toBe(!minutes(b).some((one) => taken.has(one)));
      }),
    );
  });

  test("the first span may be the one at fault of a later reading, never of its own", () => {
    expect(read(span(1, "10:00", "10:00"))).toEqual([{ weekday: 1, opens: 600, closes: 600 + dayMinutes }]);
  });

  test("zones have names, not offsets", () => {
    expect(["Asia/Jakarta", "UTC", "Europe/Berlin"].map(isTimeZone)).toEqual([true, true, true]);
    expect(["+07:00", "-03:00", "7", "Nowhere/Land", "", "/Asia"].map(isTimeZone)).toEqual(Array(6).fill(false));
  });

  test("intervals come by their start, whatever the order of the spans", () => {
    const spans: Span[] = [1200, 600, 900].map((opens) => ({ weekday: 1, opens, closes: opens + 60 }));
    const hours = openIntervals(spans, "UTC", at("2026-06-01T00:00:00Z"), 0, 7).map(({ from }) => from / 3_600_000);
    expect(hours).toEqual(hours.toSorted((a, b) => a - b));
    expect(hours).toHaveLength(6);
  });

  test("the next opening of a restaurant that opens once a week is a week away once it has closed", () => {
    const monday: Span[] = [{ weekday: 1, opens: 600, closes: 660 }];
    const next = (text: string) => nextOpening(monday, "UTC", at(text))?.toISOString() ?? null;
    expect(next("2026-06-01T10:59:59.999Z")).toBeNull();
    expect(next("2026-06-01T11:00:00Z")).toBe("2026-06-08T10:00:00.000Z");
    expect(next("2026-06-01T09:59:59Z")).toBe("2026-06-01T10:00:00.000Z");
    expect(next("2026-06-01T10:00:00Z")).toBeNull();
  });
});
