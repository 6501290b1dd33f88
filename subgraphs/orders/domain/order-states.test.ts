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
  type HistoryStep,
  type OrderState,
} from "./order-states.ts";

const anyCauses = fc.array(fc.constantFrom(...orderCauses), { maxLength: 60 });
const anyKind = fc.constantFrom("DELIVERY" as const, "PICKUP" as const);

test("any sequence of causes moves only along listed rows, and its history replays to where it ended", () => {
  fc.assert(
    fc.property(anyCauses, anyKind, fc.boolean(), (causes, fulfilment, captured) => {
      let state: OrderState = "PENDING_PAYMENT";
      const history: HistoryStep[] = [{ from: null, to: state, cause: "ORDER_CREATED" }];
      for (const cause of causes) {
        const move = transition({ state, fulfilment, captured }, cause);
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
      expect(transition({ state, fulfilment: "DELIVERY", captured: true }, cause).ok).toBe(false);
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
  const accepted = { state: "ACCEPTED", fulfilment: "DELIVERY" } as const;
  expect(transition({ ...accepted, captured: false }, "PREPARATION_STARTED")).toEqual({
    ok: false,
    error: "NOT_CAPTURED",
  });
  expect(transition({ ...accepted, captured: true }, "PREPARATION_STARTED").ok).toBe(true);
});

test("a pickup order is collected, a delivery order is picked up, never the other way round", () => {
  const ready = { state: "READY", captured: true } as const;
  expect(transition({ ...ready, fulfilment: "PICKUP" }, "COURIER_PICKED_UP").ok).toBe(false);
  expect(transition({ ...ready, fulfilment: "DELIVERY" }, "CUSTOMER_COLLECTED").ok).toBe(false);
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
