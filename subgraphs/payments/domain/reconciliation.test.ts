import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { observed, type IntentStatus } from "./observation.ts";
import { paymentStates } from "./payment-states.ts";
import { compareCharge, compareDispute, compareRefund, type OurCharge, type TheirCharge } from "./reconciliation.ts";

const statuses: IntentStatus[] = ["REQUIRES_ACTION", "PROCESSING", "AUTHORIZED", "CAPTURED", "CANCELED", "FAILED"];
const theirs = (status: IntentStatus): TheirCharge => ({
  id: "pi_1",
  status,
  amountMinor: 500,
  currency: "IDR",
  capturedMinor: status === "CAPTURED" ? 500 : 0,
});
const ours = (state: OurCharge["state"]): OurCharge => ({
  state,
  providerIntentId: "pi_1",
  amountMinor: 500,
  currency: "IDR",
  capturedMinor: 0,
});

describe("comparing a charge", () => {
  test("repairs exactly what the table of observations leads to, and never flags what it repairs", () => {
    for (const status of statuses) {
      for (const state of paymentStates) {
        const verdict = compareCharge(theirs(status), ours(state));
        expect([status, state, verdict.is === "REPAIR"]).toEqual([status, state, observed(state, status) !== null]);
      }
    }
  });

  test("flags money held or taken that our state excludes", () => {
    const flagged = (status: IntentStatus) =>
      paymentStates.filter((state) => compareCharge(theirs(status), ours(state)).is === "FINDING");
    expect(flagged("PROCESSING")).toEqual([]);
    expect(flagged("CAPTURED")).toEqual(
      paymentStates.filter(
        (state) => !["CAPTURING", "CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED", "DISPUTED"].includes(state),
      ),
    );
    expect(flagged("CANCELED")).toEqual(expect.arrayContaining(["CAPTURED", "REFUNDED", "DISPUTED", "CREATED"]));
    expect(flagged("CANCELED")).not.toEqual(expect.arrayContaining(["VOIDED"]));
  });

  test("of another amount or currency is never repaired, whatever the states", () => {
    const other = fc.record({ amountMinor: fc.nat(), currency: fc.constantFrom("IDR", "USD", "KWD") });
    fc.assert(
      fc.property(fc.constantFrom(...statuses), fc.constantFrom(...paymentStates), other, (status, state, told) => {
        fc.pre(told.amountMinor !== 500 || told.currency !== "IDR");
        const verdict = compareCharge({ ...theirs(status), ...told }, ours(state));
        expect(verdict).toMatchObject({ is: "FINDING", kind: "AMOUNT_MISMATCH" });
      }),
    );
  });

  test("that took less than we hold it took is flagged", () => {
    const less = { ...theirs("CAPTURED"), capturedMinor: 499 };
    expect(compareCharge(less, { ...ours("CAPTURED"), capturedMinor: 500 })).toMatchObject({ kind: "AMOUNT_MISMATCH" });
    expect(compareCharge(less, ours("CAPTURING"))).toMatchObject({ kind: "AMOUNT_MISMATCH" });
  });

  test("that is unknown is flagged only when it touches money", () => {
    const kinds = statuses.filter((status) => compareCharge(theirs(status), null).is === "FINDING");
    expect(kinds).toEqual(["AUTHORIZED", "CAPTURED"]);
    const another = { ...ours("CAPTURED"), providerIntentId: "pi_2" };
    expect(compareCharge(theirs("AUTHORIZED"), another)).toMatchObject({ kind: "UNKNOWN_CHARGE" });
  });
});

describe("comparing a refund", () => {
  const refund = { id: "re_1", status: "SUCCEEDED", intentId: "pi_1", amountMinor: 5, currency: "IDR" } as const;
  const known = { state: "PENDING", intentId: "pi_1", amountMinor: 5, currency: "IDR" } as const;
  const live = { state: "LIVE", isLast: true } as const;

  test.each([
    ["the live attempt's end", refund, { ...known, attempt: live }, "REPAIR"],
    [
      "one taken back",
      { ...refund, status: "FAILED" as const },
      { ...known, state: "SUCCEEDED" as const, attempt: { state: "SUCCEEDED" as const, isLast: true } },
      "REPAIR",
    ],
    [
      "what both know",
      refund,
      { ...known, state: "SUCCEEDED" as const, attempt: { state: "SUCCEEDED" as const, isLast: true } },
      "AGREES",
    ],
    ["one still pending", { ...refund, status: "PENDING" as const }, { ...known, attempt: live }, "AGREES"],
    [
      "an older attempt that paid after all",
      refund,
      { ...known, attempt: { state: "FAILED" as const, isLast: false } },
      "FINDING",
    ],
    [
      "one paid though we gave it up",
      refund,
      { ...known, state: "FAILED" as const, attempt: { state: "FAILED" as const, isLast: true } },
      "FINDING",
    ],
    ["one under no attempt of ours", refund, { ...known, attempt: null }, "FINDING"],
    ["one of another charge", { ...refund, intentId: "pi_2" }, { ...known, attempt: live }, "FINDING"],
    ["one of another amount", { ...refund, amountMinor: 6 }, { ...known, attempt: live }, "FINDING"],
    ["one that nobody knows and that failed", { ...refund, status: "FAILED" as const }, null, "AGREES"],
    ["one that nobody knows", refund, null, "FINDING"],
  ])("%s", (_, their, our, is) => {
    expect(compareRefund(their, our).is).toBe(is);
  });
});

describe("comparing a dispute", () => {
  const told = (outcome: "OPENED" | "WON" | "LOST") => ({ intentId: "pi_1", amountMinor: 5, outcome });
  const kept = (state: "OPENED" | "WON" | "LOST") => ({ amountMinor: 5, state });
  const outcomes = ["OPENED", "WON", "LOST"] as const;

  test("repairs what was not heard of and what has ended since; an end that differs is a finding", () => {
    for (const outcome of outcomes) {
      expect(compareDispute(told(outcome), null, true).is).toBe("REPAIR");
      expect(compareDispute(told(outcome), null, false)).toMatchObject({ kind: "UNKNOWN_DISPUTE" });
      for (const state of outcomes) {
        const apart = state === "OPENED" ? "REPAIR" : "FINDING";
        expect(compareDispute(told(outcome), kept(state), true).is).toBe(state === outcome ? "AGREES" : apart);
        const other = { ...kept(state), amountMinor: 6 };
        expect(compareDispute(told(outcome), other, true)).toMatchObject({ kind: "AMOUNT_MISMATCH" });
      }
    }
  });
});
