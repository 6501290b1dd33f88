import fc from "fast-check";
import { expect, test } from "vitest";
import { attentionReasons, reasonsIn, withoutReason, withReason, type AttentionReason } from "./attention.ts";
import { isTerminal, orderStates } from "./order-states.ts";

const anyReasons = fc.option(fc.uniqueArray(fc.constantFrom(...attentionReasons), { minLength: 1 }));
const anyOrder = fc.record({ state: fc.constantFrom(...orderStates), attention: anyReasons });

test("news is noted once, or not at all where it no longer matters; taking it back leaves the others", () => {
  fc.assert(
    fc.property(anyOrder, fc.constantFrom(...attentionReasons), ({ state, attention: before }, reason) => {
      const attention = reasonsIn(state, before);
      const noted = withReason({ state, attention }, reason);
      expect(withReason({ state, attention: noted }, reason)).toEqual(noted);
      expect(reasonsIn(state, noted)).toEqual(noted);
      const others = attention?.filter((one) => one !== reason) ?? [];
      expect(withoutReason({ state, attention: noted }, reason)).toEqual(others.length === 0 ? null : others);
    }),
  );
});

test("an order that has ended needs nobody", () => {
  const all: AttentionReason[] = [...attentionReasons];
  for (const state of orderStates.filter(isTerminal)) {
    expect(reasonsIn(state, all)).toBeNull();
    for (const reason of all) expect(withReason({ state, attention: null }, reason)).toBeNull();
  }
});

test("every reason holds somewhere", () => {
  for (const reason of attentionReasons)
    expect(orderStates.filter((state) => withReason({ state, attention: null }, reason) !== null)).not.toEqual([]);
});

test("each reason holds in its states alone", () => {
  const states = (reason: AttentionReason) =>
    orderStates.filter((state) => withReason({ state, attention: null }, reason) !== null);
  expect(Object.fromEntries(attentionReasons.map((reason) => [reason, states(reason)]))).toEqual({
    LATE: ["ACCEPTED", "PREPARING"],
    NO_COURIER: ["ACCEPTED", "PREPARING", "READY"],
    NOT_COLLECTED: ["READY"],
    NOT_DELIVERED: ["PICKED_UP"],
    DELIVERY_FAILED: ["PICKED_UP"],
    CANCELLATION_STUCK: ["CANCELLING"],
  });
  expect(reasonsIn("READY", ["LATE", "NO_COURIER"])).toEqual(["NO_COURIER"]);
  expect(withoutReason({ state: "READY", attention: null }, "LATE")).toBeNull();
  expect(withReason({ state: "PREPARING", attention: ["LATE"] }, "NO_COURIER")).toEqual(["LATE", "NO_COURIER"]);
});
