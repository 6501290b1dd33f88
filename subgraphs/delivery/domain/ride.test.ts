import fc from "fast-check";
import { expect, test } from "vitest";
import { deliveryStates, heldStates } from "./delivery-states.ts";
import { handBackReasons, isOwnFault } from "./reasons.ts";
import { payOf, rideOf } from "./ride.ts";

test("a ride is told exactly while a courier holds the delivery and the pay is known", () => {
  for (const state of deliveryStates) {
    const held = (heldStates as readonly string[]).includes(state);
    const whole = { state, courierId: "cou_1", courierPayMinor: 500 };
    expect(rideOf(whole)).toEqual(held ? { courierId: "cou_1", stage: state, courierPayMinor: 500 } : {});
    expect(rideOf({ ...whole, courierId: null })).toEqual({});
    expect(rideOf({ ...whole, courierPayMinor: null })).toEqual({});
  }
  expect(payOf({ courierPayMinor: 0 })).toEqual({ courierPayMinor: 0 });
  expect(payOf({ courierPayMinor: null })).toEqual({});
});

test("handing back is nobody's own fault for a closed restaurant or an emergency, and for a slow kitchen after the wait", () => {
  const wait = fc.option(fc.nat({ max: 2_000_000 }));
  fc.assert(
    fc.property(fc.constantFrom(...handBackReasons), wait, fc.nat({ max: 2_000_000 }), (reason, waitedMs, slowMs) => {
      const expected = {
        VEHICLE_TROUBLE: true,
        OTHER: true,
        RESTAURANT_CLOSED: false,
        EMERGENCY: false,
        KITCHEN_TOO_SLOW: waitedMs === null || waitedMs < slowMs,
      }[reason];
      expect(isOwnFault(reason, waitedMs, slowMs)).toBe(expected);
    }),
  );
});
