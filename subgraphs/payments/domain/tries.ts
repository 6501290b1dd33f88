/** Paying one order with one card after another: how often, until when, and what became of each try. */
import type { PaymentState } from "./payment-states.ts";

/** Where a try stands. Only LIVE and HELD may have money at the provider; what the others still have there is let go. */
export const tryStates = ["LIVE", "HELD", "DECLINED", "REPLACED", "LET_GO"] as const;

export type TryState = (typeof tryStates)[number];

/** The table: nothing that is not listed here happens to a try. */
export const tryTransitions: readonly { from: TryState; to: TryState; cause: string }[] = [
  { from: "LIVE", to: "HELD", cause: "the provider holds the amount" },
  { from: "LIVE", to: "DECLINED", cause: "the card was declined, or its issuer gave up" },
  { from: "LIVE", to: "REPLACED", cause: "the customer took another card before they had confirmed this one" },
  { from: "LIVE", to: "LET_GO", cause: "the order ended" },
  { from: "HELD", to: "LET_GO", cause: "the order ended, or the hold ran out" },
];

/** Why an order cannot be paid with another card. */
export const notOpenReasons = ["PAID", "SAVED", "IN_PROGRESS", "TIME_OVER", "NO_TRIES_LEFT", "ORDER_ENDED"] as const;

export type NotOpenReason = (typeof notOpenReasons)[number];

/** What of a payment decides about another try. */
export type Trying = {
  state: PaymentState;
  /** The number of the newest try, from 1. */
  tryNumber: number;
  triesAllowed: number;
  /** Null when orders named no end. */
  payUntil: Date | null;
  /** The order is over, or about to be. */
  ended: boolean;
};

/** How many cards may still be tried after the newest. */
export const triesLeft = ({ tryNumber, triesAllowed }: Pick<Trying, "tryNumber" | "triesAllowed">): number =>
  Math.max(0, triesAllowed - tryNumber);

const asking: readonly PaymentState[] = ["CREATED", "SAVING", "AUTHORIZING", "VOIDING", "CAPTURING"];

/** Why another card cannot be tried at `now`; null when it can: after a decline, or instead of a confirmation that is open. */
export function whyNotOpen(payment: Trying, now: Date): NotOpenReason | null {
  const { state, ended, payUntil } = payment;
  if (ended || state === "VOIDED" || state === "EXPIRED") return "ORDER_ENDED";
  if (asking.includes(state)) return "IN_PROGRESS";
  if (state === "SAVED") return "SAVED";
  if (state !== "FAILED" && state !== "REQUIRES_ACTION") return "PAID";
  if (payUntil !== null && now >= payUntil) return "TIME_OVER";
  return triesLeft(payment) === 0 ? "NO_TRIES_LEFT" : null;
}

const over: readonly (NotOpenReason | null)[] = ["PAID", "SAVED", "ORDER_ENDED"];

/** Until when the order can still be paid; null when it no longer has to be, or when orders named no end. */
export const openUntil = (payment: Trying, now: Date): Date | null =>
  over.includes(whyNotOpen(payment, now)) ? null : payment.payUntil;
