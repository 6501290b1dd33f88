import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isCancellableByCustomer,
  isTerminal,
  orderCauses,
  orderStates,
  orderTransitions,
  replay,
  terminalStates,
  transition,
  unfulfilledStates,
  type HistoryStep,
  type OrderCause,
  type OrderState,
} from "./order-states.ts";

const anyCauses = fc.array(fc.constantFrom(...orderCauses), { maxLength: 60 });
const anyKind = fc.constantFrom("DELIVERY" as const, "PICKUP" as const);

test("any sequence of causes moves only along listed rows, and its history replays to where it ended", () => {
  fc.assert(
    fc.property(anyCauses, anyKind, fc.boolean(), fc.boolean(), (causes, fulfilment, captured, scheduled) => {
      let state: OrderState = "PENDING_PAYMENT";
      const history: HistoryStep[] = [{ from: null, to: state, cause: "ORDER_CREATED" }];
      for (const cause of causes) {
        const move = transition({ state, fulfilment, captured, scheduled }, cause);
        if (!move.ok) continue;
        expect(orderTransitions).toContainEqual(move.value);
        expect(move.value.from).toBe(state);
        history.push({ from: state, to: move.value.to, cause });
        state = move.value.to;
      }
      expect(replay(history)).toEqual({ ok: true, value: state });
    }),
  );
});

test("nothing leaves a terminal state", () => {
  expect(terminalStates).toEqual([
    "COMPLETED",
    "PAYMENT_FAILED",
    "REJECTED",
    "EXPIRED",
    "CANCELLED",
    "DELIVERY_FAILED",
  ]);
  for (const state of terminalStates)
    for (const cause of orderCauses)
      for (const scheduled of [true, false])
        expect(transition({ state, fulfilment: "DELIVERY", captured: true, scheduled }, cause).ok).toBe(false);
});

test("every state is reachable, and from every state a terminal one is", () => {
  for (const start of orderStates) {
    const seen = new Set<OrderState>([start]);
    for (const state of seen) for (const row of orderTransitions) if (row.from === state) seen.add(row.to);
    expect([...seen].some(isTerminal)).toBe(true);
    if (start === "PENDING_PAYMENT") expect(seen.size).toBe(orderStates.length);
  }
});

test("the kitchen never starts before the payment is captured", () => {
  const accepted = { state: "ACCEPTED", fulfilment: "DELIVERY", scheduled: false } as const;
  expect(transition({ ...accepted, captured: false }, "PREPARATION_STARTED")).toEqual({
    ok: false,
    error: "NOT_CAPTURED",
  });
  expect(transition({ ...accepted, captured: true }, "PREPARATION_STARTED").ok).toBe(true);
});

test("a pickup order is collected, a delivery order is picked up, never the other way round", () => {
  const ready = { state: "READY", captured: true, scheduled: false } as const;
  expect(transition({ ...ready, fulfilment: "PICKUP" }, "COURIER_PICKED_UP").ok).toBe(false);
  expect(transition({ ...ready, fulfilment: "DELIVERY" }, "CUSTOMER_COLLECTED").ok).toBe(false);
});

test("a situation and a cause have one end", () => {
  const ends = orderTransitions.map((row) => `${row.from} ${row.cause} ${row.scheduled ?? ""} ${row.fulfilment ?? ""}`);
  expect(new Set(ends).size).toBe(ends.length);
});

test("an order for later waits for its time, one for now never does", () => {
  const pending = { state: "PENDING_PAYMENT", fulfilment: "DELIVERY", captured: false } as const;
  const end = (scheduled: boolean, cause: OrderCause) => {
    const move = transition({ ...pending, scheduled }, cause);
    return move.ok ? move.value.to : null;
  };
  expect(end(true, "PAYMENT_METHOD_SAVED")).toBe("SCHEDULED");
  expect(end(true, "PAYMENT_AUTHORIZED")).toBeNull();
  expect(end(false, "PAYMENT_METHOD_SAVED")).toBeNull();
  expect(end(false, "PAYMENT_AUTHORIZED")).toBe("PLACED");
});

test("an edited history does not replay", () => {
  const history: HistoryStep[] = [
    { from: null, to: "PENDING_PAYMENT", cause: "ORDER_CREATED" },
    { from: "PENDING_PAYMENT", to: "COMPLETED", cause: "COMPLETION_DUE" },
  ];
  expect(replay(history)).toEqual({ ok: false, error: { at: 1 } });
  expect(replay([])).toEqual({ ok: false, error: { at: 0 } });
});

