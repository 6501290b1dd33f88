import { expect, test } from "vitest";
import { terminalStates, orderStates } from "../../../subgraphs/orders/domain/order-states.ts";
import type { Saga } from "./read-saga.ts";
import { deadlineOf, sagaRules } from "./rules.ts";
import { waitsFor } from "./waits-for.ts";

const now = new Date("2026-06-01T12:00:00Z");
const before = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

const order = (change: Partial<Saga["order"]> = {}): Saga["order"] => {
  const times = { state: "PLACED", enteredAt: before(1), readyAt: null, scheduledFor: null, ...change };
  const rest = { orderId: "ord_1", fulfilment: "DELIVERY", capturedAt: null, dueAt: null, attention: [] };
  return { ...rest, ...times, deadline: deadlineOf(times), ...change };
};
const saga = (change: Partial<Saga> = {}): Saga => ({
  order: order(),
  history: [],
  payment: { paymentId: "pay_1", state: "AUTHORIZED", capturedMinor: 0, refundedMinor: 0, live: null },
  delivery: null,
  reservation: null,
  promotions: [],
  timers: [],
  unsent: [],
  waiting: [],
  ...change,
});
const event = (change: object) => ({
  subgraph: "orders" as const,
  eventId: "evt_1",
  type: "payment.captured.v1",
  source: "payments",
  aggregateId: "pay_1",
  aggregateVersion: 3,
  state: "parked" as const,
  attempts: 2,
  missingVersion: null,
  error: "no such column\nat x",
  parkedAt: before(1),
  ...change,
});
const timer = { subgraph: "payments" as const, name: "payment.call", key: "pay_1", dueAt: before(1), runAt: now };
const live = { operation: "CAPTURE", idempotencyKey: "key", since: "2026-06-01T11:59:00.000Z" };
const payment = saga().payment!;
const searching = { deliveryId: "dlv_1", state: "SEARCHING", kitchen: "READY", courierId: null, openOffers: 0 };

test.each<[string, Partial<Saga>, string]>([
  [
    "the mover of its state",
    {},
    "It waits for the restaurant to accept or reject it; it has until 2026-06-01T12:06:00.000Z.",
  ],
  [
    "the mover, who is late",
    { order: order({ enteredAt: before(60) }) },
    "It waits for the restaurant to accept or reject it; it should have by 2026-06-01T11:07:00.000Z.",
  ],
  ["nothing", { order: order({ state: "COMPLETED" }), waiting: [event({})] }, "It is over: COMPLETED."],
  [
    "an operator",
    { waiting: [event({}), event({ state: "quarantined", attempts: 6 })] },
    "It waits for an operator: orders has put payment.captured.v1 (evt_1) aside after 6 tries: no such column.",
  ],
  [
    "an event that has not come",
    { waiting: [event({ missingVersion: 2, error: null })] },
    "It waits for an event that has not come: orders keeps payment.captured.v1 until version 2 of pay_1.",
  ],
  [
    "another try of an event",
    { waiting: [event({})] },
    "It waits for orders to try payment.captured.v1 again after 2 tries: no such column.",
  ],
  [
    "a timer that fails",
    { timers: [{ ...timer, attempt: 4, error: "Error: away" }] },
    "It waits for payment.call of payments, which failed 4 times and tries again at 2026-06-01T12:00:00.000Z: Error: away.",
  ],
  [
    "the broker",
    { unsent: [{ subgraph: "orders", eventId: "evt_2", type: "order.placed.v1", since: before(1) }] },
    "It waits for the broker: orders has not sent order.placed.v1 since 2026-06-01T11:59:00.000Z.",
  ],
  [
    "the customer",
    { payment: { ...payment, state: "REQUIRES_ACTION", live } },
    "It waits for the customer to confirm the payment at their bank.",
  ],
  [
    "the provider",
    { payment: { ...payment, state: "CAPTURING", live } },
    "It waits for the card provider's answer to CAPTURE, asked for at 2026-06-01T11:59:00.000Z.",
  ],
  [
    "the capture",
    { order: order({ state: "ACCEPTED", readyAt: now }) },
    "It waits for payments to capture the money; the payment is AUTHORIZED.",
  ],
  [
    "both halves of a cancellation",
    { order: order({ state: "CANCELLING" }), delivery: searching },
    "It waits for the cancellation's two confirmations: the payment is AUTHORIZED, the delivery SEARCHING.",
  ],
  [
    "a courier",
    { order: order({ state: "READY" }), delivery: searching },
    "It waits for a courier: its delivery is SEARCHING with 0 open offers.",
  ],
])("an order waits for %s", (_, change, sentence) => {
  expect(waitsFor(saga(change), now)).toBe(sentence);
});

test("a fresh event in the outbox is no trouble yet", () => {
  const unsent = [{ subgraph: "orders" as const, eventId: "evt_2", type: "order.placed.v1", since: now }];
  expect(waitsFor(saga({ unsent }), now)).toContain("the restaurant");
});

test("there is a rule for every state of orders that is no end, and for no other", () => {
  expect(Object.keys(sagaRules).toSorted()).toEqual(
    orderStates.filter((state) => !terminalStates.includes(state)).toSorted(),
  );
});

test("a scheduled order is late after it should have been charged, not before", () => {
  const times = { state: "SCHEDULED", enteredAt: before(600), readyAt: null, scheduledFor: now };
  expect(deadlineOf(times)).toEqual(before(45));
  expect(deadlineOf({ ...times, enteredAt: before(10) })).toEqual(before(3));
});
