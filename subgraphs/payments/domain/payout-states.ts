/** The life of a payout as data: which state may follow which, and what makes it so. */
import { err, ok, type Result } from "../../../kit/result.ts";

/** Every state a payout can be in; SENDING and RETURNING wait for the provider's word under a stored idempotency key. */
export const payoutStates = ["PENDING", "SENDING", "IN_TRANSIT", "PAID", "RETURNING", "FAILED", "RETURNED"] as const;

export type PayoutState = (typeof payoutStates)[number];

export type PayoutTransition = { from: PayoutState; to: PayoutState; cause: string };

/** The table: nothing that is not listed here happens. */
export const payoutTransitions: readonly PayoutTransition[] = [
  { from: "PENDING", to: "SENDING", cause: "the provider is asked" },
  { from: "PENDING", to: "FAILED", cause: "the account may not be paid, and nothing was transferred yet" },
  { from: "PENDING", to: "RETURNING", cause: "the account may not be paid any more" },
  { from: "SENDING", to: "PENDING", cause: "the provider refused; it is asked again later under a new key" },
  { from: "SENDING", to: "IN_TRANSIT", cause: "the provider sent the money to the bank" },
  { from: "SENDING", to: "FAILED", cause: "the provider refused for good, and nothing was transferred yet" },
  { from: "SENDING", to: "RETURNING", cause: "the provider refused for good" },
  { from: "IN_TRANSIT", to: "PAID", cause: "the money arrived" },
  { from: "IN_TRANSIT", to: "PENDING", cause: "the bank refused; it is sent again later under a new key" },
  { from: "IN_TRANSIT", to: "RETURNING", cause: "the bank refused for good" },
  { from: "PAID", to: "RETURNING", cause: "the bank sent the money back" },
  { from: "RETURNING", to: "FAILED", cause: "the money is back on the balance without having arrived" },
  { from: "RETURNING", to: "RETURNED", cause: "the money is back on the balance after it had arrived" },
];

const allowed = new Set(payoutTransitions.map(({ from, to }) => `${from}>${to}`));

/** Whether the table lists the step. */
export const canMovePayout = (from: PayoutState, to: PayoutState): boolean => allowed.has(`${from}>${to}`);

/** States in which a payout stands in the way of the account's next one. */
export const livePayoutStates: readonly PayoutState[] = ["PENDING", "SENDING", "IN_TRANSIT"];

/** The current state by replaying a history from PENDING; refuses a history with a step that is not listed. */
export function replayPayout(
  history: readonly { from: PayoutState; to: PayoutState }[],
): Result<PayoutState, "ILLEGAL_HISTORY"> {
  let state: PayoutState = "PENDING";
  for (const { from, to } of history) {
    if (from !== state || !canMovePayout(from, to)) return err("ILLEGAL_HISTORY");
    state = to;
  }
  return ok(state);
}
