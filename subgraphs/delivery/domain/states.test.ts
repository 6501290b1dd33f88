import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  beforePickup,
  deliveryStates,
  deliveryTransitions,
  heldStates,
  isFinal,
  isHeld,
  isSettled,
  mayMove,
  replay,
  sourcesOf,
} from "./delivery-states.ts";
import { failureReasons, handBackReasons } from "./reasons.ts";
import { mayMoveOffer, offerStates, offerTransitions } from "./offer-states.ts";

const state = fc.constantFrom(...deliveryStates);

describe("delivery states", () => {
  it("final states are exactly DELIVERED, CANCELLED and RETURNED, and are never left", () => {
    expect(deliveryStates.filter(isFinal)).toEqual(["DELIVERED", "CANCELLED", "RETURNED"]);
    fc.assert(fc.property(state, state, (from, to) => !(isFinal(from) && mayMove(from, to))));
  });

  it("every state but PENDING has a source, and every source is a listed transition", () => {
    for (const to of deliveryStates) expect(sourcesOf(to).length > 0).toBe(to !== "PENDING");
    fc.assert(fc.property(state, state, (from, to) => sourcesOf(to).includes(from) === mayMove(from, to)));
  });

  it("whatever is attempted, only listed moves happen and DELIVERED comes after PICKED_UP", () => {
    fc.assert(
      fc.property(fc.array(state, { maxLength: 60 }), (attempts) => {
        const moves: (typeof deliveryStates)[number][] = [];
        let now: (typeof deliveryStates)[number] = "PENDING";
        for (const to of attempts) {
          if (!mayMove(now, to)) continue;
          now = to;
          moves.push(to);
        }
        expect(replay(moves)).toBe(now);
        if (now === "DELIVERED") expect(moves.indexOf("PICKED_UP")).toBeGreaterThanOrEqual(0);
        if (moves.includes("PICKED_UP")) expect(moves.includes("CANCELLED")).toBe(false);
      }),
    );
  });

  it("the moves are these, with their causes", () => {
    expect(deliveryTransitions.map(({ from, to, cause }) => `${from} → ${to}: ${cause}`)).toEqual([
      "PENDING → SEARCHING: instructions received from orders",
      "PENDING → CANCELLED: order withdrawn",
      "SEARCHING → ASSIGNED: courier accepts an offer, or support assigns one",
      "SEARCHING → CANCELLED: order withdrawn",
      "ASSIGNED → AT_PICKUP: courier arrives at the restaurant",
      "ASSIGNED → SEARCHING: courier hands it back, falls silent, or is taken off by support",
      "ASSIGNED → CANCELLED: order withdrawn",
      "AT_PICKUP → PICKED_UP: courier gives the pickup code",
      "AT_PICKUP → SEARCHING: courier hands it back, falls silent, or is taken off by support",
      "AT_PICKUP → CANCELLED: order withdrawn",
      "PICKED_UP → AT_DROPOFF: courier arrives at the customer",
      "PICKED_UP → FAILED: courier cannot deliver, or support gives the order up",
      "AT_DROPOFF → DELIVERED: courier hands over, with proof",
      "AT_DROPOFF → FAILED: courier cannot deliver, or support gives the order up",
      "FAILED → RETURNED: food brought back",
    ]);
  });

  it("sorts its states: held by a courier, changeable before pickup, settled for the customer", () => {
    expect(deliveryStates.filter(isHeld)).toEqual(["ASSIGNED", "AT_PICKUP", "PICKED_UP", "AT_DROPOFF"]);
    expect(beforePickup).toEqual(["ASSIGNED", "AT_PICKUP"]);
    expect(deliveryStates.filter(isSettled)).toEqual(["DELIVERED", "CANCELLED", "FAILED", "RETURNED"]);
    expect(replay(["ASSIGNED"])).toBeNull();
    expect(replay(["SEARCHING", "ASSIGNED", "DELIVERED"])).toBeNull();
    expect(replay([])).toBe("PENDING");
  });

  it("a courier comes in by SEARCHING → ASSIGNED alone", () => {
    const entries = deliveryTransitions.filter(({ from, to }) => isHeldState(to) && !isHeldState(from));
    expect(entries.map(({ from, to }) => `${from} ${to}`)).toEqual(["SEARCHING ASSIGNED"]);
  });
});

const isHeldState = (each: string): boolean => (heldStates as readonly string[]).includes(each);

describe("offer states", () => {
  it("are open, answered, or taken back", () => {
    expect(offerTransitions.map(({ from, to }) => `${from} ${to}`)).toEqual([
      "OFFERED ACCEPTED",
      "OFFERED DECLINED",
      "OFFERED EXPIRED",
      "OFFERED WITHDRAWN",
      "ACCEPTED WITHDRAWN",
    ]);
    expect(offerStates).toEqual(["OFFERED", "ACCEPTED", "DECLINED", "EXPIRED", "WITHDRAWN"]);
  });

  it("couriers give their reasons from two lists", () => {
    expect(handBackReasons).toEqual(["VEHICLE_TROUBLE", "KITCHEN_TOO_SLOW", "RESTAURANT_CLOSED", "EMERGENCY", "OTHER"]);
    expect(failureReasons).toEqual([
      "CUSTOMER_UNREACHABLE",
      "ADDRESS_WRONG",
      "REFUSED_BY_CUSTOMER",
      "FOOD_DAMAGED",
      "COURIER_ACCIDENT",
    ]);
  });

  it("an answer is final, but an accepted offer can be taken back", () => {
    for (const from of offerStates)
      for (const to of offerStates) {
        expect(mayMoveOffer(from, to)).toBe(offerTransitions.some((move) => move.from === from && move.to === to));
        if (from !== "OFFERED") expect(mayMoveOffer(from, to)).toBe(from === "ACCEPTED" && to === "WITHDRAWN");
      }
  });
});
