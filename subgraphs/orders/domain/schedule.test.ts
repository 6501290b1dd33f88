import fc from "fast-check";
import { expect, test } from "vitest";
import { dueAtOf, earliestAt, isMissed, promisedReadyAt, whyUnavailable } from "./schedule.ts";

const noon = new Date("2026-06-01T12:00:00Z");
const at = (time: string) => new Date(`2026-06-01T${time}Z`);

test("an order is due its lead before its time, and missed its grace after", () => {
  expect(dueAtOf(noon, 3_600_000)).toEqual(at("11:00:00"));
  expect(isMissed(noon, at("12:30:00"), 1_800_000)).toBe(false);
  expect(isMissed(noon, at("12:30:01"), 1_800_000)).toBe(true);
});

test("food for later leaves in time to arrive; food for now as soon as it can", () => {
  const order = { scheduledFor: noon, travelSeconds: 900 };
  expect(promisedReadyAt(order, 600, at("11:00:00"))).toEqual(at("11:45:00"));
  expect(promisedReadyAt(order, 3600, at("11:00:00"))).toEqual(noon);
  expect(promisedReadyAt({ scheduledFor: noon, travelSeconds: null }, 600, at("11:00:00"))).toEqual(noon);
  expect(promisedReadyAt({ scheduledFor: null, travelSeconds: 900 }, 600, noon)).toEqual(at("12:10:00"));
});

test("the earliest time is after kitchen and way, in whole minutes", () => {
  expect(earliestAt(noon, 0)).toEqual(noon);
  expect(earliestAt(noon, 1_500)).toEqual(at("12:25:00"));
  expect(earliestAt(at("12:00:00.001"), 1_500)).toEqual(at("12:26:00"));
  expect(earliestAt(at("12:00:59"), 61)).toEqual(at("12:02:00"));
});

test("no promise is shorter than the kitchen needs", () => {
  const time = fc.date({ min: at("00:00:00"), max: at("23:59:59"), noInvalidDate: true });
  const seconds = fc.integer({ min: 0, max: 14_400 });
  fc.assert(
    fc.property(fc.option(time), fc.option(seconds), seconds, time, (scheduledFor, travelSeconds, prep, now) => {
      const promise = promisedReadyAt({ scheduledFor, travelSeconds }, prep, now).getTime();
      expect(promise).toBeGreaterThanOrEqual(now.getTime() + prep * 1000);
    }),
  );
});

test("the customer reads what was missing", () => {
  const lines = [
    { itemId: "a", name: "Nasi Goreng" },
    { itemId: "b", name: "Es Teh" },
    { itemId: "a", name: "Nasi Goreng" },
  ];
  const gone = [{ itemId: "a", problem: "OUT_OF_STOCK" }];
  expect(whyUnavailable(gone, lines)).toBe("No longer to be had: Nasi Goreng.");
  expect(whyUnavailable([{ itemId: null, problem: "RESTAURANT_CLOSED" }, ...gone], lines)).toContain("restaurant");
  expect(whyUnavailable([{ itemId: null, problem: "RESERVATION_RELEASED" }], lines)).toContain("could not be had");
});

test("what the customer reads is whole sentences, each dish once, and no longer than can be kept", () => {
  const lines = [
    { itemId: "a", name: "Nasi Goreng" },
    { itemId: "b", name: "Es Teh" },
    { itemId: "c", name: "Sate" },
  ];
  const gone = (...items: (string | null)[]) => items.map((itemId) => ({ itemId, problem: "OUT_OF_STOCK" }));
  expect(whyUnavailable(gone("c", "a", "a"), lines)).toBe("No longer to be had: Nasi Goreng, Sate.");
  expect(whyUnavailable([{ itemId: null, problem: "RESTAURANT_CLOSED" }], lines)).toBe(
    "The restaurant does not take orders at that time.",
  );
  expect(whyUnavailable(gone(null), lines)).toBe("The dishes could not be had at that time.");
  expect(whyUnavailable([], lines)).toBe("The dishes could not be had at that time.");
  const long = Array.from({ length: 50 }, (_, n) => ({ itemId: `i${n}`, name: `${n} ${"x".repeat(40)}` }));
  expect(whyUnavailable(gone(...long.map(({ itemId }) => itemId)), long)).toHaveLength(500);
});

test("an order is missed once its grace is over, not when it ends", () => {
  expect([0, 1].map((ms) => isMissed(noon, new Date(noon.getTime() + 1_000 + ms), 1_000))).toEqual([false, true]);
});
