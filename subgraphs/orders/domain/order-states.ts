/** The life of an order as data: every move that may happen, and what causes it. Nothing else may change a state. */
import { err, ok, type Result } from "../../../kit/result.ts";

export const orderStates = [
  "PENDING_PAYMENT",
  "SCHEDULED",
  "PLACED",
  "ACCEPTED",
  "PREPARING",
  "READY",
  "PICKED_UP",
  "DELIVERED",
  "COLLECTED",
  "COMPLETED",
  "PAYMENT_FAILED",
  "REJECTED",
  "EXPIRED",
  "CANCELLING",
  "CANCELLED",
  "DELIVERY_FAILED",
] as const;

export type OrderState = (typeof orderStates)[number];

export const orderCauses = [
  "PAYMENT_METHOD_SAVED",
  "PAYMENT_AUTHORIZED",
  "PAYMENT_DECLINED",
  "PAYMENT_TIMED_OUT",
  "SCHEDULE_UNAVAILABLE",
  "RESTAURANT_ACCEPTED",
  "RESTAURANT_REJECTED",
  "ACCEPTANCE_TIMED_OUT",
  "PREPARATION_STARTED",
  "MARKED_READY",
  "COURIER_PICKED_UP",
  "COURIER_DELIVERED",
  "CUSTOMER_COLLECTED",
  "COMPLETION_DUE",
  "CUSTOMER_CANCELLED",
  "SUPPORT_CANCELLED",
  "CAPTURE_REFUSED",
  "CANCELLATION_SETTLED",
  "CANCELLATION_REFUSED",
  "DELIVERY_GIVEN_UP",
  "FAILURE_UNDECIDED",
] as const;

export type OrderCause = (typeof orderCauses)[number];

/** Who may cause a move; SYSTEM is a timer or another subgraph's event. */
export type OrderActor = "CUSTOMER" | "RESTAURANT" | "COURIER" | "SUPPORT" | "SYSTEM";

export type OrderTransition = {
  from: OrderState;
  to: OrderState;
  cause: OrderCause;
  by: OrderActor;
  /** Only an order of this kind; both when absent. */
  fulfilment?: "DELIVERY" | "PICKUP";
  /** Only an order for later (true) or for now (false); both when absent. */
  scheduled?: boolean;
  /** The payment must be captured first. */
  captured?: true;
};

const cancellable = ["PENDING_PAYMENT", "SCHEDULED", "PLACED", "ACCEPTED", "PREPARING", "READY"] as const;
/** Where the customer may cancel alone: free before acceptance, for a fee until the kitchen starts. */
const cancellableByCustomer = ["PENDING_PAYMENT", "SCHEDULED", "PLACED", "ACCEPTED"] as const;

