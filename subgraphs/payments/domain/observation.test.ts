import { expect, test } from "vitest";
import { observed, observedSetup, type IntentStatus, type SetupStatus } from "./observation.ts";
import { paymentStates, paymentTransitions, type PaymentState } from "./payment-states.ts";

const intents: IntentStatus[] = ["REQUIRES_ACTION", "PROCESSING", "AUTHORIZED", "CAPTURED", "CANCELED", "FAILED"];
const setups: SetupStatus[] = ["REQUIRES_ACTION", "PROCESSING", "SAVED", "CANCELED", "FAILED"];
/** `state status → next` of every word that means something. */
const meanings = <S extends string>(
  statuses: readonly S[],
  next: (state: PaymentState, status: S) => PaymentState | null,
) =>
  paymentStates.flatMap((state) =>
    statuses.flatMap((status) => {
      const to = next(state, status);
      return to === null ? [] : [`${state} ${status} → ${to}`];
    }),
  );

test("words on an amount", () => {
  expect(meanings(intents, observed)).toEqual([
    "AUTHORIZING REQUIRES_ACTION → REQUIRES_ACTION",
    "AUTHORIZING AUTHORIZED → AUTHORIZED",
    "AUTHORIZING CANCELED → FAILED",
    "AUTHORIZING FAILED → FAILED",
    "REQUIRES_ACTION AUTHORIZED → AUTHORIZED",
    "REQUIRES_ACTION CANCELED → FAILED",
    "REQUIRES_ACTION FAILED → FAILED",
    "AUTHORIZED CANCELED → EXPIRED",
    "CAPTURING CAPTURED → CAPTURED",
    "CAPTURING CANCELED → EXPIRED",
    "VOIDING CANCELED → VOIDED",
  ]);
});

test("words on a set-up", () => {
  expect(meanings(setups, observedSetup)).toEqual([
    "SAVING REQUIRES_ACTION → REQUIRES_ACTION",
    "SAVING SAVED → SAVED",
    "SAVING CANCELED → FAILED",
    "SAVING FAILED → FAILED",
    "REQUIRES_ACTION SAVED → SAVED",
    "REQUIRES_ACTION CANCELED → FAILED",
    "REQUIRES_ACTION FAILED → FAILED",
    "VOIDING SAVED → VOIDED",
    "VOIDING CANCELED → VOIDED",
    "VOIDING FAILED → VOIDED",
  ]);
});

test("no word leads anywhere that the table of states does not", () => {
  const listed = new Set(paymentTransitions.map(({ from, to }) => `${from} ${to}`));
  for (const text of [...meanings(intents, observed), ...meanings(setups, observedSetup)]) {
    const [from, , , to] = text.split(" ");
    expect(listed).toContain(`${from} ${to}`);
  }
});
