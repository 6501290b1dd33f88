import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSettingUp, nextStep, wishOf, type Standing } from "./next-step.ts";
import { paymentStates, type PaymentState } from "./payment-states.ts";

const standing: Standing = {
  state: "CREATED",
  wish: "HOLD",
  due: false,
  captureRefused: false,
  capturedMinor: 0,
  refundReservedMinor: 0,
  lostMinor: 0,
  feeMinor: 0,
  cancelling: false,
  released: false,
  told: false,
};
const step = (change: Partial<Standing>) => nextStep({ ...standing, ...change }).do;
/** What is to be done in each state; states with nothing to do are left out. */
const steps = (change: Partial<Standing>) =>
  Object.fromEntries(
    paymentStates.map((state) => [state, step({ ...change, state })]).filter(([, what]) => what !== "NOTHING"),
  );

describe("the next step", () => {
  test("while the order waits: a saved method is charged once it is due, and not while the order is cancelled", () => {
    expect(steps({})).toEqual({});
    expect(steps({ due: true })).toEqual({ SAVED: "AUTHORIZE" });
    expect(steps({ due: true, cancelling: true })).toEqual({});
  });

  test("once accepted: the hold is captured, and what is gone is reported", () => {
    const gone = { VOIDED: "REPORT_CAPTURE_FAILED", FAILED: "REPORT_CAPTURE_FAILED", EXPIRED: "REPORT_CAPTURE_FAILED" };
    expect(steps({ wish: "CAPTURE" })).toEqual({ AUTHORIZED: "CAPTURE", ...gone });
    expect(steps({ wish: "CAPTURE", due: true })).toEqual({ SAVED: "AUTHORIZE", AUTHORIZED: "CAPTURE", ...gone });
    expect(steps({ wish: "CAPTURE", captureRefused: true })).toEqual({});
  });

  const undone = {
    CREATED: "VOID_LOCALLY",
    SAVING: "VOID_LOCALLY",
    SAVED: "VOID_LOCALLY",
    REQUIRES_ACTION: "VOID",
    AUTHORIZED: "VOID",
    CAPTURED: "PAY_BACK",
    PARTIALLY_REFUNDED: "PAY_BACK",
    REFUNDED: "PAY_BACK",
  };
  test("once the order ended: whatever there is, is undone", () => {
    expect(steps({ wish: "RELEASE" })).toEqual(undone);
    expect(steps({ wish: "RELEASE", due: true })).toEqual(undone);
    expect(steps({ wish: "RELEASE", released: true })).toEqual({});
  });

  test("a cancellation that waits hears that nothing is held, or that the bank has it, once", () => {
    const nothing = { VOIDED: "CONFIRM_NOTHING_HELD", FAILED: "CONFIRM_NOTHING_HELD", EXPIRED: "CONFIRM_NOTHING_HELD" };
    const waits = { wish: "RELEASE", cancelling: true } as const;
    expect(steps(waits)).toEqual({ ...undone, ...nothing, DISPUTED: "CONFIRM_DISPUTED" });
    expect(steps({ ...waits, told: true })).toEqual({ ...undone, ...nothing });
    expect(steps({ ...waits, released: true })).toEqual({ DISPUTED: "CONFIRM_DISPUTED" });
    expect(steps({ ...waits, released: true, told: true })).toEqual({});
  });

  test("the fee that is kept is no more than what is left, and the rest is paid back", () => {
    const money = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(
        money,
        money,
        money,
        fc.integer({ min: -1_000, max: 2_000_000 }),
        (reserved, lostMinor, more, feeMinor) => {
          const next = nextStep({
            ...standing,
            state: "PARTIALLY_REFUNDED",
            wish: "RELEASE",
            capturedMinor: reserved + lostMinor + more,
            refundReservedMinor: reserved,
            lostMinor,
            feeMinor,
          });
          const kept = feeMinor < 0 ? 0 : feeMinor > more ? more : feeMinor;
          expect(next).toEqual({ do: "PAY_BACK", feeMinor: kept, refundMinor: more - kept });
        },
      ),
    );
  });
});

test("what the order wants: its end, or a cancellation that its delivery agreed to, goes before acceptance", () => {
  const heard = { accepted: false, ended: false, cancelling: false, deliveryCancelled: false };
  const wish = (change: Partial<typeof heard>) => wishOf({ ...heard, ...change });
  expect([wish({}), wish({ accepted: true })]).toEqual(["HOLD", "CAPTURE"]);
  expect([wish({ ended: true }), wish({ ended: true, accepted: true })]).toEqual(["RELEASE", "RELEASE"]);
  expect([wish({ cancelling: true }), wish({ deliveryCancelled: true })]).toEqual(["HOLD", "HOLD"]);
  expect(wish({ cancelling: true, deliveryCancelled: true, accepted: true })).toBe("RELEASE");
  expect(wish({ cancelling: true, accepted: true })).toBe("CAPTURE");
});

test("a set-up is open only for an order for later of which no amount was asked for yet", () => {
  const states = (change: object) =>
    paymentStates.filter((state: PaymentState) =>
      isSettingUp({ state, scheduledFor: new Date(0), payNow: false, providerIntentId: null, ...change }),
    );
  expect(states({})).toEqual(["SAVING", "REQUIRES_ACTION", "VOIDING"]);
  expect(states({ scheduledFor: null })).toEqual([]);
  expect(states({ providerIntentId: "pi_1" })).toEqual([]);
  // The customer pays a due order with another card.
  expect(states({ payNow: true })).toEqual([]);
});