/** Every listed transition; docs print it, property tests walk it. */
export const orderTransitions: readonly OrderTransition[] = [
  { from: "PENDING_PAYMENT", to: "PLACED", cause: "PAYMENT_AUTHORIZED", by: "SYSTEM", scheduled: false },
  { from: "PENDING_PAYMENT", to: "SCHEDULED", cause: "PAYMENT_METHOD_SAVED", by: "SYSTEM", scheduled: true },
  { from: "PENDING_PAYMENT", to: "PAYMENT_FAILED", cause: "PAYMENT_DECLINED", by: "SYSTEM" },
  { from: "PENDING_PAYMENT", to: "PAYMENT_FAILED", cause: "PAYMENT_TIMED_OUT", by: "SYSTEM" },
  { from: "SCHEDULED", to: "PLACED", cause: "PAYMENT_AUTHORIZED", by: "SYSTEM" },
  { from: "SCHEDULED", to: "PAYMENT_FAILED", cause: "PAYMENT_DECLINED", by: "SYSTEM" },
  { from: "SCHEDULED", to: "PAYMENT_FAILED", cause: "PAYMENT_TIMED_OUT", by: "SYSTEM" },
  { from: "SCHEDULED", to: "EXPIRED", cause: "SCHEDULE_UNAVAILABLE", by: "SYSTEM" },
  { from: "PLACED", to: "ACCEPTED", cause: "RESTAURANT_ACCEPTED", by: "RESTAURANT" },
  { from: "PLACED", to: "REJECTED", cause: "RESTAURANT_REJECTED", by: "RESTAURANT" },
  { from: "PLACED", to: "EXPIRED", cause: "ACCEPTANCE_TIMED_OUT", by: "SYSTEM" },
  { from: "ACCEPTED", to: "PREPARING", cause: "PREPARATION_STARTED", by: "RESTAURANT", captured: true },
  { from: "PREPARING", to: "READY", cause: "MARKED_READY", by: "RESTAURANT", captured: true },
  ...(["PREPARING", "READY"] as const).map((from): OrderTransition => ({
    from,
    to: "PICKED_UP",
    cause: "COURIER_PICKED_UP",
    by: "COURIER",
    fulfilment: "DELIVERY",
  })),
  { from: "PICKED_UP", to: "DELIVERED", cause: "COURIER_DELIVERED", by: "COURIER", fulfilment: "DELIVERY" },
  { from: "READY", to: "COLLECTED", cause: "CUSTOMER_COLLECTED", by: "RESTAURANT", fulfilment: "PICKUP" },
  { from: "DELIVERED", to: "COMPLETED", cause: "COMPLETION_DUE", by: "SYSTEM" },
  { from: "COLLECTED", to: "COMPLETED", cause: "COMPLETION_DUE", by: "SYSTEM" },
  ...cancellableByCustomer.map((from): OrderTransition => ({
    from,
    to: "CANCELLING",
    cause: "CUSTOMER_CANCELLED",
    by: "CUSTOMER",
  })),
  ...cancellable.map((from): OrderTransition => ({
    from,
    to: "CANCELLING",
    cause: "SUPPORT_CANCELLED",
    by: "SUPPORT",
  })),
  ...(["ACCEPTED", "PREPARING", "READY"] as const).map((from): OrderTransition => ({
    from,
    to: "CANCELLING",
    cause: "CAPTURE_REFUSED",
    by: "SYSTEM",
  })),
  { from: "CANCELLING", to: "CANCELLED", cause: "CANCELLATION_SETTLED", by: "SYSTEM" },
  { from: "CANCELLING", to: "PICKED_UP", cause: "CANCELLATION_REFUSED", by: "SYSTEM", fulfilment: "DELIVERY" },
  { from: "PICKED_UP", to: "DELIVERY_FAILED", cause: "DELIVERY_GIVEN_UP", by: "SUPPORT", fulfilment: "DELIVERY" },
  { from: "PICKED_UP", to: "DELIVERY_FAILED", cause: "FAILURE_UNDECIDED", by: "SYSTEM", fulfilment: "DELIVERY" },
];

/** States that nothing leaves. */
export const terminalStates: readonly OrderState[] = orderStates.filter(
  (state) => !orderTransitions.some((transition) => transition.from === state),
);

/** Whether nothing leaves `state`. */
export const isTerminal = (state: OrderState): boolean => terminalStates.includes(state);

/** Ends in which nothing was brought: stock and promotions go back. */
export const unfulfilledStates: readonly OrderState[] = terminalStates.filter((state) => state !== "COMPLETED");

/** What of an order decides whether a move is allowed. */
export type OrderSituation = {
  state: OrderState;
  fulfilment: "DELIVERY" | "PICKUP";
  scheduled: boolean;
  captured: boolean;
};

/** WRONG_STATE: the table has no such move from here; NOT_CAPTURED: it has, once the payment is captured. */
export type TransitionRefusal = "WRONG_STATE" | "NOT_CAPTURED";

/** The move that `cause` makes from where the order stands; there is one at most. */
export function transition(order: OrderSituation, cause: OrderCause): Result<OrderTransition, TransitionRefusal> {
  const found = orderTransitions.find(
    (row) =>
      row.from === order.state &&
      row.cause === cause &&
      (row.fulfilment === undefined || row.fulfilment === order.fulfilment) &&
      (row.scheduled === undefined || row.scheduled === order.scheduled),
  );
  if (found === undefined) return err("WRONG_STATE");
  return found.captured && !order.captured ? err("NOT_CAPTURED") : ok(found);
}

/** Whether the customer may still cancel without asking support. */
export const isCancellableByCustomer = (state: OrderState): boolean =>
  orderTransitions.some((row) => row.from === state && row.cause === "CUSTOMER_CANCELLED");

/** One line of an order's history. */
export type HistoryStep = { from: OrderState | null; to: OrderState; cause: OrderCause | "ORDER_CREATED" };

/** The state that a history leads to; an error names the first line that the table does not allow. */
export function replay(history: readonly HistoryStep[]): Result<OrderState, { at: number }> {
  let state: OrderState | null = null;
  for (const [at, step] of history.entries()) {
    const first = at === 0 && step.from === null && step.to === "PENDING_PAYMENT" && step.cause === "ORDER_CREATED";
    const listed = orderTransitions.some(
      (row) => row.from === step.from && row.to === step.to && row.cause === step.cause,
    );
    if (step.from !== state || !(first || listed)) return err({ at });
    state = step.to;
  }
  return state === null ? err({ at: 0 }) : ok(state);
}
