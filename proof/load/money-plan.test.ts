import { expect, test } from "vitest";
import { payoutPlanOf, refundPlanOf } from "./money-plan.ts";
import { aheadOfMidnight } from "../chaos/world/durations.ts";

const hundred = Array.from({ length: 100 }, (_, number) => number);

test("the same seed gives the same intentions, and another seed others", () => {
  const refunds = (seed: number) => hundred.map((number) => refundPlanOf(seed, number));
  const payouts = (seed: number) => hundred.map((turn) => payoutPlanOf(seed, "courier 1", turn));
  expect(refunds(1)).toEqual(refunds(1));
  expect(payouts(1)).toEqual(payouts(1));
  expect(refunds(2)).not.toEqual(refunds(1));
  expect(payouts(2)).not.toEqual(payouts(1));
});

test("every kind of refund and payout is planned, and no key twice", () => {
  const refunds = hundred.map((number) => refundPlanOf(1, number));
  const payouts = hundred.flatMap((turn) => ["courier 1", "restaurant 1"].map((who) => payoutPlanOf(1, who, turn)));
  const kinds = ["contest", "line", "nothing", "over", "over-line", "part"];
  expect([...new Set(refunds.map(({ kind }) => kind))].toSorted()).toEqual(kinds);
  expect([...new Set(payouts.map(({ amount }) => amount))].toSorted()).toEqual(["all", "half", "over"]);
  const keys = [...refunds, ...payouts].map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

test.each(["2026-11-21T16:59:59.000Z", "2026-11-21T17:00:00.000Z", "2026-03-01T04:05:06.789Z"])(
  "payments' day in Jakarta ends half a minute after %s",
  (text) => {
    const now = Date.parse(text);
    const midnight = new Date(now + aheadOfMidnight(now, 30_000) + 30_000);
    expect(midnight.toLocaleTimeString("en-GB", { timeZone: "Asia/Jakarta" })).toBe("00:00:00");
  },
);
