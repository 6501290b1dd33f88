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
