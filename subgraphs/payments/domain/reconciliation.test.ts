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
    const other = fc.record({
      amountMinor: fc.oneof(fc.constant(500), fc.nat()),
      currency: fc.constantFrom("IDR", "USD", "KWD"),
    });
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

describe("the findings of a charge", () => {
  const told = { theirStatus: "CAPTURED", theirAmountMinor: 500, theirCurrency: "IDR" };
  const both = { ...told, ourState: "CAPTURED", ourAmountMinor: 500, ourCurrency: "IDR" };

  test.each([
    ["nothing, where all is equal", {}, {}, { is: "AGREES" }],
    [
      "another currency of the same amount",
      { currency: "USD" },
      {},
      ["AMOUNT_MISMATCH", { ...both, theirCurrency: "USD" }],
    ],
    [
      "another amount of the same currency",
      { amountMinor: 501 },
      {},
      ["AMOUNT_MISMATCH", { ...both, theirAmountMinor: 501 }],
    ],
    [
      "less that was taken",
      { capturedMinor: 499 },
      { capturedMinor: 500 },
      ["AMOUNT_MISMATCH", { ...both, theirCapturedMinor: 499, ourCapturedMinor: 500 }],
    ],
    ["a part that both know was taken", { capturedMinor: 400 }, { capturedMinor: 400 }, { is: "AGREES" }],
    ["another charge", {}, { providerIntentId: "pi_2" }, ["UNKNOWN_CHARGE", { ...told, ourIntent: "pi_2" }]],
    ["a charge that we have no name of yet", {}, { providerIntentId: null }, { is: "AGREES" }],
    [
      "a state that excludes theirs",
      {},
      { state: "VOIDED" as const },
      ["STATE_MISMATCH", { ...both, ourState: "VOIDED" }],
    ],
  ])("%s", (_, their, our, wanted) => {
    const verdict = compareCharge({ ...theirs("CAPTURED"), ...their }, { ...ours("CAPTURED"), ...our });
    expect(verdict).toEqual(Array.isArray(wanted) ? { is: "FINDING", kind: wanted[0], facts: wanted[1] } : wanted);
  });

  test("what agrees, by the provider's status", () => {
    const agreed = (status: IntentStatus) =>
      paymentStates.filter((state) => compareCharge(theirs(status), ours(state)).is === "AGREES");
    expect(Object.fromEntries(statuses.map((status) => [status, agreed(status).toSorted()]))).toEqual({
      PROCESSING: [...paymentStates].toSorted(),
      REQUIRES_ACTION: ["EXPIRED", "FAILED", "REQUIRES_ACTION", "VOIDED", "VOIDING"],
      AUTHORIZED: ["AUTHORIZED", "CAPTURING", "VOIDING"],
      CAPTURED: ["CAPTURED", "DISPUTED", "PARTIALLY_REFUNDED", "REFUNDED"],
      CANCELED: ["EXPIRED", "FAILED", "VOIDED"],
      FAILED: ["EXPIRED", "FAILED", "VOIDED", "VOIDING"],
    });
  });

  test("names nothing of ours where there is nothing", () => {
    expect(compareCharge(theirs("CAPTURED"), null)).toEqual({ is: "FINDING", kind: "UNKNOWN_CHARGE", facts: told });
  });

  test("whatever was refunded or disputed since agrees with what was taken; what ended without money does not", () => {
    const agreed = (status: IntentStatus) =>
      paymentStates.filter((state) => compareCharge(theirs(status), ours(state)).is === "AGREES");
    expect(agreed("CAPTURED")).toEqual(
      paymentStates.filter((state) => ["CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED", "DISPUTED"].includes(state)),
    );
    for (const state of ["VOIDED", "EXPIRED", "FAILED"] as const) expect(agreed("CANCELED")).toContain(state);
    for (const state of ["CAPTURED", "REFUNDED", "AUTHORIZED"] as const) expect(agreed("FAILED")).not.toContain(state);
    expect(agreed("AUTHORIZED")).toEqual(expect.arrayContaining(["AUTHORIZED", "CAPTURING", "VOIDING"]));
    expect(agreed("AUTHORIZED")).not.toEqual(expect.arrayContaining(["VOIDED"]));
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
    ["one of another currency", { ...refund, currency: "USD" }, { ...known, attempt: live }, "FINDING"],
    [
      "one that failed under no attempt of ours",
      { ...refund, status: "FAILED" as const },
      { ...known, attempt: null },
      "AGREES",
    ],
    [
      "one that failed after an older attempt",
      { ...refund, status: "FAILED" as const },
      { ...known, attempt: { state: "LIVE" as const, isLast: false } },
      "FINDING",
    ],
    [
      "one that both know failed",
      { ...refund, status: "FAILED" as const },
      { ...known, state: "FAILED" as const, attempt: { state: "FAILED" as const, isLast: true } },
      "AGREES",
    ],
    ["one of another amount", { ...refund, amountMinor: 6 }, { ...known, attempt: live }, "FINDING"],
    ["one that nobody knows and that failed", { ...refund, status: "FAILED" as const }, null, "AGREES"],
    ["one that nobody knows", refund, null, "FINDING"],
  ])("%s", (_, their, our, is) => {
    expect(compareRefund(their, our).is).toBe(is);
  });
});

