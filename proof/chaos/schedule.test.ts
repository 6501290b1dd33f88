import { expect, test } from "vitest";
import { planOf } from "../load/plan.ts";
import { scheduleOf } from "./schedule.ts";

test("a seed gives one schedule and one set of orders, another seed others", () => {
  const plans = (seed: number) => Array.from({ length: 50 }, (_, number) => planOf(seed, number, "demo"));
  expect(scheduleOf(5, 1_000, 60)).toEqual(scheduleOf(5, 1_000, 60));
  expect(scheduleOf(6, 1_000, 60)).not.toEqual(scheduleOf(5, 1_000, 60));
  expect(plans(5)).toEqual(plans(5));
  expect(plans(6)).not.toEqual(plans(5));
});

test("thirty faults are one of each kind, spread over the orders", () => {
  const faults = scheduleOf(1, 3_000, 30);
  expect(faults.map(({ afterOrders }) => afterOrders)).toEqual(Array.from({ length: 30 }, (_, n) => 50 + 100 * n));
  const kinds = new Set(faults.map(({ kind }) => kind));
  expect(kinds).toEqual(
    new Set([
      "kill",
      "pause",
      "kill-cluster",
      "pause-cluster",
      "provider-silent",
      "webhooks",
      "events",
      "skew",
      "reset-connections",
    ]),
  );
  const points = faults.flatMap((fault) => (fault.kind === "kill" ? [fault.at] : []));
  expect(new Set(points)).toEqual(
    new Set(["before-commit", "before-publish", "before-provider", "after-provider", "before-acknowledge", "any-time"]),
  );
});

test("most orders are meant to complete", () => {
  const plans = Array.from({ length: 2_000 }, (_, number) => planOf(3, number, "demo"));
  const doomed = plans.filter(
    ({ afterwards, card }) =>
      afterwards === "cancel" || card === "pm_card_chargeDeclined" || card === "pm_card_captureDeclined",
  );
  expect(doomed.length).toBeGreaterThan(0);
  expect(doomed.length / plans.length).toBeLessThan(0.1);
});
