import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { observed, observedSetup, type IntentStatus, type SetupStatus } from "./observation.ts";
import { nextStep, wishOf, type Standing } from "./next-step.ts";
import {
  canMove,
  isTerminal,
  paymentStates,
  paymentTransitions,
  refundedState,
  replay,
  type PaymentState,
} from "./payment-states.ts";

const state = fc.constantFrom(...paymentStates);
const status = fc.constantFrom<IntentStatus>(
  "REQUIRES_ACTION",
  "PROCESSING",
  "AUTHORIZED",
  "CAPTURED",
  "CANCELED",
  "FAILED",
);

describe("the state table", () => {
  test("only listed steps happen, and nothing leaves a terminal state", () => {
    fc.assert(
      fc.property(state, state, (from, to) => {
        const listed = paymentTransitions.some((step) => step.from === from && step.to === to);
        expect(canMove(from, to)).toBe(listed);
        if (isTerminal(from)) expect(canMove(from, to)).toBe(false);
      }),
    );
    expect(paymentStates.filter(isTerminal)).toEqual(["REFUNDED", "VOIDED", "EXPIRED"]);
  });

  test("every state is reachable, and each can come to an end", () => {
    const reach = (from: PaymentState, seen = new Set<PaymentState>([from])): Set<PaymentState> => {
      for (const step of paymentTransitions) {
        if (step.from === from && !seen.has(step.to)) reach(step.to, seen.add(step.to));
      }
      return seen;
    };
    expect(reach("CREATED").size).toBe(paymentStates.length);
    for (const from of paymentStates) expect([...reach(from)].some(isTerminal)).toBe(true);
  });

  test("a walk over listed steps replays to its end; a foreign step is refused", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), state, (choices, foreign) => {
        const history: { from: PaymentState; to: PaymentState }[] = [];
        let at: PaymentState = "CREATED";
        for (const choice of choices) {
          const open = paymentTransitions.filter((step) => step.from === at);
          if (open.length === 0) break;
          const step = open[choice % open.length]!;
          history.push({ from: at, to: step.to });
          at = step.to;
        }
        expect(replay(history)).toEqual({ ok: true, value: at });
        if (!canMove(at, foreign)) expect(replay([...history, { from: at, to: foreign }]).ok).toBe(false);
      }),
    );
  });
});

test("whatever the provider says, in whatever order, moves a payment by listed steps alone", () => {
  const setup = fc.constantFrom<SetupStatus>("REQUIRES_ACTION", "PROCESSING", "SAVED", "CANCELED", "FAILED");
  fc.assert(
    fc.property(state, status, setup, (from, said, saidOfSetup) => {
      for (const to of [observed(from, said), observedSetup(from, saidOfSetup)]) {
        if (to !== null) expect(canMove(from, to)).toBe(true);
      }
    }),
  );
});

test("a capture is counted as refunded only when all of it is", () => {
  expect([refundedState(100, 0), refundedState(100, 99), refundedState(100, 100)]).toEqual([
    "CAPTURED",
    "PARTIALLY_REFUNDED",
    "REFUNDED",
  ]);
});

describe("the next step", () => {
  const standing = fc
    .record({
      state,
      due: fc.boolean(),
      wish: fc.constantFrom("HOLD" as const, "CAPTURE" as const, "RELEASE" as const),
      captureRefused: fc.boolean(),
      capturedMinor: fc.integer({ min: 0, max: 1_000_000 }),
      refundReservedMinor: fc.integer({ min: 0, max: 1_000_000 }),
      lostMinor: fc.integer({ min: 0, max: 1_000_000 }),
      feeMinor: fc.integer({ min: -10, max: 2_000_000 }),
      cancelling: fc.boolean(),
      released: fc.boolean(),
      told: fc.boolean(),
    })
    .map((made): Standing => ({
      ...made,
      refundReservedMinor: Math.min(made.refundReservedMinor, made.capturedMinor),
      lostMinor: Math.min(made.lostMinor, made.capturedMinor - Math.min(made.refundReservedMinor, made.capturedMinor)),
    }));

  test("is listed, never captures what is to be released, and pays back exactly what is left", () => {
    fc.assert(
      fc.property(standing, (payment) => {
        const step = nextStep(payment);
        if (step.do === "CAPTURE")
          expect([payment.wish, canMove(payment.state, "CAPTURING")]).toEqual(["CAPTURE", true]);
        if (step.do === "AUTHORIZE") {
          expect([payment.due, payment.cancelling, canMove(payment.state, "AUTHORIZING")]).toEqual([true, false, true]);
          expect(payment.wish).not.toBe("RELEASE");
        }
        if (step.do === "VOID_LOCALLY") expect(canMove(payment.state, "VOIDED")).toBe(true);
        if (step.do === "VOID") expect([payment.wish, canMove(payment.state, "VOIDING")]).toEqual(["RELEASE", true]);
        if (step.do !== "PAY_BACK") return;
        expect(step.refundMinor + step.feeMinor).toBe(
          payment.capturedMinor - payment.refundReservedMinor - payment.lostMinor,
        );
        expect(Math.min(step.refundMinor, step.feeMinor)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("lets nothing of an ended order hang: each state is let go, waits for the provider, or holds nothing", () => {
    fc.assert(
      fc.property(standing, (payment) => {
        const step = nextStep({ ...payment, wish: "RELEASE", released: false, told: false, cancelling: true });
        const awaitsProvider = ["AUTHORIZING", "CAPTURING", "VOIDING"].includes(payment.state);
        expect(step.do === "NOTHING").toBe(awaitsProvider);
      }),
    );
  });

  test("releases a cancelled order only once its delivery is withdrawn", () => {
    const heard = { accepted: true, ended: false, cancelling: true, deliveryCancelled: false };
    expect(wishOf(heard)).toBe("CAPTURE");
    expect(wishOf({ ...heard, deliveryCancelled: true })).toBe("RELEASE");
    expect(wishOf({ ...heard, cancelling: false, deliveryCancelled: true })).toBe("CAPTURE");
    expect(wishOf({ ...heard, cancelling: false, ended: true })).toBe("RELEASE");
  });
});

test("a history that begins elsewhere, or goes on from another state, is none", () => {
  const step = (from: PaymentState, to: PaymentState) => ({ from, to });
  expect(replay([step("CREATED", "AUTHORIZING"), step("AUTHORIZING", "AUTHORIZED")])).toEqual({
    ok: true,
    value: "AUTHORIZED",
  });
  const illegal = { ok: false, error: "ILLEGAL_HISTORY" };
  expect(replay([step("AUTHORIZING", "AUTHORIZED")])).toEqual(illegal);
  expect(replay([step("CREATED", "AUTHORIZING"), step("AUTHORIZED", "CAPTURING")])).toEqual(illegal);
  expect(replay([step("CREATED", "CAPTURED")])).toEqual(illegal);
});
