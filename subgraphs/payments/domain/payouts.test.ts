import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accountStatus, isClosed, statusReason, waitEnd } from "./payout-account-status.ts";
import { availableMinor, payoutAmounts, tipsPart, type PayoutKind } from "./payout-amount.ts";
import { meaningOf } from "./payout-refusal.ts";
import { heldSince, nextRun } from "./payout-schedule.ts";
import { canMovePayout, livePayoutStates, payoutStates, payoutTransitions, replayPayout } from "./payout-states.ts";
import type { PayoutState } from "./payout-states.ts";
import { entriesOf } from "./postings.ts";

const minor = fc.integer({ min: 0, max: 1_000_000_000 });
const owed = fc.record({ owedMinor: fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), heldMinor: minor });
const terms = fc.record({
  minimumMinor: fc.integer({ min: 0, max: 1_000_000 }),
  feeBps: fc.integer({ min: 0, max: 5_000 }),
  feeMinimumMinor: fc.integer({ min: 0, max: 1_000_000 }),
});
const kind = fc.constantFrom<PayoutKind>("WEEKLY", "INSTANT");
const wanted = fc.option(fc.integer({ min: 1, max: 1_000_000_000 }));

describe("the amount of a payout", () => {
  test("is never more than what is owed and not held, never below the minimum, and its fee leaves something", () => {
    fc.assert(
      fc.property(kind, owed, terms, wanted, (of, standing, rules, asked) => {
        const decided = payoutAmounts(of, standing, rules, asked);
        if (!decided.ok) return;
        const { amountMinor, feeMinor, netMinor } = decided.value;
        expect(amountMinor).toBeLessThanOrEqual(standing.owedMinor - standing.heldMinor);
        expect(amountMinor).toBeGreaterThanOrEqual(Math.max(1, rules.minimumMinor));
        expect(amountMinor).toBe(asked ?? availableMinor(standing));
        expect(netMinor + feeMinor).toBe(amountMinor);
        expect(Math.min(feeMinor, netMinor - 1)).toBeGreaterThanOrEqual(0);
        if (of === "WEEKLY") expect(feeMinor).toBe(0);
        else expect(feeMinor).toBeGreaterThanOrEqual(rules.feeMinimumMinor);
      }),
    );
  });

  test("is refused for one reason only: there is not so much, or it is too little", () => {
    fc.assert(
      fc.property(kind, owed, terms, wanted, (of, standing, rules, asked) => {
        const decided = payoutAmounts(of, standing, rules, asked);
        const available = availableMinor(standing);
        const isThere = available > 0 && (asked ?? available) <= available;
        if (!isThere)
          expect(decided).toMatchObject({ error: { tag: "INSUFFICIENT_BALANCE", availableMinor: available } });
        else if (!decided.ok) {
          expect(decided.error.tag).toBe("BELOW_MINIMUM");
          const least = decided.error.tag === "BELOW_MINIMUM" ? decided.error.minimumMinor : 0;
          expect(asked ?? available).toBeLessThan(least);
          // What the refusal calls enough is enough.
          const enough = { owedMinor: standing.heldMinor + least, heldMinor: standing.heldMinor };
          expect(payoutAmounts(of, enough, rules).ok).toBe(true);
        }
      }),
    );
  });

  test("an instant payout that its own fee would take is refused, one that leaves a step is not", () => {
    const standing = { owedMinor: 100_000, heldMinor: 0 };
    const rules = { minimumMinor: 0, feeBps: 0, feeMinimumMinor: 2_500 };
    const of = (asked: number, stepMinor = 1) => payoutAmounts("INSTANT", standing, { ...rules, stepMinor }, asked);
    expect(of(2_500)).toEqual({ ok: false, error: { tag: "BELOW_MINIMUM", minimumMinor: 2_501 } });
    expect(of(2_501)).toEqual({ ok: true, value: { amountMinor: 2_501, feeMinor: 2_500, netMinor: 1 } });
    expect(of(2_509, 10)).toEqual({ ok: false, error: { tag: "BELOW_MINIMUM", minimumMinor: 2_510 } });
    expect(of(2_519, 10)).toEqual({ ok: true, value: { amountMinor: 2_510, feeMinor: 2_500, netMinor: 10 } });
    expect(payoutAmounts("WEEKLY", standing, rules, 1)).toMatchObject({
      ok: true,
      value: { feeMinor: 0, netMinor: 1 },
    });
    expect(payoutAmounts("WEEKLY", standing, { ...rules, stepMinor: 10 }, 9)).toMatchObject({
      error: { tag: "BELOW_MINIMUM", minimumMinor: 10 },
    });
  });

  test("examples", () => {
    const rules = { minimumMinor: 50_000, feeBps: 100, feeMinimumMinor: 2_500 };
    const of = (which: PayoutKind, owedMinor: number, heldMinor = 0) =>
      payoutAmounts(which, { owedMinor, heldMinor }, rules);
    expect(of("WEEKLY", 64_000)).toEqual({ ok: true, value: { amountMinor: 64_000, feeMinor: 0, netMinor: 64_000 } });
    expect(of("INSTANT", 640_000)).toEqual({
      ok: true,
      value: { amountMinor: 640_000, feeMinor: 6_400, netMinor: 633_600 },
    });
    expect(of("INSTANT", 64_000)).toMatchObject({ value: { feeMinor: 2_500 } });
    expect(of("WEEKLY", 64_000, 20_000)).toMatchObject({ error: { tag: "BELOW_MINIMUM" } });
    expect(of("WEEKLY", -1)).toEqual({ ok: false, error: { tag: "INSUFFICIENT_BALANCE", availableMinor: 0 } });
  });

  test("arrives in whole steps where the bank takes no others, the rest is carried", () => {
    const rules = { minimumMinor: 0, feeBps: 150, feeMinimumMinor: 40, stepMinor: 100 };
    const of = (which: PayoutKind, owedMinor: number, wanted: number | null = null) =>
      payoutAmounts(which, { owedMinor, heldMinor: 0 }, rules, wanted);
    expect(of("WEEKLY", 12_345)).toMatchObject({ value: { amountMinor: 12_300, feeMinor: 0, netMinor: 12_300 } });
    expect(of("INSTANT", 12_345)).toMatchObject({ value: { amountMinor: 12_285, feeMinor: 185, netMinor: 12_100 } });
    expect(of("WEEKLY", 99)).toMatchObject({ error: { tag: "BELOW_MINIMUM", minimumMinor: 100 } });
    expect(of("INSTANT", 12_345, 12_346)).toMatchObject({ error: { tag: "INSUFFICIENT_BALANCE" } });
  });

  test("takes tips first, never more than there are, and posts to what was there", () => {
    fc.assert(
      fc.property(minor, fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (amountMinor, tipsOwedMinor) => {
        const tips = tipsPart(amountMinor, tipsOwedMinor);
        expect(tips).toBeGreaterThanOrEqual(0);
        expect(tips).toBeLessThanOrEqual(Math.min(amountMinor, Math.max(0, tipsOwedMinor)));
      }),
    );
    const facts = { restaurantMinor: 0, courierMinor: 16_000, tipsMinor: 10_000, feeMinor: 500 };
    const entries = entriesOf("payout-requested", facts, { restaurantId: "", courierId: "cou_1" });
    expect(entries).toEqual([
      { account: "courier_payable", owner: "cou_1", amountMinor: 16_000 },
      { account: "tips_held", owner: "cou_1", amountMinor: 10_000 },
      { account: "payout_fee", owner: "", amountMinor: -500 },
      { account: "payout_in_transit", owner: "", amountMinor: -25_500 },
    ]);
  });
});

