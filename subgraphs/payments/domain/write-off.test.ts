import fc from "fast-check";
import { expect, test } from "vitest";
import { isClosed, type AccountStanding } from "./payout-account-status.ts";
import { writeOffProblem } from "./write-off.ts";

const balance = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
const amount = fc.integer({ min: 1, max: 1_000_000_000 });

const now = new Date("2026-06-01T05:00:00Z");

test("only a balance below 0 is given up, and only by the amount that brings it to 0", () => {
  fc.assert(
    fc.property(balance, amount, (balanceMinor, amountMinor) => {
      const problem = writeOffProblem(balanceMinor, amountMinor);
      if (balanceMinor >= 0) expect(problem).toEqual({ tag: "NOT_NEGATIVE", balanceMinor });
      else if (amountMinor !== -balanceMinor) expect(problem).toEqual({ tag: "BALANCE_CHANGED", balanceMinor });
      else expect(problem).toBeNull();
    }),
  );
  fc.assert(fc.property(amount, (debtMinor) => writeOffProblem(-debtMinor, debtMinor) === null));
});

test("an account is closed by a suspension, and by the provider's rejection whatever people said; a hold or missing papers pass", () => {
  const open: AccountStanding = {
    standing: "ACTIVE",
    standingReason: null,
    provider: "ENABLED",
    providerReason: null,
    paidFrom: null,
    finalPayoutAt: null,
  };
  const disabled = (providerReason: string | null) => ({ ...open, provider: "DISABLED", providerReason }) as const;
  expect(isClosed(open, now)).toBe(false);
  expect(isClosed({ ...open, standing: "SUSPENDED", standingReason: "Fraud" }, now)).toBe(true);
  expect(isClosed({ ...open, standing: "HELD", standingReason: "Police" }, now)).toBe(false);
  expect(isClosed(disabled("rejected.fraud"), now)).toBe(true);
  expect(isClosed({ ...disabled("rejected.other"), standing: "HELD", standingReason: "Police" }, now)).toBe(true);
  expect(isClosed(disabled("requirements.past_due"), now)).toBe(false);
  expect(isClosed(disabled(null), now)).toBe(false);
  // What was said before the provider took the account again.
  expect(isClosed({ ...open, providerReason: "rejected.fraud" }, now)).toBe(false);
});

test("an owner who owes nothing has nothing to be given up", () => {
  expect(writeOffProblem(0, 1)).toEqual({ tag: "NOT_NEGATIVE", balanceMinor: 0 });
  expect(writeOffProblem(-1, 1)).toBeNull();
  expect(writeOffProblem(-2, 1)).toEqual({ tag: "BALANCE_CHANGED", balanceMinor: -2 });
});
