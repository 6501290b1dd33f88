import fc from "fast-check";
import { expect, test } from "vitest";
import { canMove, paymentStates } from "./payment-states.ts";
import { openUntil, triesLeft, tryStates, tryTransitions, whyNotOpen, type Trying } from "./tries.ts";

const now = new Date("2026-06-01T05:00:00Z");
const at = (ms: number) => new Date(now.getTime() + ms);
const trying = fc.record({
  state: fc.constantFrom(...paymentStates),
  tryNumber: fc.integer({ min: 1, max: 6 }),
  triesAllowed: fc.integer({ min: 1, max: 5 }),
  payUntil: fc.option(fc.integer({ min: -2, max: 2 }).map(at)),
  ended: fc.boolean(),
});

test("another card is tried only by a listed step, before the end, while the order is open, and so many times", () => {
  fc.assert(
    fc.property(trying, (payment) => {
      if (whyNotOpen(payment, now) !== null) return;
      expect(canMove(payment.state, "AUTHORIZING") && canMove(payment.state, "SAVING")).toBe(true);
      expect(payment.ended).toBe(false);
      expect(payment.payUntil === null || payment.payUntil > now).toBe(true);
      expect(triesLeft(payment)).toBeGreaterThan(0);
      // Nothing may be taken or held while another card is asked.
      expect(["FAILED", "REQUIRES_ACTION"]).toContain(payment.state);
    }),
  );
});

const declined: Trying = { state: "FAILED", tryNumber: 1, triesAllowed: 5, payUntil: at(1), ended: false };
test.each([
  [{}, null],
  [{ state: "REQUIRES_ACTION" as const }, null],
  [{ payUntil: null }, null],
  [{ payUntil: now }, "TIME_OVER"],
  [{ tryNumber: 5 }, "NO_TRIES_LEFT"],
  [{ tryNumber: 4 }, null],
  [{ ended: true }, "ORDER_ENDED"],
  [{ state: "VOIDED" as const }, "ORDER_ENDED"],
  [{ state: "EXPIRED" as const }, "ORDER_ENDED"],
  [{ state: "AUTHORIZING" as const }, "IN_PROGRESS"],
  [{ state: "SAVING" as const }, "IN_PROGRESS"],
  [{ state: "VOIDING" as const }, "IN_PROGRESS"],
  [{ state: "SAVED" as const }, "SAVED"],
  [{ state: "AUTHORIZED" as const }, "PAID"],
  [{ state: "CAPTURED" as const }, "PAID"],
  [{ state: "DISPUTED" as const }, "PAID"],
])("with %j the answer is %s", (change, reason) => {
  expect(whyNotOpen({ ...declined, ...change }, now)).toBe(reason);
});

test.each([
  [{}, at(1)],
  [{ payUntil: now }, now],
  [{ tryNumber: 5 }, at(1)],
  [{ state: "AUTHORIZING" as const }, at(1)],
  [{ state: "SAVED" as const }, null],
  [{ state: "CAPTURED" as const }, null],
  [{ ended: true }, null],
  [{ payUntil: null }, null],
])("with %j the order can be paid until %s", (change, until) => {
  expect(openUntil({ ...declined, ...change }, now)).toEqual(until);
});

test("a try ends once: nothing leaves what is over", () => {
  const left = new Set(tryTransitions.map(({ from }) => from));
  expect(tryStates.filter((state) => !left.has(state))).toEqual(["DECLINED", "REPLACED", "LET_GO"]);
});
