import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { accountKinds, balanceOf, ownedKinds, type AccountKind } from "./accounts.ts";
import { businessDay, daysBetween, endOfDay, nextDay } from "./business-day.ts";
import { limitOf, limitsForm, readLimits } from "./support-limits.ts";
import { dayHash, type TrialBalanceRow } from "./trial-balance.ts";

test("assets and expenses grow on the left, all others on the right, and a balance is positive on its side", () => {
  for (const [kind, { type, normalSide }] of Object.entries(accountKinds)) {
    const left = type === "ASSET" || type === "EXPENSE";
    expect([kind, normalSide]).toEqual([kind, left ? "DEBIT" : "CREDIT"]);
    expect([kind, balanceOf(kind as AccountKind, 5), balanceOf(kind as AccountKind, -5)]).toEqual([
      kind,
      ...(left ? [5, -5] : [-5, 5]),
    ]);
    expect(Object.is(balanceOf(kind as AccountKind, 0), 0)).toBe(true);
  }
  const owners = ownedKinds.map((kind) => `${kind} ${accountKinds[kind].owner}`).sort();
  expect(owners).toEqual(
    Object.entries(accountKinds)
      .filter(([, { owner }]) => owner === "RESTAURANT" || owner === "COURIER")
      .map(([kind, { owner }]) => `${kind} ${owner}`)
      .sort(),
  );
  expect(owners).toEqual(
    expect.arrayContaining(["courier_payable COURIER", "restaurant_payable RESTAURANT", "tips_held COURIER"]),
  );
});

test("the business day turns at midnight in Jakarta", () => {
  expect(businessDay(new Date("2026-06-01T16:59:59.999Z"))).toBe("2026-06-01");
  expect(businessDay(new Date("2026-06-01T17:00:00Z"))).toBe("2026-06-02");
  expect([nextDay("2026-02-28"), nextDay("2028-02-28"), nextDay("2026-12-31")]).toEqual([
    "2026-03-01",
    "2028-02-29",
    "2027-01-01",
  ]);
  expect(endOfDay("2026-06-01")).toEqual(new Date("2026-06-01T17:00:00Z"));
  expect([daysBetween("2026-01-01", "2027-01-01"), daysBetween("2026-03-02", "2026-03-01")]).toEqual([365, -1]);
});

test("support's limits are read by currency, and where none is named there is none to give", () => {
  const limits = readLimits("IDR=200000000,USD=15000");
  expect(limits).toEqual({ IDR: 200_000_000, USD: 15_000 });
  expect([limitOf(limits, "USD"), limitOf(limits, "SGD"), limitOf(limits, "toString")]).toEqual([15_000, 0, 0]);
  expect(["IDR=1", "IDR=1,USD=15000", `IDR=${"9".repeat(15)}`].map((text) => limitsForm.test(text))).toEqual([
    true,
    true,
    true,
  ]);
  const bad = [
    "",
    "IDR",
    "IDR=",
    "idr=1",
    "IDR=1,",
    ",IDR=1",
    "IDR=1 ",
    " IDR=1",
    "IDRX=1",
    "IDR=-1",
    "IDR=1;USD=2",
    `IDR=${"9".repeat(16)}`,
  ];
  expect(bad.filter((text) => limitsForm.test(text))).toEqual([]);
});

test("a day's hash holds its rows in whatever order, its date, and the day before", () => {
  const row = (currency: string, account: AccountKind, n: number): TrialBalanceRow => {
    return { currency, account, openingMinor: n, debitMinor: n + 1, creditMinor: n + 2, closingMinor: n + 3 };
  };
  const rows = [row("IDR", "bank", 1), row("IDR", "commission", 2), row("SGD", "bank", 3)];
  const hash = dayHash("2026-06-01", rows, null);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  fc.assert(
    fc.property(fc.shuffledSubarray(rows, { minLength: 3 }), (some) => dayHash("2026-06-01", some, null) === hash),
  );
  const others = [
    dayHash("2026-06-02", rows, null),
    dayHash("2026-06-01", rows, hash),
    dayHash("2026-06-01", rows.slice(1), null),
    ...(["openingMinor", "debitMinor", "creditMinor", "closingMinor"] as const).map((field) =>
      dayHash("2026-06-01", rows.with(1, { ...rows[1]!, [field]: 99 }), null),
    ),
    dayHash("2026-06-01", rows.with(0, { ...rows[0]!, currency: "USD" }), null),
    dayHash("2026-06-01", rows.with(0, { ...rows[0]!, account: "psp_fees" }), null),
  ];
  expect(new Set([hash, ...others]).size).toBe(others.length + 1);
  // The form of what is hashed is fixed: closed days are compared with it for ever.
  expect(dayHash("2026-06-01", [row("IDR", "bank", 1)], null)).toBe(
    createHash("sha256").update('["2026-06-01",null,[["IDR","bank",1,2,3,4]]]').digest("hex"),
  );
  expect(
    dayHash("2026-06-02", [row("SGD", "bank", 1), row("IDR", "commission", 2), row("IDR", "bank", 3)], "before"),
  ).toBe(
    createHash("sha256")
      .update('["2026-06-02","before",[["IDR","bank",3,4,5,6],["IDR","commission",2,3,4,5],["SGD","bank",1,2,3,4]]]')
      .digest("hex"),
  );
});
