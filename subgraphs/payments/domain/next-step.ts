/** What a payment has to do next, from where it stands and what its order wants of the money. */
import type { PaymentState } from "./payment-states.ts";

/** HOLD while the order waits, CAPTURE once accepted, RELEASE once it ended without being fulfilled. */
export type Wish = "HOLD" | "CAPTURE" | "RELEASE";

export type Standing = {
  state: PaymentState;
  wish: Wish;
  /** True once a scheduled order may be charged. */
  due: boolean;
  /** True once the provider refused a capture for good: the order must end, trying again cannot help. */
  captureRefused: boolean;
  capturedMinor: number;
  /** Paid back already or on its way. */
  refundReservedMinor: number;
  /** What banks keep of it after disputes. */
  lostMinor: number;
  /** Kept when the order is called off late; never more than what is left. */
  feeMinor: number;
  /** True while the order's cancellation waits for word of its money. */
  cancelling: boolean;
  /** True once fee and refund of a release were decided, or nothing was found to release. */
  released: boolean;
  /** True once a cancelled order was told that its money is settled. */
  told: boolean;
};

export type Step =
  | { do: "NOTHING" }
  /** The saved payment method is charged. */
  | { do: "AUTHORIZE" }
  | { do: "CAPTURE" }
  | { do: "VOID" }
  /** Nothing was held yet, so there is nothing to undo at the provider. */
  | { do: "VOID_LOCALLY" }
  /** The money was gone before the order asked for it. */
  | { do: "REPORT_CAPTURE_FAILED" }
  /** Nothing is held any more; the order still waits to hear so. */
  | { do: "CONFIRM_NOTHING_HELD" }
  /** The cardholder's bank has the money; what is left to do follows once the dispute is closed, weeks later. */
  | { do: "CONFIRM_DISPUTED" }
  | { do: "PAY_BACK"; refundMinor: number; feeMinor: number };

const nothing: Step = { do: "NOTHING" };

/** The next step; NOTHING also while the provider's word on the current one is awaited. */
export function nextStep(payment: Standing): Step {
  if (payment.wish === "RELEASE") return towardsRelease(payment);
  // An order that is being cancelled is not charged any more, though its delivery has not answered yet.
  if (payment.state === "SAVED") return payment.due && !payment.cancelling ? { do: "AUTHORIZE" } : nothing;
  return payment.wish === "CAPTURE" ? towardsCapture(payment) : nothing;
}

function towardsCapture({ state, captureRefused }: Standing): Step {
  if (captureRefused) return nothing;
  if (state === "AUTHORIZED") return { do: "CAPTURE" };
  return holdsNothing(state) ? { do: "REPORT_CAPTURE_FAILED" } : nothing;
}

const holdsNothing = (state: PaymentState): boolean => state === "FAILED" || state === "EXPIRED" || state === "VOIDED";

function towardsRelease(payment: Standing): Step {
  // Also when a refund is on its way: while the dispute is open, the provider does not take it.
  if (payment.state === "DISPUTED") return payment.cancelling && !payment.told ? { do: "CONFIRM_DISPUTED" } : nothing;
  if (payment.released) return nothing;
  if (holdsNothing(payment.state)) return payment.cancelling ? { do: "CONFIRM_NOTHING_HELD" } : nothing;
  switch (payment.state) {
    case "CREATED":
    case "SAVING":
    case "SAVED":
      return { do: "VOID_LOCALLY" };
    case "REQUIRES_ACTION":
    case "AUTHORIZED":
      return { do: "VOID" };
    case "CAPTURED":
    case "PARTIALLY_REFUNDED":
    case "REFUNDED": {
      const left = payment.capturedMinor - payment.refundReservedMinor - payment.lostMinor;
      const feeMinor = Math.min(Math.max(payment.feeMinor, 0), left);
      return { do: "PAY_BACK", refundMinor: left - feeMinor, feeMinor };
    }
    default:
      return nothing;
  }
}

/**
 * What the order wants after something was heard of it. A release needs the order's end, and, when the order is being
 * cancelled, the delivery's word that no courier carries the food; capture never follows a release.
 */
export function wishOf(heard: {
  accepted: boolean;
  ended: boolean;
  cancelling: boolean;
  deliveryCancelled: boolean;
}): Wish {
  if (heard.ended || (heard.cancelling && heard.deliveryCancelled)) return "RELEASE";
  return heard.accepted ? "CAPTURE" : "HOLD";
}

/**
 * Whether what is open at the provider is the saving of a payment method: it is for a scheduled order of which no
 * amount was asked for yet. An order that is charged without its customer never waits for one, so REQUIRES_ACTION is
 * about the saving as well, unless the customer pays a due order with another card (`payNow`).
 */
export const isSettingUp = (payment: {
  state: PaymentState;
  scheduledFor: Date | null;
  payNow: boolean;
  providerIntentId: string | null;
}): boolean =>
  payment.scheduledFor !== null &&
  !payment.payNow &&
  payment.providerIntentId === null &&
  ["SAVING", "REQUIRES_ACTION", "VOIDING"].includes(payment.state);
