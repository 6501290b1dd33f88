import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  deliveryStates,
  deliveryTransitions,
  heldStates,
  isFinal,
  mayMove,
  replay,
  sourcesOf,
} from "./delivery-states.ts";
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

  it("a courier comes in by SEARCHING → ASSIGNED alone", () => {
    const entries = deliveryTransitions.filter(({ from, to }) => isHeldState(to) && !isHeldState(from));
    expect(entries.map(({ from, to }) => `${from} ${to}`)).toEqual(["SEARCHING ASSIGNED"]);
  });
});

const isHeldState = (each: string): boolean => (heldStates as readonly string[]).includes(each);

describe("offer states", () => {
  it("an answer is final, but an accepted offer can be taken back", () => {
    for (const from of offerStates)
      for (const to of offerStates) {
        expect(mayMoveOffer(from, to)).toBe(offerTransitions.some((move) => move.from === from && move.to === to));
        if (from !== "OFFERED") expect(mayMoveOffer(from, to)).toBe(from === "ACCEPTED" && to === "WITHDRAWN");
      }
  });
});