describe("the calendar", () => {
  test("the next run lies ahead by at most a period, whole periods from the anchor", () => {
    const instant = fc.date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(instant, instant, fc.integer({ min: 1_000, max: 3_000_000_000 }), (now, anchor, periodMs) => {
        const ahead = nextRun(now, anchor, periodMs).getTime() - now.getTime();
        expect(ahead).toBeGreaterThan(0);
        expect(ahead).toBeLessThanOrEqual(periodMs);
        expect(Math.abs((now.getTime() + ahead - anchor.getTime()) % periodMs)).toBe(0);
      }),
    );
    const monday = new Date("2026-01-04T19:00:00Z");
    expect(nextRun(new Date("2026-06-01T05:00:00Z"), monday, 604_800_000)).toEqual(new Date("2026-06-07T19:00:00Z"));
    expect(nextRun(new Date("2026-06-07T19:00:00Z"), monday, 604_800_000)).toEqual(new Date("2026-06-14T19:00:00Z"));
  });

  test("a hold of no days holds nothing back", () => {
    const now = new Date("2026-06-01T05:00:00Z");
    expect(heldSince(now, 0, 86_400_000)).toEqual(now);
    expect(heldSince(now, 7, 86_400_000)).toEqual(new Date("2026-05-25T05:00:00Z"));
  });
});

