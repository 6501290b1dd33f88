/** The life of a dispute as data: which state may follow which, and what makes it so. */

/** Every state; those ending in -ING wait for the provider's answer under a stored idempotency key. */
export const disputeStates = ["OPENED", "SENDING", "UNDER_REVIEW", "ACCEPTING", "WON", "PARTLY_WON", "LOST"] as const;

export type DisputeState = (typeof disputeStates)[number];

export type DisputeTransition = { from: DisputeState; to: DisputeState; cause: string };

const open = ["OPENED", "SENDING", "UNDER_REVIEW", "ACCEPTING"] as const;

/** The table: nothing that is not listed here happens. */
export const disputeTransitions: readonly DisputeTransition[] = [
  { from: "OPENED", to: "SENDING", cause: "support sends the evidence, or it is due" },
  { from: "OPENED", to: "ACCEPTING", cause: "support gives it up, or evidence is due and there is none" },
  { from: "OPENED", to: "UNDER_REVIEW", cause: "the provider has evidence that was not sent from here" },
  { from: "SENDING", to: "UNDER_REVIEW", cause: "the provider took the evidence" },
  { from: "SENDING", to: "OPENED", cause: "the provider refused the evidence" },
  { from: "ACCEPTING", to: "OPENED", cause: "the provider refused to close it" },
  ...open.flatMap((from): DisputeTransition[] => [
    { from, to: "WON", cause: "the bank gave all of it back" },
    { from, to: "PARTLY_WON", cause: "the bank gave a part of it back" },
    { from, to: "LOST", cause: "the cardholder keeps the money" },
  ]),
];

const allowed = new Set(disputeTransitions.map(({ from, to }) => `${from}>${to}`));

/** Whether the table lists the step. */
export const canDisputeMove = (from: DisputeState, to: DisputeState): boolean => allowed.has(`${from}>${to}`);

/** States in which the bank has not decided. */
export const openStates: readonly DisputeState[] = open;

/** Whether the bank has not decided yet. */
export const isOpen = (state: DisputeState): boolean => openStates.includes(state);

/** The state of a dispute over `amountMinor` of which the bank gave `returnedMinor` back. */
export function closedState(amountMinor: number, returnedMinor: number): "WON" | "PARTLY_WON" | "LOST" {
  if (returnedMinor <= 0) return "LOST";
  return returnedMinor >= amountMinor ? "WON" : "PARTLY_WON";
}
