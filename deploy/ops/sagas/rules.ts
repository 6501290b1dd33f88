/** How long an order may stay in each state, and whose move it is then: the operators' own rule, apart from the services' settings. */

const minute = 60_000;

/** What the time of a state counts from: its beginning, the kitchen's promise, or the time that the customer wants it at. */
type From = "ENTERED" | "READY_AT" | "SCHEDULED_FOR";

/** `mover` is who has to do something, `move` what it is; `timer` is the timer of orders that ends the state by itself, if any. */
export type SagaRule = {
  readonly from: From;
  readonly withinMs: number;
  readonly mover: string;
  readonly move: string;
  readonly timer: string | null;
};

const rule = (from: From, withinMs: number, mover: string, move: string, timer: string | null = null): SagaRule => ({
  from,
  withinMs,
  mover,
  move,
  timer,
});

/** Every state that is not an end. The demo's durations and the defaults of env.ts lie well within. */
export const sagaRules: Readonly<Record<string, SagaRule>> = {
  PENDING_PAYMENT: rule("ENTERED", 12 * minute, "payments", "to authorize or save the card", "payment-timeout"),
  SCHEDULED: rule("SCHEDULED_FOR", -45 * minute, "orders", "to hold the stock and have it charged", "schedule-due"),
  PLACED: rule("ENTERED", 7 * minute, "the restaurant", "to accept or reject it", "acceptance-timeout"),
  ACCEPTED: rule("READY_AT", 15 * minute, "the restaurant", "to begin, once the payment is captured"),
  PREPARING: rule("READY_AT", 30 * minute, "the restaurant", "to have it ready"),
  READY: rule("ENTERED", 30 * minute, "the courier or the customer", "to fetch it"),
  PICKED_UP: rule("ENTERED", 90 * minute, "the courier", "to hand it over"),
  DELIVERED: rule("ENTERED", 25 * 60 * minute, "orders", "to complete it", "completion-due"),
  COLLECTED: rule("ENTERED", 25 * 60 * minute, "orders", "to complete it", "completion-due"),
  CANCELLING: rule("ENTERED", 20 * minute, "payments and delivery", "to settle the money and withdraw the delivery"),
};

/** No state is late sooner than this, whatever was promised before it began. */
const leastMs = 7 * minute;

/** What of an order decides until when it may stay where it is. */
export type SagaTimes = { state: string; enteredAt: Date; readyAt: Date | null; scheduledFor: Date | null };

/** Until when an order may be in its state; null when it has ended. */
export function deadlineOf({ state, enteredAt, readyAt, scheduledFor }: SagaTimes): Date | null {
  const found = sagaRules[state];
  if (found === undefined) return null;
  const from = { ENTERED: enteredAt, READY_AT: readyAt, SCHEDULED_FOR: scheduledFor }[found.from] ?? enteredAt;
  return new Date(Math.max(from.getTime() + found.withinMs, enteredAt.getTime() + leastMs));
}