test("customers cancel alone until the kitchen starts", () => {
  expect(orderStates.filter(isCancellableByCustomer)).toEqual(["PENDING_PAYMENT", "SCHEDULED", "PLACED", "ACCEPTED"]);
});

test("each cause is one party's, in whatever state it comes", () => {
  const by = new Map<string, Set<string>>();
  for (const row of orderTransitions) by.set(row.cause, (by.get(row.cause) ?? new Set()).add(row.by));
  expect(Object.fromEntries([...by].map(([cause, parties]) => [cause, [...parties].join()]))).toEqual({
    PAYMENT_AUTHORIZED: "SYSTEM",
    PAYMENT_METHOD_SAVED: "SYSTEM",
    PAYMENT_DECLINED: "SYSTEM",
    PAYMENT_TIMED_OUT: "SYSTEM",
    SCHEDULE_UNAVAILABLE: "SYSTEM",
    RESTAURANT_ACCEPTED: "RESTAURANT",
    RESTAURANT_REJECTED: "RESTAURANT",
    ACCEPTANCE_TIMED_OUT: "SYSTEM",
    PREPARATION_STARTED: "RESTAURANT",
    MARKED_READY: "RESTAURANT",
    COURIER_PICKED_UP: "COURIER",
    COURIER_DELIVERED: "COURIER",
    CUSTOMER_COLLECTED: "RESTAURANT",
    COMPLETION_DUE: "SYSTEM",
    CUSTOMER_CANCELLED: "CUSTOMER",
    SUPPORT_CANCELLED: "SUPPORT",
    CAPTURE_REFUSED: "SYSTEM",
    CANCELLATION_SETTLED: "SYSTEM",
    CANCELLATION_REFUSED: "SYSTEM",
    DELIVERY_GIVEN_UP: "SUPPORT",
    FAILURE_UNDECIDED: "SYSTEM",
  });
});

test("a history that jumps, repeats or begins elsewhere does not replay", () => {
  const created: HistoryStep = { from: null, to: "PENDING_PAYMENT", cause: "ORDER_CREATED" };
  const placed: HistoryStep = { from: "PENDING_PAYMENT", to: "PLACED", cause: "PAYMENT_AUTHORIZED" };
  const accepted: HistoryStep = { from: "PLACED", to: "ACCEPTED", cause: "RESTAURANT_ACCEPTED" };
  expect(replay([created, placed, accepted])).toEqual({ ok: true, value: "ACCEPTED" });
  expect(replay([created, accepted])).toEqual({ ok: false, error: { at: 1 } });
  expect(replay([created, created])).toEqual({ ok: false, error: { at: 1 } });
  expect(replay([placed])).toEqual({ ok: false, error: { at: 0 } });
  expect(replay([{ ...created, to: "PLACED" }])).toEqual({ ok: false, error: { at: 0 } });
  expect(replay([{ ...created, cause: "PAYMENT_AUTHORIZED" }])).toEqual({ ok: false, error: { at: 0 } });
  expect(replay([created, { ...placed, cause: "RESTAURANT_ACCEPTED" }])).toEqual({ ok: false, error: { at: 1 } });
});

test("every end but COMPLETED brings nothing", () => {
  expect(unfulfilledStates).toEqual(["PAYMENT_FAILED", "REJECTED", "EXPIRED", "CANCELLED", "DELIVERY_FAILED"]);
});

test("a history begins with the order's creation, once, and goes on by listed rows alone", () => {
  const created: HistoryStep = { from: null, to: "PENDING_PAYMENT", cause: "ORDER_CREATED" };
  const placed: HistoryStep = { from: "PENDING_PAYMENT", to: "PLACED", cause: "PAYMENT_AUTHORIZED" };
  expect(replay([created, placed])).toEqual({ ok: true, value: "PLACED" });
  const broken: [HistoryStep[], number][] = [
    [[], 0],
    [[placed], 0],
    [[{ ...created, to: "PLACED" }], 0],
    [[{ ...created, cause: "PAYMENT_AUTHORIZED" }], 0],
    [[{ ...created, from: "PENDING_PAYMENT" }], 0],
    [[created, created], 1],
    [[created, { ...placed, to: "ACCEPTED" }], 1],
    [[created, { ...placed, cause: "RESTAURANT_ACCEPTED" }], 1],
    [[created, placed, placed], 2],
  ];
  for (const [history, at] of broken) expect(replay(history)).toEqual({ ok: false, error: { at } });
});
