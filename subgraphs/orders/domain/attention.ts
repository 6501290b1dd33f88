/** Why support should look at an order, and in which states each reason holds. */
import type { OrderState } from "./order-states.ts";

export const attentionReasons = [
  "LATE",
  "NO_COURIER",
  "NOT_COLLECTED",
  "NOT_DELIVERED",
  "DELIVERY_FAILED",
  "CANCELLATION_STUCK",
] as const;

export type AttentionReason = (typeof attentionReasons)[number];

const holdsIn: Record<AttentionReason, readonly OrderState[]> = {
  LATE: ["ACCEPTED", "PREPARING"],
  NO_COURIER: ["ACCEPTED", "PREPARING", "READY"],
  NOT_COLLECTED: ["READY"],
  NOT_DELIVERED: ["PICKED_UP"],
  DELIVERY_FAILED: ["PICKED_UP"],
  CANCELLATION_STUCK: ["CANCELLING"],
};

type Looked = { state: OrderState; attention: AttentionReason[] | null };

const some = (reasons: AttentionReason[]): AttentionReason[] | null => (reasons.length === 0 ? null : reasons);

/** The reasons with one more, each once; unchanged where it does not hold in the order's state, as with late news. */
export const withReason = ({ state, attention }: Looked, reason: AttentionReason): AttentionReason[] | null =>
  holdsIn[reason].includes(state) ? [...new Set([...(attention ?? []), reason])] : attention;

/** The reasons without one; null when none is left. */
export const withoutReason = ({ attention }: Looked, reason: AttentionReason): AttentionReason[] | null =>
  some((attention ?? []).filter((one) => one !== reason));

/** The reasons that still hold once the order is in `state`; null when none is left. */
export const reasonsIn = (state: OrderState, attention: AttentionReason[] | null): AttentionReason[] | null =>
  some((attention ?? []).filter((one) => holdsIn[one].includes(state)));
