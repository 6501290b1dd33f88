import { expect, test } from "vitest";
import { cancellationFee, settlesCancellation } from "./cancellation.ts";
import { orderStates } from "./order-states.ts";

const free = { totalMinor: 1000, cancelFeeMinor: 0 };
const costly = { totalMinor: 1000, cancelFeeMinor: 250 };

test.each([
  ["all of it, whoever asked", { full: true, amountMinor: 1000, cause: "SUPPORT" as const }, free, true],
  [
    "what the cancellation owes, less the fee",
    { full: false, amountMinor: 750, cause: "CANCELLATION" as const },
    costly,
    true,
  ],
  ["nothing left to owe", { full: false, amountMinor: 0, cause: "CANCELLATION" as const }, costly, true],
  ["a part by support", { full: false, amountMinor: 900, cause: "SUPPORT" as const }, costly, false],
  ["a part of unknown cause, no fee", { full: false, amountMinor: 900 }, free, false],
  ["a part of unknown cause that leaves more than the fee", { full: false, amountMinor: 749 }, costly, false],
  ["a part of unknown cause that leaves the fee", { full: false, amountMinor: 750 }, costly, true],
])("a refund settles a cancellation or not: %s", (_, refund, order, settles) => {
  expect(settlesCancellation(refund, order)).toBe(settles);
});

test("cancelling costs a share of the items once the kitchen counts on it, and only by the customer's fault", () => {
  for (const state of orderStates) {
    const counts = state === "ACCEPTED" || state === "PREPARING" || state === "READY";
    expect(cancellationFee(state, "CUSTOMER", 1001, 2500)).toBe(counts ? 250 : 0);
    expect(cancellationFee(state, "PLATFORM", 1001, 2500)).toBe(0);
  }
});
