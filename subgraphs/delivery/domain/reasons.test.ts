import { expect, test } from "vitest";
import { handBackReasons, isOwnFault } from "./reasons.ts";

const slow = 600_000;

test("a kitchen that is too slow is the courier's fault only before they waited long enough there", () => {
  const waited = (waitedMs: number | null) => isOwnFault("KITCHEN_TOO_SLOW", waitedMs, slow);
  expect([waited(null), waited(0), waited(slow - 1), waited(slow)]).toEqual([true, true, true, false]);
});

test("other reasons are the courier's fault or not, however long they waited", () => {
  const own = (waitedMs: number | null) => handBackReasons.filter((reason) => isOwnFault(reason, waitedMs, slow));
  expect(own(null)).toEqual(["VEHICLE_TROUBLE", "KITCHEN_TOO_SLOW", "OTHER"]);
  expect(own(slow)).toEqual(["VEHICLE_TROUBLE", "OTHER"]);
});