describe("the state table of payouts", () => {
  const state = fc.constantFrom(...payoutStates);

  test("only listed steps happen; what is over stays over, but for money that comes back", () => {
    fc.assert(
      fc.property(state, state, (from, to) => {
        expect(canMovePayout(from, to)).toBe(payoutTransitions.some((step) => step.from === from && step.to === to));
      }),
    );
    const ends = payoutStates.filter((from) => !payoutTransitions.some((step) => step.from === from));
    expect(ends).toEqual(["FAILED", "RETURNED"]);
    expect(payoutTransitions.filter((step) => step.from === "PAID").map(({ to }) => to)).toEqual(["RETURNING"]);
  });

  test("every state is reached from PENDING, and from each an end is", () => {
    const reach = (from: PayoutState, seen = new Set([from])): Set<PayoutState> => {
      for (const { from: at, to } of payoutTransitions) if (at === from && !seen.has(to)) reach(to, seen.add(to));
      return seen;
    };
    expect(reach("PENDING").size).toBe(payoutStates.length);
    for (const from of payoutStates)
      expect([...reach(from)].some((to) => to === "FAILED" || to === "RETURNED")).toBe(true);
    // Once it is not live, it never is again: another payout may have begun meanwhile.
    for (const from of payoutStates.filter((at) => !livePayoutStates.includes(at)))
      expect([...reach(from)].some((to) => livePayoutStates.includes(to))).toBe(false);
  });

  test("a walk over listed steps replays to its end; a foreign step is refused", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), state, (choices, foreign) => {
        const history: { from: PayoutState; to: PayoutState }[] = [];
        let at: PayoutState = "PENDING";
        for (const choice of choices) {
          const open = payoutTransitions.filter((step) => step.from === at);
          if (open.length === 0) break;
          const { from, to } = open[choice % open.length]!;
          history.push({ from, to });
          at = to;
        }
        expect(replayPayout(history)).toEqual({ ok: true, value: at });
        if (!canMovePayout(at, foreign)) expect(replayPayout([...history, { from: at, to: foreign }]).ok).toBe(false);
      }),
    );
  });
});

const now = new Date("2026-06-01T05:00:00Z");

test("the last payout of a restaurant that has left costs nothing, and has no minimum", () => {
  const terms = { minimumMinor: 50_000, feeBps: 100, feeMinimumMinor: 500 };
  const owed = { owedMinor: 1_200, heldMinor: 0 };
  expect(payoutAmounts("FINAL", owed, terms)).toEqual({
    ok: true,
    value: { amountMinor: 1_200, feeMinor: 0, netMinor: 1_200 },
  });
  expect(payoutAmounts("WEEKLY", owed, terms).ok).toBe(false);
});

test("an account is paid only when people and provider both say so; people's reason comes first", () => {
  const open = {
    standing: "ACTIVE",
    standingReason: null,
    provider: "ENABLED",
    providerReason: null,
    paidFrom: null,
    finalPayoutAt: null,
  } as const;
  const disabled = { provider: "DISABLED", providerReason: "rejected.fraud" } as const;
  const held = { standing: "HELD", standingReason: "Asked for by the police" } as const;
  expect(accountStatus(open, now)).toBe("ACTIVE");
  expect(accountStatus({ ...open, provider: "OPENING" }, now)).toBe("OPENING");
  expect([accountStatus({ ...open, ...disabled }, now), statusReason({ ...open, ...disabled }, now)]).toEqual([
    "RESTRICTED",
    "rejected.fraud",
  ]);
  const both = { ...open, ...disabled, ...held };
  expect([accountStatus(both, now), statusReason(both, now)]).toEqual(["HELD", "Asked for by the police"]);
  const changed = { ...open, paidFrom: new Date(now.getTime() + 1) };
  expect([accountStatus(changed, now), statusReason(changed, now)]).toEqual(["BANK_CHANGED", "bank_account_changed"]);
  expect([accountStatus(changed, changed.paidFrom), statusReason(changed, changed.paidFrom)]).toEqual(["ACTIVE", null]);
  const finalPayoutAt = new Date(now.getTime() + 5);
  const closing = { ...changed, finalPayoutAt };
  expect([accountStatus(closing, now), statusReason(closing, now)]).toEqual(["CLOSING", "restaurant_closed"]);
  expect([accountStatus(closing, finalPayoutAt), isClosed(closing, finalPayoutAt)]).toEqual(["ACTIVE", true]);
  expect(isClosed(closing, now)).toBe(false);
  expect([waitEnd(open, now), waitEnd(changed, now), waitEnd(closing, now), waitEnd(closing, finalPayoutAt)]).toEqual([
    null,
    changed.paidFrom,
    finalPayoutAt,
    null,
  ]);
  expect(accountStatus({ ...changed, ...disabled }, now)).toBe("RESTRICTED");
  expect(statusReason({ ...changed, ...held }, now)).toBe("Asked for by the police");
});