describe("the findings of a refund", () => {
  const refund = { id: "re_1", status: "SUCCEEDED", intentId: "pi_1", amountMinor: 5, currency: "IDR" } as const;
  const known = {
    state: "PENDING",
    intentId: "pi_1",
    amountMinor: 5,
    currency: "IDR",
    attempt: { state: "FAILED", isLast: false },
  } as const;
  const told = { theirStatus: "SUCCEEDED", theirAmountMinor: 5, theirCurrency: "IDR", theirIntent: "pi_1" };
  const both = { ...told, ourState: "PENDING", ourAmountMinor: 5, ourCurrency: "IDR" };

  test.each([
    ["UNKNOWN_REFUND", refund, null, told],
    ["UNKNOWN_REFUND", { ...refund, intentId: "pi_2" }, known, { ...told, theirIntent: "pi_2" }],
    ["AMOUNT_MISMATCH", { ...refund, amountMinor: 6 }, known, { ...both, theirAmountMinor: 6 }],
    ["AMOUNT_MISMATCH", { ...refund, currency: "USD" }, known, { ...both, theirCurrency: "USD" }],
    ["STATE_MISMATCH", refund, known, { ...both, attemptState: "FAILED" }],
  ])("%s says what each side says", (kind, their, our, facts) => {
    expect(compareRefund(their, our)).toEqual({ is: "FINDING", kind, facts });
  });
});

test("a word on a refund is followed for its last attempt alone, where a listed step leads on", () => {
  const refund = { id: "re_1", intentId: "pi_1", amountMinor: 5, currency: "IDR" };
  const states = ["PENDING", "SUCCEEDED", "FAILED"] as const;
  const repaired = (["SUCCEEDED", "FAILED"] as const).flatMap((status) =>
    states.flatMap((ourState) =>
      (["LIVE", "SUCCEEDED", "FAILED"] as const).flatMap((attempt) =>
        [true, false].flatMap((isLast) => {
          const { id: _, ...both } = refund;
          const verdict = compareRefund(
            { ...refund, status },
            { ...both, state: ourState, attempt: { state: attempt, isLast } },
          );
          const agree = attempt === status;
          if (agree) expect(verdict.is).toBe("AGREES");
          return !agree && verdict.is === "REPAIR"
            ? [`${status} of ${attempt}, ours ${ourState}${isLast ? "" : ", older"}`]
            : [];
        }),
      ),
    ),
  );
  expect(repaired).toEqual([
    "SUCCEEDED of LIVE, ours PENDING",
    "SUCCEEDED of LIVE, ours SUCCEEDED",
    "FAILED of LIVE, ours PENDING",
    "FAILED of SUCCEEDED, ours PENDING",
    "FAILED of LIVE, ours SUCCEEDED",
    "FAILED of SUCCEEDED, ours SUCCEEDED",
  ]);
});

describe("the findings of a dispute", () => {
  const their = { intentId: "pi_1", amountMinor: 5, outcome: "WON" } as const;
  const told = { theirOutcome: "WON", theirAmountMinor: 5, theirIntent: "pi_1" };
  test.each([
    ["UNKNOWN_DISPUTE", null, false, told],
    [
      "AMOUNT_MISMATCH",
      { amountMinor: 6, state: "OPENED" as const },
      true,
      { ...told, ourState: "OPENED", ourAmountMinor: 6 },
    ],
    [
      "STATE_MISMATCH",
      { amountMinor: 5, state: "LOST" as const },
      true,
      { ...told, ourState: "LOST", ourAmountMinor: 5 },
    ],
  ])("%s says what each side says", (kind, our, isOurs, facts) => {
    expect(compareDispute(their, our, isOurs)).toEqual({ is: "FINDING", kind, facts });
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
