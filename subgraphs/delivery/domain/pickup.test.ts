import fc from "fast-check";
import { expect, it } from "vitest";
import { tryPickup, type PickupAttempt } from "./pickup.ts";

const rule = { maxTries: 5, lockMs: 300_000 };
const start: PickupAttempt = {
  state: "AT_PICKUP",
  kitchen: "READY",
  pickupCode: "4711",
  wrongCodes: 0,
  codeLockedUntil: null,
};

it("nobody gets more than five tries in five minutes, however they are spaced", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 40 });
  fc.assert(
    fc.property(gaps, (waits) => {
      let attempt = start;
      let now = new Date("2026-06-01T05:00:00Z");
      let sinceUnlock = 0;
      for (const wait of waits) {
        now = new Date(now.getTime() + wait);
        const tried = tryPickup(attempt, "0000", now, rule);
        if (tried.ok) throw new Error("a wrong code opened");
        if (tried.error.tag === "LOCKED") continue;
        if (tried.error.tag !== "WRONG_CODE") throw new Error(tried.error.tag);
        sinceUnlock += 1;
        expect(sinceUnlock).toBeLessThanOrEqual(rule.maxTries);
        if (tried.error.lockedUntil) sinceUnlock = 0;
        attempt = { ...attempt, wrongCodes: tried.error.wrongCodes, codeLockedUntil: tried.error.lockedUntil };
      }
    }),
  );
});

it("opens with the right code alone, at the restaurant, once the kitchen has begun", () => {
  const now = new Date("2026-06-01T05:00:00Z");
  expect(tryPickup(start, "4711", now, rule).ok).toBe(true);
  expect(tryPickup({ ...start, kitchen: "PREPARING" }, "4711", now, rule).ok).toBe(true);
  expect(tryPickup({ ...start, kitchen: "ACCEPTED" }, "4711", now, rule)).toMatchObject({
    error: { tag: "KITCHEN_NOT_READY" },
  });
  expect(tryPickup({ ...start, state: "ASSIGNED" }, "4711", now, rule)).toMatchObject({
    error: { tag: "WRONG_STATE" },
  });
  expect(tryPickup({ ...start, pickupCode: "", state: "CANCELLED" }, "", now, rule).ok).toBe(false);
});

it("counts wrong codes down to a lock, and after it from the beginning", () => {
  let now = new Date("2026-06-01T05:00:00Z");
  let attempt = start;
  const wrong = () => {
    const tried = tryPickup(attempt, "0000", now, rule);
    if (tried.ok || tried.error.tag !== "WRONG_CODE") throw new Error("it is no wrong code");
    const { triesLeft, wrongCodes, lockedUntil } = tried.error;
    attempt = { ...attempt, wrongCodes, codeLockedUntil: lockedUntil };
    return [triesLeft, wrongCodes, lockedUntil?.toISOString() ?? null];
  };
  const untilLock = () => Array.from({ length: 5 }, wrong);
  const locked = "2026-06-01T05:05:00.000Z";
  expect(untilLock()).toEqual([
    [4, 1, null],
    [3, 2, null],
    [2, 3, null],
    [1, 4, null],
    [0, 5, locked],
  ]);
  const until = new Date(locked);
  now = new Date(until.getTime() - 1);
  expect(tryPickup(attempt, "4711", now, rule)).toEqual({ ok: false, error: { tag: "LOCKED", until } });
  now = until;
  expect(tryPickup(attempt, "4711", now, rule)).toEqual({ ok: true, value: null });
  // The counter begins anew, whole.
  expect(untilLock()).toEqual([
    [4, 1, null],
    [3, 2, null],
    [2, 3, null],
    [1, 4, null],
    [0, 5, "2026-06-01T05:10:00.000Z"],
  ]);
});

it("a code that is wrong more often than allowed leaves no tries", () => {
  const tried = tryPickup({ ...start, wrongCodes: 9 }, "0000", new Date(0), rule);
  expect(tried).toMatchObject({ error: { triesLeft: 0, wrongCodes: 10 } });
});