test("a code that is not known is tried again; names of Object's own are not known", () => {
  expect(
    ["payouts_not_allowed", "instant_payouts_unsupported", "balance_insufficient", "toString"].map(meaningOf),
  ).toEqual(["ACCOUNT", "PAYOUT", "AGAIN", "AGAIN"]);
});

test("refusals of the account, of the payout, and those that may pass", () => {
  const of = (meaning: string, codes: readonly string[]) =>
    expect(codes.map((code) => `${code} ${meaningOf(code)}`)).toEqual(codes.map((code) => `${code} ${meaning}`));
  of("ACCOUNT", [
    "account_invalid",
    "insufficient_capabilities_for_transfer",
    "payouts_not_allowed",
    "resource_missing",
    "transfers_not_allowed",
    "account_closed",
    "account_frozen",
    "bank_account_restricted",
    "bank_account_unusable",
    "bank_ownership_changed",
    "debit_not_authorized",
    "incorrect_account_holder_name",
    "invalid_account_number",
    "invalid_currency",
    "no_account",
  ]);
  of("PAYOUT", [
    "amount_too_large",
    "amount_too_small",
    "instant_payouts_config_disabled",
    "instant_payouts_currency_disabled",
    "instant_payouts_limit_exceeded",
    "instant_payouts_unsupported",
  ]);
  of("AGAIN", ["balance_insufficient", "rate_limit", "", "constructor"]);
});

test("an account is closed when support suspended it, or the provider rejected it for good", () => {
  const open = {
    standing: "ACTIVE",
    standingReason: null,
    provider: "ENABLED",
    providerReason: null,
    paidFrom: null,
    finalPayoutAt: null,
  } as const;
  expect(isClosed(open, now)).toBe(false);
  expect(isClosed({ ...open, standing: "SUSPENDED" }, now)).toBe(true);
  expect(isClosed({ ...open, standing: "HELD" }, now)).toBe(false);
  const provider = (state: "OPENING" | "ENABLED" | "DISABLED", providerReason: string | null) =>
    isClosed({ ...open, provider: state, providerReason }, now);
  expect([
    provider("DISABLED", "rejected.fraud"),
    provider("DISABLED", "under_review"),
    provider("DISABLED", null),
  ]).toEqual([true, false, false]);
  expect([provider("ENABLED", "rejected.fraud"), provider("DISABLED", "not.rejected.fraud")]).toEqual([false, false]);
  expect(
    statusReason({ ...open, provider: "DISABLED", providerReason: "under_review", standingReason: "old" }, now),
  ).toBe("under_review");
  expect(accountStatus({ ...open, standing: "SUSPENDED" }, now)).toBe("SUSPENDED");
});

test("a payout moves along these steps", () => {
  expect(payoutTransitions.map(({ from, to, cause }) => `${from} → ${to}: ${cause}`)).toEqual([
    "PENDING → SENDING: the provider is asked",
    "PENDING → FAILED: the account may not be paid, and nothing was transferred yet",
    "PENDING → RETURNING: the account may not be paid any more",
    "SENDING → PENDING: the provider refused; it is asked again later under a new key",
    "SENDING → IN_TRANSIT: the provider sent the money to the bank",
    "SENDING → FAILED: the provider refused for good, and nothing was transferred yet",
    "SENDING → RETURNING: the provider refused for good",
    "IN_TRANSIT → PAID: the money arrived",
    "IN_TRANSIT → PENDING: the bank refused; it is sent again later under a new key",
    "IN_TRANSIT → RETURNING: the bank refused for good",
    "PAID → RETURNING: the bank sent the money back",
    "RETURNING → FAILED: the money is back on the balance without having arrived",
    "RETURNING → RETURNED: the money is back on the balance after it had arrived",
  ]);
  expect(livePayoutStates).toEqual(["PENDING", "SENDING", "IN_TRANSIT"]);
  expect(replayPayout([{ from: "SENDING", to: "PENDING" }])).toEqual({ ok: false, error: "ILLEGAL_HISTORY" });
  expect(replayPayout([])).toEqual({ ok: true, value: "PENDING" });
});

test("all that is there may be asked for, and not a unit more", () => {
  const ask = (wanted: number) =>
    payoutAmounts(
      "WEEKLY",
      { owedMinor: 900, heldMinor: 100 },
      { minimumMinor: 0, feeBps: 0, feeMinimumMinor: 0 },
      wanted,
    );
  expect(ask(800)).toEqual({ ok: true, value: { amountMinor: 800, feeMinor: 0, netMinor: 800 } });
  expect(ask(801)).toEqual({ ok: false, error: { tag: "INSUFFICIENT_BALANCE", availableMinor: 800 } });
});
