import { expect, it } from "vitest";
import { deliveryStates } from "./delivery-states.ts";
import { handBackReasons, isOwnFault } from "./reasons.ts";
import { payOf, rideOf } from "./ride.ts";

const delivery = { courierId: "cou_1", courierPayMinor: 1_000 };

it("a courier has done something of a delivery that they hold, and of no other", () => {
  const rides = deliveryStates.map((state) => [state, rideOf({ ...delivery, state })]);
  const done = (stage: string) => ({ courierId: "cou_1", stage, courierPayMinor: 1_000 });
  expect(Object.fromEntries(rides)).toEqual({
    PENDING: {},
    SEARCHING: {},
    ASSIGNED: done("ASSIGNED"),
    AT_PICKUP: done("AT_PICKUP"),
    PICKED_UP: done("PICKED_UP"),
    AT_DROPOFF: done("AT_DROPOFF"),
    DELIVERED: {},
    CANCELLED: {},
    FAILED: {},
    RETURNED: {},
  });
  expect(rideOf({ ...delivery, state: "ASSIGNED", courierId: null })).toEqual({});
  expect(rideOf({ ...delivery, state: "ASSIGNED", courierPayMinor: null })).toEqual({});
  expect(rideOf({ ...delivery, state: "ASSIGNED", courierPayMinor: 0 })).toEqual({
    ...done("ASSIGNED"),
    courierPayMinor: 0,
  });
});

it("an event carries the pay where it is known", () => {
  expect([payOf({ courierPayMinor: 0 }), payOf({ courierPayMinor: null })]).toEqual([{ courierPayMinor: 0 }, {}]);
});

it("handing back is a courier's own fault for their own reasons, and for a slow kitchen until they have waited", () => {
  const own = (waitedMs: number | null) => handBackReasons.filter((reason) => isOwnFault(reason, waitedMs, 600_000));
  const always = ["VEHICLE_TROUBLE", "OTHER"];
  const early = ["VEHICLE_TROUBLE", "KITCHEN_TOO_SLOW", "OTHER"];
  expect([null, 0, 599_999, 600_000, 600_001].map(own)).toEqual([early, early, early, always, always]);
});
