import { expect, test } from "vitest";
import { troubleOf } from "./trouble-plan.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, number) => troubleOf(number)).filter(Boolean);

test("a small run has one of each kind, at the customer's fault", () => {
  expect(upTo(30)).toMatchObject([
    { kind: "LATE", at: "READY", fault: "CUSTOMER" },
    { kind: "FAILED", back: "ASKED", fault: "CUSTOMER" },
  ]);
});

test("few orders of a run are troubled, and a long one has every case with every fault", () => {
  expect(upTo(300).length).toBeLessThanOrEqual(20);
  const seen = new Set(upTo(1_800).map((trouble) => JSON.stringify(trouble)));
  expect(seen.size).toBe(5 * 4 + 5 * 3);
});
