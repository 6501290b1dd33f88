/** What one order waits for, in one sentence: the first of these that holds. */
import type { Saga } from "./read-saga.ts";
import { sagaRules } from "./rules.ts";

/** An event is on its way for so long at most; longer, and its sender or the broker is in trouble. */
const sendingMs = 10_000;

type Reason = (saga: Saga, now: Date) => string | null;

const ended: Reason = ({ order }) => (order.deadline === null ? `It is over: ${order.state}.` : null);

const quarantined: Reason = ({ waiting }) => {
  const event = waiting.find(({ state }) => state === "quarantined");
  if (event === undefined) return null;
  const { subgraph, type, eventId, attempts, error } = event;
  return `It waits for an operator: ${subgraph} has put ${type} (${eventId}) aside after ${attempts} tries: ${error?.split("\n")[0] ?? "no reason is kept"}.`;
};

const unsent: Reason = (saga, now) => {
  const stale = saga.unsent.find(({ since }) => now.getTime() - since.getTime() > sendingMs);
  return stale === undefined
    ? null
    : `It waits for the broker: ${stale.subgraph} has not sent ${stale.type} since ${stale.since.toISOString()}.`;
};

const missing: Reason = ({ waiting }) => {
  const event = waiting.find(({ missingVersion }) => missingVersion !== null);
  if (event === undefined) return null;
  const { subgraph, type, aggregateId, missingVersion } = event;
  return `It waits for an event that has not come: ${subgraph} keeps ${type} until version ${missingVersion} of ${aggregateId}.`;
};

const failing: Reason = ({ timers }) => {
  const timer = timers.find(({ error }) => error !== null);
  if (timer === undefined) return null;
  const { subgraph, name, attempt, error, runAt } = timer;
  return `It waits for ${name} of ${subgraph}, which failed ${attempt} times and tries again at ${runAt.toISOString()}: ${error}.`;
};

const tryingAgain: Reason = ({ waiting }) => {
  const event = waiting.find(({ state }) => state === "parked");
  if (event === undefined) return null;
  const { subgraph, type, attempts, error } = event;
  return `It waits for ${subgraph} to try ${type} again after ${attempts} tries: ${error?.split("\n")[0] ?? "not tried yet"}.`;
};

/** States of a payment in which nobody but the provider can go on. */
const provider: Reason = ({ payment }) =>
  payment?.live == null
    ? null
    : `It waits for the card provider's answer to ${payment.live.operation}, asked for at ${payment.live.since}.`;

const customerAction: Reason = ({ payment }) =>
  payment?.state === "REQUIRES_ACTION" ? "It waits for the customer to confirm the payment at their bank." : null;

const capture: Reason = ({ order, payment }) =>
  order.state === "ACCEPTED" && order.capturedAt === null
    ? `It waits for payments to capture the money; the payment is ${payment?.state ?? "not there"}.`
    : null;

const cancelling: Reason = ({ order, payment, delivery }) => {
  if (order.state !== "CANCELLING") return null;
  return `It waits for the cancellation's two confirmations: the payment is ${payment?.state ?? "not there"}, the delivery ${delivery?.state ?? "not there"}.`;
};

const courier: Reason = ({ order, delivery }) => {
  const looking = delivery?.state === "SEARCHING" || delivery?.state === "PENDING";
  if (order.state !== "READY" || order.fulfilment !== "DELIVERY" || !looking) return null;
  return `It waits for a courier: its delivery is ${delivery.state} with ${delivery.openOffers} open offers.`;
};

const mover: Reason = ({ order }, now) => {
  const rule = sagaRules[order.state];
  if (rule === undefined || order.deadline === null) return null;
  const late = order.deadline < now ? "it should have by" : "it has until";
  return `It waits for ${rule.mover} ${rule.move}; ${late} ${order.deadline.toISOString()}.`;
};

const reasons: readonly Reason[] = [
  ended,
  quarantined,
  missing,
  failing,
  tryingAgain,
  unsent,
  customerAction,
  provider,
  capture,
  cancelling,
  courier,
  mover,
];

/** The sentence. */
export function waitsFor(saga: Saga, now: Date): string {
  for (const reason of reasons) {
    const sentence = reason(saga, now);
    if (sentence !== null) return sentence;
  }
  return `Nobody knows what it waits for: it is ${saga.order.state}.`;
}
